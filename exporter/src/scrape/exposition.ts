import type { SampleFamily } from "../collectors/metric";
import { createInterners, SampleWriter, type ExpositionSample, type SampleSyntax } from "./sampleWriter";
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
  const internerFor = createInterners((label, value) => `${label}="${escapeLabel(value)}"`, maxLabelLength);
  const output = new Utf8Builder(chunkBytes + lineBytes);
  let duplicates = 0;
  for (const family of families) {
    const lines = new SampleWriter(lineSyntax(family.name), family.labelNames, internerFor);
    let head = formatHead(family, format);
    for (const sample of family.samples) {
      if (!lines.enter(sample)) continue;
      if (head !== "") output.append(head);
      head = "";
      lines.appendTo(output);
      if (output.length >= chunkBytes) yield output.take();
    }
    duplicates += lines.duplicates;
  }
  if (output.length > 0) yield output.take();
  return duplicates;
}

const marks = {
  beforeLabels: Buffer.from("{"),
  afterLabels: Buffer.from("} "),
  withoutLabels: Buffer.from(" "),
  afterValue: "\n",
};

/** `name{label="value",…} value` */
function lineSyntax(name: string): SampleSyntax {
  return { begin: (suffix) => name + suffix, ...marks };
}

/** What ends a whole exposition. */
export const endMark = (format: ExpositionFormat): string => (format === "openmetrics" ? "# EOF\n" : "");

function formatHead({ name, type, help }: ExpositionFamily, format: ExpositionFormat): string {
  const isOpenMetrics = format === "openmetrics";
  const family = isOpenMetrics && type === "counter" ? name.replace(/_total$/, "") : name;
  const escaped = isOpenMetrics ? escapeLabel(help) : help.replace(/\\/g, "\\\\").replace(/\n/g, "\\n");
  return `# HELP ${family} ${escaped}\n# TYPE ${family} ${type}\n`;
}

const special = /[\\"\n]/;

/** As both formats write a label value. */
function escapeLabel(value: string): string {
  if (!special.test(value)) return value;
  return value.replace(/[\\"\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`));
}
