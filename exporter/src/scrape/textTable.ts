import { Utf8Builder } from "@fedjoin/provider/neuvector";

/** Parts of lines as bytes, which are written again and again. */
export interface Parts {
  /** The number of a new part, above 0. */
  keep(text: string): number;
  /** Adds the part of that number; nothing for 0. */
  addTo(line: Utf8Builder, number: number): void;
}

export function createParts(): Parts {
  const all = new Utf8Builder();
  const ends = [0];
  return {
    keep(text) {
      all.appendString(text);
      return ends.push(all.length) - 1;
    },
    addTo(line, number) {
      if (number > 0) line.addPart(all, ends[number - 1] ?? 0, ends[number] ?? 0);
    },
  };
}

/** Texts of one meaning, each kept once: those of a big cluster come again and again. */
export interface Texts {
  /** The part that has this value, and no value with another text. */
  partOf(value: string | number): number;
  /** The part of the empty text, which tells a series from others no more than an absent one. */
  readonly empty: number;
}

/** Values whose texts `shorten` makes the same have the same part; what it gives it leaves as it is. */
export function createTexts(
  parts: Parts,
  write: (text: string) => string,
  shorten: (value: string) => string = (value) => value,
): Texts {
  const known = new Map<string | number, number>();
  const partOf = (value: string | number): number => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const text = shorten(`${value}`);
    const part = text === value ? parts.keep(write(text)) : partOf(text);
    known.set(value, part);
    return part;
  };
  return { partOf, empty: partOf("") };
}

/** Values of one label, with its name. */
export function createLabelTexts(parts: Parts, label: string, maxLength: number): Texts {
  return createTexts(
    parts,
    (text) => `${label}="${escapeLabel(text)}"`,
    (value) => cut(value, maxLength),
  );
}

/** At most `maxLength` characters, each a whole one: a half of a pair would not reach Prometheus as it is. */
function cut(value: string, maxLength: number): string {
  const whole = value.toWellFormed();
  if (whole.length <= maxLength) return whole;
  const isWithinPair = /[\ud800-\udbff]/.test(whole[maxLength - 1] ?? "");
  return whole.slice(0, isWithinPair ? maxLength - 1 : maxLength);
}

const special = /[\\"\n]/;

/** As both formats write a label value. */
export function escapeLabel(value: string): string {
  if (!special.test(value)) return value;
  return value.replace(/[\\"\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`));
}
