import type { SampleFamily } from "../collectors/metric";
import { Interner } from "./interner";
import { LineWriter, type ExpositionSample } from "./lineWriter";
import { Utf8Builder } from "./utf8Builder";

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

export function toExpositionFamily({ metric, samples }: SampleFamily): ExpositionFamily {
  return { name: metric.name, type: metric.type, help: metric.help, labelNames: metric.labels, samples };
}

/** Long enough that a chunk costs little, short enough that compression starts early. */
const chunkBytes = 512 * 1024;
/** Room for the line that completes a chunk. */
const lineBytes = 16 * 1024;

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
  const interners = new Map<string, Interner>();
  const internerFor = (label: string): Interner => {
    const interner = interners.get(label) ?? createLabelInterner(label, maxLabelLength);
    interners.set(label, interner);
    return interner;
  };
  const output = new Utf8Builder(chunkBytes + lineBytes);
  let duplicates = 0;
  for (const family of families) {
    const lines = new LineWriter(family.name, family.labelNames, internerFor);
    let head = formatHead(family, format);
    for (const sample of family.samples) {
      if (!Number.isFinite(sample.value)) continue;
      if (!lines.enter(sample)) {
        duplicates++;
        continue;
      }
      if (head !== "") output.append(head);
      head = "";
      lines.appendTo(output);
      if (output.length >= chunkBytes) yield output.take();
    }
  }
  if (output.length > 0) yield output.take();
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

function createLabelInterner(label: string, maxLength: number): Interner {
  return new Interner(
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
