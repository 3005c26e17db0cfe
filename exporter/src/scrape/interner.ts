/**
 * Texts that recur, each written once and numbered. Values that `normalize` makes equal are one text; the empty text has
 * number 0.
 */
export class Interner {
  readonly #write: (text: string) => string;
  readonly #normalize: (text: string) => string;
  readonly #ids = new Map<string | number, number>();
  /** By number. */
  readonly #texts: string[] = [];
  /** The latest one: most values are those of the sample before. */
  #lastValue: string | number | undefined;
  #lastId = 0;

  constructor(write: (text: string) => string, normalize: (text: string) => string = (text) => text) {
    this.#write = write;
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

  /** The written text with this number. */
  text(id: number): string {
    return this.#texts[id] ?? "";
  }

  #find(value: string | number): number {
    const known = this.#ids.get(value);
    if (known !== undefined) return known;
    const text = this.#normalize(`${value}`);
    const id = text === value ? this.#texts.push(this.#write(text)) - 1 : this.#find(text);
    this.#ids.set(value, id);
    return id;
  }
}
