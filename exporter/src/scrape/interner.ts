import { Utf8Builder } from "./utf8Builder";

const initialCapacity = 1024;

/**
 * Texts that recur, each encoded once and numbered. Values that `normalize` makes equal are one text; the empty text has
 * number 0.
 */
export class Interner {
  readonly #encode: (text: string) => string;
  readonly #normalize: (text: string) => string;
  readonly #ids = new Map<string | number, number>();
  readonly #encoded = new Utf8Builder(initialCapacity);
  /** The latest one: most values are those of the sample before. */
  #lastValue: string | number | undefined;
  #lastId = 0;
  /** Where each encoded text ends, by its number. */
  readonly #ends: number[] = [];

  constructor(encode: (text: string) => string, normalize: (text: string) => string = (text) => text) {
    this.#encode = encode;
    this.#normalize = normalize;
    this.intern("");
  }

  /** The number of the text of `value`. */
  intern(value: string | number): number {
    if (value === this.#lastValue) return this.#lastId;
    this.#lastId = this.#find(value);
    this.#lastValue = value;
    return this.#lastId;
  }

  #find(value: string | number): number {
    const known = this.#ids.get(value);
    if (known !== undefined) return known;
    const text = this.#normalize(`${value}`);
    const id = text === value ? this.#add(text) : this.#find(text);
    this.#ids.set(value, id);
    return id;
  }

  /** Appends the encoded text with this number to `output`. */
  appendTo(output: Utf8Builder, id: number): void {
    output.appendFrom(this.#encoded, this.#ends[id - 1] ?? 0, this.#ends[id] ?? 0);
  }

  #add(text: string): number {
    this.#encoded.append(this.#encode(text));
    return this.#ends.push(this.#encoded.length) - 1;
  }
}
