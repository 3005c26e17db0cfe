import { Interner } from "./interner";
import { createSeriesSet } from "./seriesSet";

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
  readonly beforeLabels: string;
  readonly afterLabels: string;
  /** In place of both in a sample without labels. */
  readonly withoutLabels: string;
  readonly afterValue: string;
}

/** Gives the texts of a label's values, as a format writes them. */
export type Interners = (label: string) => Interner;

/** Writes the samples of one metric. */
export class SampleWriter {
  readonly #syntax: SampleSyntax;
  readonly #begins: Interner;
  readonly #columns: readonly { readonly label: string; readonly interner: Interner }[];
  /** The numbers of the current sample's suffix and label values, which identify its series. */
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

  /** The text of a sample; empty if it is to be left out: it is not finite, or its series was there already. */
  write({ suffix = "", labels, value }: ExpositionSample): string {
    if (!Number.isFinite(value)) return "";
    const { beforeLabels, afterLabels, withoutLabels, afterValue } = this.#syntax;
    const ids = this.#ids;
    ids[0] = this.#begins.intern(suffix);
    let written = "";
    let index = 0;
    for (const { label, interner } of this.#columns) {
      const labelValue = labels[label];
      // An empty label is written, but tells a series from others no more than an absent one.
      const id = interner.intern(labelValue ?? "");
      ids[++index] = id;
      if (labelValue !== undefined) written += (written === "" ? beforeLabels : ",") + interner.text(id);
    }
    if (!this.#addSeries(ids)) {
      this.#duplicates++;
      return "";
    }
    const labelsText = written === "" ? withoutLabels : written + afterLabels;
    return `${this.#begins.text(ids[0])}${labelsText}${value}${afterValue}`;
  }
}

/** The interners of a format, which writes a label by `write`. Label values have at most `maxLength` characters. */
export function createInterners(write: (label: string, value: string) => string, maxLength: number): Interners {
  const interners = new Map<string, Interner>();
  return (label) => {
    const known = interners.get(label);
    if (known !== undefined) return known;
    const interner = new Interner(
      (text) => write(label, text),
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
