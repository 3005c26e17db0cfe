import { ByteText } from "@fedjoin/provider";
import type { SampleFamily } from "../collectors/metric";
import { createLabelTexts, createParts, createTexts, escapeLabel, type Parts, type Texts } from "./lineParts";
import { createSeriesSet } from "./seriesSet";

/** `text` is Prometheus's format 0.0.4, `openmetrics` OpenMetrics 1.0. */
export type Format = "text" | "openmetrics";

/** A metric with all that it shows. Names of samples are the metric's, with a suffix for parts of a histogram. */
export interface ShownFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly samples: Iterable<ShownSample>;
}

export interface ShownSample {
  readonly suffix?: string;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly value: number;
}

/** A collector's samples in the form that is shown. */
export function shown({ metric, samples }: SampleFamily): ShownFamily {
  return { name: metric.name, type: metric.type, help: metric.help, labelNames: metric.labels, samples };
}

const lineEnd = 0x0a;
/** Bytes of a piece of text: long enough that a piece costs little, short enough that zipping starts early. */
const pieceBytes = 512 * 1024;

/**
 * The exposition text of `families` in UTF-8, piece by piece, and in the end how many samples were left out since others
 * before them have the same labels. Label values longer than `maxLabelLength` characters are cut. A sample that is no
 * finite number, or repeats the labels of one before it, is left out: Prometheus would refuse the scrape. A family
 * without samples is left out. The end mark of OpenMetrics is the caller's, since texts are put together.
 */
export function* exposition(
  families: Iterable<ShownFamily>,
  format: Format,
  maxLabelLength: number,
): Generator<Uint8Array, number> {
  const text = new ByteText();
  const parts = createParts();
  const suffixes = createTexts(parts, (suffix) => suffix);
  const labelTexts = new Map<string, Texts>();
  const textsOf = (label: string): Texts => {
    const texts = labelTexts.get(label) ?? createLabelTexts(parts, label, maxLabelLength);
    labelTexts.set(label, texts);
    return texts;
  };
  let duplicates = 0;
  for (const { name, type, help, labelNames, samples } of families) {
    const family = format === "openmetrics" && type === "counter" ? name.replace(/_total$/, "") : name;
    let head = `# HELP ${family} ${escapeHelp(help, format)}\n# TYPE ${family} ${type}\n`;
    const isRepeated = createSeriesSet(labelNames.length + 1);
    const line = createLine(parts.keep(name), suffixes, labelNames, textsOf);
    for (const sample of samples) {
      if (!Number.isFinite(sample.value)) continue;
      enterSample(line, sample);
      if (isRepeated(line.series)) {
        duplicates++;
        continue;
      }
      if (head !== "") text.addText(head);
      head = "";
      addLine(text, parts, line, sample.value);
      if (text.length >= pieceBytes) yield text.takeBytes();
    }
  }
  if (text.length > 0) yield text.bytes;
  return duplicates;
}

/** The line of the current sample, without its value. */
interface Line {
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

function createLine(
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

// A hundred thousand samples go through what follows. The loops are not the generator's, which would make an object for each turn.

function enterSample({ suffix: ofSuffix, labels: ofLabels, series }: Line, { suffix = "", labels }: ShownSample): void {
  let index = 0;
  series[0] = enter(ofSuffix, suffix);
  for (const { label, column } of ofLabels) {
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

function addLine(text: ByteText, parts: Parts, { start, suffix, labels }: Line, value: number): void {
  parts.addTo(text, start);
  parts.addTo(text, suffix.part);
  let separator = "{";
  for (const { column } of labels) {
    if (column.part === 0) continue;
    text.addText(separator);
    parts.addTo(text, column.part);
    separator = ",";
  }
  text.addText(separator === "," ? "} " : " ");
  text.addText(String(value));
  text.addByte(lineEnd);
}

/** What ends a whole exposition. */
export const endOf = (format: Format): string => (format === "openmetrics" ? "# EOF\n" : "");

function escapeHelp(help: string, format: Format): string {
  return format === "openmetrics" ? escapeLabel(help) : help.replace(/\\/g, "\\\\").replace(/\n/g, "\\n");
}
