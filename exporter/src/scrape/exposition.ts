import type { SampleFamily } from "../collectors/metric";
import { createInterner, type Interner } from "./interner";
import { createSeriesSet } from "./seriesSet";

/** `text` is Prometheus's format 0.0.4, `openmetrics` OpenMetrics 1.0. */
export type ExpositionFormat = "text" | "openmetrics";

/** A metric with its samples. */
export interface ExpositionFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly samples: Iterable<ExpositionSample>;
}

export interface ExpositionSample {
  /** What follows the metric's name, for parts of a histogram. */
  readonly suffix?: string;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly value: number;
}

export function toExpositionFamily({ metric, samples }: SampleFamily): ExpositionFamily {
  return { name: metric.name, type: metric.type, help: metric.help, labelNames: metric.labels, samples };
}

/** Long enough that a chunk costs little, short enough that compression starts early. */
const chunkBytes = 512 * 1024;
/** UTF-8 needs no more for a UTF-16 unit of a string. */
const maxBytesPerUnit = 3;

/**
 * Writes `families` in UTF-8, chunk by chunk, and returns the number of duplicate samples it left out. Leaves out what
 * Prometheus would refuse the scrape for: samples that are not finite, and those with the labels of an earlier one;
 * also families without samples. Truncates label values to `maxLabelLength` characters. The caller adds `endMark`.
 */
export function* writeExposition(
  families: Iterable<ExpositionFamily>,
  format: ExpositionFormat,
  maxLabelLength: number,
): Generator<Uint8Array, number> {
  const labels = new Map<string, Interner>();
  const internerFor = (label: string): Interner => {
    const interner = labels.get(label) ?? createLabelInterner(label, maxLabelLength);
    labels.set(label, interner);
    return interner;
  };
  const internSuffix = createInterner((suffix) => suffix);
  let chunk = Buffer.allocUnsafeSlow(chunkBytes);
  let length = 0;
  let duplicates = 0;
  for (const family of families) {
    const columns = family.labelNames.map((label) => ({ label, intern: internerFor(label) }));
    const formatLine = createLineFormatter(family.name, columns, internSuffix);
    let head = formatHead(family, format);
    for (const sample of family.samples) {
      if (!Number.isFinite(sample.value)) continue;
      const line = formatLine(sample);
      if (line === undefined) {
        duplicates++;
        continue;
      }
      const text = head + line;
      head = "";
      const maxBytes = maxBytesPerUnit * text.length;
      if (length + maxBytes > chunk.length) {
        if (length > 0) yield chunk.subarray(0, length);
        chunk = Buffer.allocUnsafeSlow(Math.max(chunkBytes, maxBytes));
        length = 0;
      }
      length += chunk.write(text, length);
    }
  }
  if (length > 0) yield chunk.subarray(0, length);
  return duplicates;
}

/** What ends a whole exposition. */
export const endMark = (format: ExpositionFormat): string => (format === "openmetrics" ? "# EOF\n" : "");

function formatHead({ name, type, help }: ExpositionFamily, format: ExpositionFormat): string {
  const isOpenMetrics = format === "openmetrics";
  const family = isOpenMetrics && type === "counter" ? name.replace(/_total$/, "") : name;
  const escaped = isOpenMetrics ? escapeLabel(help) : help.replace(/\\/g, "\\\\").replace(/\n/g, "\\n");
  return `# HELP ${family} ${escaped}\n# TYPE ${family} ${type}\n`;
}

interface Column {
  readonly label: string;
  readonly intern: Interner;
}

/** Returns a function that formats a sample of this metric as a line; it returns `undefined` for a duplicate. */
function createLineFormatter(
  name: string,
  columns: readonly Column[],
  internSuffix: Interner,
): (sample: ExpositionSample) => string | undefined {
  const isNew = createSeriesSet(columns.length + 1);
  const ids = new Uint32Array(columns.length + 1);
  return ({ suffix = "", labels, value }) => {
    let line = name + suffix;
    let separator = "{";
    let index = 0;
    ids[0] = internSuffix(suffix).id;
    for (const { label, intern } of columns) {
      const given = labels[label];
      // An empty label is written, but tells a series from others no more than an absent one.
      const { id, text } = intern(given ?? "");
      ids[++index] = id;
      if (given === undefined) continue;
      line += separator + text;
      separator = ",";
    }
    return isNew(ids) ? `${line}${separator === "," ? "}" : ""} ${value}\n` : undefined;
  };
}

function createLabelInterner(label: string, maxLength: number): Interner {
  return createInterner(
    (text) => `${label}="${escapeLabel(text)}"`,
    (value) => truncate(value, maxLength),
  );
}

/** At most `maxLength` characters, without half a surrogate pair at the end: Prometheus would get another character. */
function truncate(value: string, maxLength: number): string {
  const whole = value.toWellFormed();
  if (whole.length <= maxLength) return whole;
  const isWithinPair = /[\ud800-\udbff]/.test(whole[maxLength - 1] ?? "");
  return whole.slice(0, isWithinPair ? maxLength - 1 : maxLength);
}

const special = /[\\"\n]/;

/** As both formats write a label value. */
function escapeLabel(value: string): string {
  if (!special.test(value)) return value;
  return value.replace(/[\\"\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`));
}
