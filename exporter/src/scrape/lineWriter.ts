import { Interner } from "./interner";
import { createSeriesSet } from "./seriesSet";
import type { Utf8Builder } from "./utf8Builder";

const newline = 0x0a;
const space = 0x20;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;

export interface ExpositionSample {
  /** What follows the metric's name, for parts of a histogram. */
  readonly suffix?: string;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly value: number;
}
/** Writes the samples of one metric, each as a line. */
export class LineWriter {
  readonly #names: Interner;
  readonly #columns: readonly { readonly label: string; readonly interner: Interner }[];
  /** The current sample. */
  #sample: ExpositionSample = { labels: {}, value: NaN };
  /** The numbers of its suffix and label values, which identify its series. */
  readonly #ids: Uint32Array;
  readonly #addSeries: (series: Uint32Array) => boolean;

  constructor(name: string, labelNames: readonly string[], internerFor: (label: string) => Interner) {
    this.#names = new Interner((suffix) => name + suffix);
    this.#columns = labelNames.map((label) => ({ label, interner: internerFor(label) }));
    this.#ids = new Uint32Array(labelNames.length + 1);
    this.#addSeries = createSeriesSet(labelNames.length + 1);
  }

  /** Makes `sample` the current one; false if an earlier one is of the same series. */
  enter(sample: ExpositionSample): boolean {
    const { suffix = "", labels } = sample;
    this.#sample = sample;
    this.#ids[0] = this.#names.intern(suffix);
    let index = 0;
    // An empty label is written, but tells a series from others no more than an absent one.
    for (const { label, interner } of this.#columns) this.#ids[++index] = interner.intern(labels[label] ?? "");
    return this.#addSeries(this.#ids);
  }

  /** Appends the line of the current sample. */
  appendTo(output: Utf8Builder): void {
    const { labels, value } = this.#sample;
    this.#names.appendTo(output, this.#ids[0] ?? 0);
    let separator = openBrace;
    let index = 0;
    for (const { label, interner } of this.#columns) {
      index++;
      if (labels[label] === undefined) continue;
      output.appendByte(separator);
      interner.appendTo(output, this.#ids[index] ?? 0);
      separator = comma;
    }
    if (separator === comma) output.appendByte(closeBrace);
    output.appendByte(space);
    output.append(String(value));
    output.appendByte(newline);
  }
}
