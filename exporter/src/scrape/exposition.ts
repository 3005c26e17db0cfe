import { ByteText } from "@fedjoin/provider";
import type { SampleFamily } from "../collectors/metric";
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

/** Bytes of a piece of text: long enough that a piece costs little, short enough that zipping starts early. */
const pieceBytes = 128 * 1024;
/** Beyond a piece, so that the last sample of one seldom makes it grow. */
const spareBytes = 2 * 1024;

const lineFeed = 0x0a;

/** A label that a sample does not have. */
const absent = -1;

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
  const text = new ByteText(pieceBytes + spareBytes);
  const parts = createParts();
  const values = createLabelValues(parts, maxLabelLength);
  let duplicates = 0;
  for (const { name, type, help, labelNames, samples } of families) {
    const family = format === "openmetrics" && type === "counter" ? name.replace(/_total$/, "") : name;
    let head = `# HELP ${family} ${escapeHelp(help, format)}\n# TYPE ${family} ${type}\n`;
    const width = labelNames.length + 1;
    const isRepeated = createSeriesSet(width);
    const series = new Uint32Array(width);
    const start = parts.keep(name);
    const openings = labelNames.map((label) => ({
      first: parts.keep(`{${label}="`),
      next: parts.keep(`",${label}="`),
    }));
    /** The labels of the sample before, of which many come again. */
    const given: (string | number | undefined)[] = labelNames.map(() => undefined);
    const numbers = labelNames.map(() => absent);
    for (const { suffix = "", labels, value } of samples) {
      if (!Number.isFinite(value)) continue;
      series[0] = values.numberOf(suffix);
      for (let index = 0; index < labelNames.length; index++) {
        const label = labels[labelNames[index] ?? ""];
        if (label !== given[index]) {
          given[index] = label;
          numbers[index] = label === undefined ? absent : values.numberOf(label);
        }
        series[index + 1] = Math.max(numbers[index] ?? 0, 0);
      }
      if (isRepeated(series)) {
        duplicates++;
        continue;
      }
      text.addText(head);
      head = "";
      parts.addTo(text, start);
      parts.addTo(text, series[0]);
      let hasLabel = false;
      for (let index = 0; index < openings.length; index++) {
        const number = numbers[index] ?? absent;
        if (number === absent) continue;
        const opening = openings[index];
        parts.addTo(text, (hasLabel ? opening?.next : opening?.first) ?? 0);
        parts.addTo(text, number);
        hasLabel = true;
      }
      text.addText(hasLabel ? '"} ' : " ");
      text.addText(`${value}`);
      text.addByte(lineFeed);
      if (text.length >= pieceBytes) yield text.takeBytes();
    }
  }
  if (text.length > 0) yield text.bytes;
  return duplicates;
}

/** What ends a whole exposition. */
export const endOf = (format: Format): string => (format === "openmetrics" ? "# EOF\n" : "");

/** Parts of lines as bytes, which are written again and again; the part 0 is empty. */
function createParts() {
  const all = new ByteText();
  const ends = [0];
  return {
    /** The number of a new part. */
    keep(text: string): number {
      all.addText(text);
      return ends.push(all.length) - 1;
    },
    addTo(line: ByteText, number: number): void {
      line.addPart(all, ends[number - 1] ?? 0, ends[number] ?? 0);
    },
  };
}

/** Keeps each label value once: those of a big cluster come again and again. */
function createLabelValues(parts: ReturnType<typeof createParts>, maxLength: number) {
  const known = new Map<string, number>([["", 0]]);
  return {
    /** A number that no value with another text has; 0 for an empty one, which counts as absent. */
    numberOf(value: string | number): number {
      const whole = labelValue(value, maxLength);
      const before = known.get(whole);
      if (before !== undefined) return before;
      const number = parts.keep(escapeLabel(whole));
      known.set(whole, number);
      return number;
    },
  };
}

const labelValue = (value: string | number, maxLength: number): string =>
  typeof value === "string" ? cut(value, maxLength) : `${value}`;

/** At most `maxLength` characters, each a whole one: a half of a pair would not reach Prometheus as it is. */
function cut(value: string, maxLength: number): string {
  const whole = value.toWellFormed();
  if (whole.length <= maxLength) return whole;
  const isWithinPair = /[\ud800-\udbff]/.test(whole[maxLength - 1] ?? "");
  return whole.slice(0, isWithinPair ? maxLength - 1 : maxLength);
}

const special = /[\\"\n]/;

function escapeLabel(value: string): string {
  if (!special.test(value)) return value;
  return value.replace(/[\\"\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`));
}

function escapeHelp(help: string, format: Format): string {
  return format === "openmetrics" ? escapeLabel(help) : help.replace(/\\/g, "\\\\").replace(/\n/g, "\\n");
}
