import type { Utf8Builder } from "@fedjoin/provider/neuvector";
import type { Parts, Texts } from "./textTable";

const lineEnd = 0x0a;

/** The line of the current sample, without its value. One for each metric: a hundred thousand samples go through it. */
export interface Line {
  /** The part that is the metric's name. */
  readonly start: number;
  readonly suffix: Column;
  readonly labels: readonly { readonly label: string; readonly column: Column }[];
  /** The parts that tell the series from others. */
  readonly series: Uint32Array;
}

/** The suffix or a label. */
interface Column {
  readonly texts: Texts;
  value: string | number | undefined;
  /** The part that has the value. */
  part: number;
}

const createColumn = (texts: Texts): Column => ({ texts, value: undefined, part: 0 });

/** @param start - the part that is the metric's name */
export function createLine(
  start: number,
  suffixes: Texts,
  labelNames: readonly string[],
  textsOf: (label: string) => Texts,
): Line {
  return {
    start,
    suffix: createColumn(suffixes),
    labels: labelNames.map((label) => ({ label, column: createColumn(textsOf(label)) })),
    series: new Uint32Array(labelNames.length + 1),
  };
}

// Functions, and no loops of the generator that calls them: there, each turn of a loop would make an object.

/** Makes it the line of the sample with this suffix and these labels. */
export function enterSample(line: Line, suffix: string, labels: Readonly<Record<string, Column["value"]>>): void {
  const { series } = line;
  let index = 0;
  series[0] = enter(line.suffix, suffix);
  for (const { label, column } of line.labels) {
    const part = enter(column, labels[label]);
    series[++index] = part === column.texts.empty ? 0 : part;
  }
}

/** The part of `value`, which is then the column's. Many are those of the sample before. */
function enter(column: Column, value: Column["value"]): number {
  if (value !== column.value) {
    column.value = value;
    column.part = value === undefined ? 0 : column.texts.partOf(value);
  }
  return column.part;
}

/** Adds the line with `value`. */
export function addLine(text: Utf8Builder, parts: Parts, { start, suffix, labels }: Line, value: number): void {
  parts.addTo(text, start);
  parts.addTo(text, suffix.part);
  let separator = "{";
  for (const { column } of labels) {
    if (column.part === 0) continue;
    text.appendString(separator);
    parts.addTo(text, column.part);
    separator = ",";
  }
  text.appendString(separator === "," ? "} " : " ");
  text.appendString(String(value));
  text.appendByte(lineEnd);
}
