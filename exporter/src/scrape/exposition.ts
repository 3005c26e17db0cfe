import type { SampleFamily } from "../collectors/metric";
import { createInterners, SampleWriter, type ExpositionSample, type SampleSyntax } from "./sampleWriter";

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

/** Characters: long enough that a chunk costs little, short enough that compression starts early. */
const chunkLength = 512 * 1024;

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
  let output = "";
  let duplicates = 0;
  for (const family of families) {
    const lines = new SampleWriter(lineSyntax(family.name), family.labelNames, internerFor);
    let head = formatHead(family, format);
    for (const sample of family.samples) {
      const line = lines.write(sample);
      if (line === "") continue;
      output += head + line;
      head = "";
      if (output.length < chunkLength) continue;
      yield Buffer.from(output);
      output = "";
    }
    duplicates += lines.duplicates;
  }
  if (output !== "") yield Buffer.from(output);
  return duplicates;
}

/** `name{label="value",…} value` */
function lineSyntax(name: string): SampleSyntax {
  return {
    begin: (suffix) => name + suffix,
    beforeLabels: "{",
    afterLabels: "} ",
    withoutLabels: " ",
    afterValue: "\n",
  };
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
