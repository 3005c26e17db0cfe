import { ByteText } from "@fedjoin/provider";
import type { SampleFamily } from "../collectors/metric";
import { createLabelTexts, createParts, createTexts, escapeLabel, type Texts } from "./lineParts";
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
    /** The parts that tell a series from others. */
    const series = new Uint32Array(labelNames.length + 1);
    const start = parts.keep(name);
    const ofSuffix = createColumn(suffixes);
    const ofLabels = labelNames.map((label) => ({ label, column: createColumn(textsOf(label)) }));
    for (const { suffix = "", labels, value } of samples) {
      if (!Number.isFinite(value)) continue;
      let index = 0;
      series[0] = enter(ofSuffix, suffix);
      for (const { label, column } of ofLabels) {
        const part = enter(column, labels[label]);
        series[++index] = part === column.texts.empty ? 0 : part;
      }
      if (isRepeated(series)) {
        duplicates++;
        continue;
      }
      if (head !== "") text.addText(head);
      head = "";
      parts.addTo(text, start);
      parts.addTo(text, ofSuffix.part);
      let separator = "{";
      for (const { column } of ofLabels) {
        if (column.part === 0) continue;
        text.addText(separator);
        parts.addTo(text, column.part);
        separator = ",";
      }
      text.addText(separator === "," ? "} " : " ");
      text.addText(String(value));
      text.addByte(lineEnd);
      if (text.length >= pieceBytes) yield text.takeBytes();
    }
  }
  if (text.length > 0) yield text.bytes;
  return duplicates;
}

/** The suffix or a label of the current sample. */
interface Column {
  readonly texts: Texts;
  value: string | number | undefined;
  part: number;
}

const createColumn = (texts: Texts): Column => ({ texts, value: undefined, part: 0 });

/** The part of `value`, which is then the column's. Many are those of the sample before. */
function enter(column: Column, value: Column["value"]): number {
  if (value !== column.value) {
    column.value = value;
    column.part = value === undefined ? 0 : column.texts.partOf(value);
  }
  return column.part;
}

/** What ends a whole exposition. */
export const endOf = (format: Format): string => (format === "openmetrics" ? "# EOF\n" : "");

function escapeHelp(help: string, format: Format): string {
  return format === "openmetrics" ? escapeLabel(help) : help.replace(/\\/g, "\\\\").replace(/\n/g, "\\n");
}
