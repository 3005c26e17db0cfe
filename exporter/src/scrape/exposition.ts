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
  readonly samples: readonly ShownSample[];
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

/** Characters of a piece of text: long enough that a piece costs little, short enough that zipping starts early. */
const pieceLength = 128 * 1024;

/**
 * The exposition text of `families`, piece by piece, and in the end how many samples were left out since others before
 * them have the same labels. Label values longer than `maxLabelLength` characters are cut. A sample that is no finite
 * number, or repeats the labels of one before it, is left out: Prometheus would refuse the scrape. A family without
 * samples is left out. The end mark of OpenMetrics is the caller's, since texts are put together.
 */
export function* exposition(
  families: Iterable<ShownFamily>,
  format: Format,
  maxLabelLength: number,
): Generator<string, number> {
  let text = "";
  let duplicates = 0;
  for (const { name, type, help, labelNames, samples } of families) {
    const family = format === "openmetrics" && type === "counter" ? name.replace(/_total$/, "") : name;
    let head = `# HELP ${family} ${escapeHelp(help, format)}\n# TYPE ${family} ${type}\n`;
    const valueOf = ({ labels }: ShownSample, label: string): string => labelValue(labels[label], maxLabelLength);
    const isRepeated = createSeriesSet(samples, {
      count: labelNames.length + 1,
      read: (sample, part) => {
        const label = labelNames[part];
        return label === undefined ? (sample.suffix ?? "") : valueOf(sample, label);
      },
    });
    const labelStarts = labelNames.map((label) => ({ label, first: `{${label}="`, next: `",${label}="` }));
    for (const [index, sample] of samples.entries()) {
      if (!Number.isFinite(sample.value)) continue;
      if (isRepeated(index)) {
        duplicates++;
        continue;
      }
      text += head + name + (sample.suffix ?? "");
      head = "";
      let isFirst = true;
      for (const { label, first, next } of labelStarts) {
        if (sample.labels[label] === undefined) continue;
        text += (isFirst ? first : next) + escapeLabel(valueOf(sample, label));
        isFirst = false;
      }
      text += `${isFirst ? "" : '"}'} ${sample.value}\n`;
      if (text.length < pieceLength) continue;
      yield text;
      text = "";
    }
  }
  if (text !== "") yield text;
  return duplicates;
}

/** What ends a whole exposition. */
export const endOf = (format: Format): string => (format === "openmetrics" ? "# EOF\n" : "");

const labelValue = (value: string | number | undefined, maxLength: number): string =>
  typeof value === "string" ? cut(value, maxLength) : value === undefined ? "" : `${value}`;

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
