import { Interner } from "./interner";
import { createSeriesSet } from "./seriesSet";
import type { Utf8Builder } from "./utf8Builder";

export interface ExpositionSample {
  /** What follows the metric's name, for parts of a histogram. */
  readonly suffix?: string;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly value: number;
}

/** How a format writes a sample: what comes before, between and after its labels and its value. */
export interface SampleSyntax {
  /** What begins a sample with this suffix. */
  readonly begin: (suffix: string) => string;
  readonly beforeLabels: Uint8Array;
  readonly afterLabels: Uint8Array;
  /** In place of both in a sample without labels. */
  readonly withoutLabels: Uint8Array;
  readonly afterValue: string;
}

/** Gives the texts of a label's values, as a format writes them. */
export type Interners = (label: string) => Interner;

const comma = 0x2c;

/** Writes the samples of one metric. */
export class SampleWriter {
  readonly #syntax: SampleSyntax;
  readonly #begins: Interner;
  readonly #columns: readonly { readonly label: string; readonly interner: Interner }[];
  /** The current sample. */
  #sample: ExpositionSample = { labels: {}, value: NaN };
  /** The numbers of its suffix and label values, which identify its series. */
  readonly #ids: Uint32Array;
  readonly #addSeries: (series: Uint32Array) => boolean;
  #duplicates = 0;

  constructor(syntax: SampleSyntax, labelNames: readonly string[], internerFor: Interners) {
    this.#syntax = syntax;
    this.#begins = new Interner(syntax.begin);
    this.#columns = labelNames.map((label) => ({ label, interner: internerFor(label) }));
    this.#ids = new Uint32Array(labelNames.length + 1);
    this.#addSeries = createSeriesSet(labelNames.length + 1);
  }

  /** How many samples were left out because an earlier one is of the same series. */
  get duplicates(): number {
    return this.#duplicates;
  }

  /** Makes `sample` the current one. False if it is to be left out: it is not finite, or its series was there already. */
  enter(sample: ExpositionSample): boolean {
    const { suffix = "", labels, value } = sample;
    if (!Number.isFinite(value)) return false;
    this.#sample = sample;
    this.#ids[0] = this.#begins.intern(suffix);
    let index = 0;
    // An empty label is written, but tells a series from others no more than an absent one.
    for (const { label, interner } of this.#columns) this.#ids[++index] = interner.intern(labels[label] ?? "");
    const isNew = this.#addSeries(this.#ids);
    if (!isNew) this.#duplicates++;
    return isNew;
  }

  /** Appends the current sample. */
  appendTo(output: Utf8Builder): void {
    const { beforeLabels, afterLabels, withoutLabels, afterValue } = this.#syntax;
    const { labels, value } = this.#sample;
    this.#begins.appendTo(output, this.#ids[0] ?? 0);
    let index = 0;
    let hasLabels = false;
    for (const { label, interner } of this.#columns) {
      index++;
      if (labels[label] === undefined) continue;
      if (hasLabels) output.appendByte(comma);
      else output.appendBytes(beforeLabels);
      interner.appendTo(output, this.#ids[index] ?? 0);
      hasLabels = true;
    }
    output.appendBytes(hasLabels ? afterLabels : withoutLabels);
    output.append(`${value}${afterValue}`);
  }
}

/** The interners of a format, which writes a label by `encode`. Label values have at most `maxLength` characters. */
export function createInterners(encode: (label: string, value: string) => string, maxLength: number): Interners {
  const interners = new Map<string, Interner>();
  return (label) => {
    const known = interners.get(label);
    if (known !== undefined) return known;
    const interner = new Interner(
      (text) => encode(label, text),
      (value) => truncate(value, maxLength),
    );
    interners.set(label, interner);
    return interner;
  };
}

/** At most `maxLength` characters, without half a surrogate pair at the end: Prometheus would get another character. */
function truncate(value: string, maxLength: number): string {
  const whole = value.toWellFormed();
  if (whole.length <= maxLength) return whole;
  const isWithinPair = /[\ud800-\udbff]/.test(whole[maxLength - 1] ?? "");
  return whole.slice(0, isWithinPair ? maxLength - 1 : maxLength);
}
