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
  const written = createWriter(maxLabelLength);
  for (const { name, type, help, labelNames, samples } of families) {
    const family = format === "openmetrics" && type === "counter" ? name.replace(/_total$/, "") : name;
    let head = `# HELP ${family} ${escapeHelp(help, format)}\n# TYPE ${family} ${type}\n`;
    const isRepeated = createSeriesSet(samples.length, labelNames.length + 1);
    const series = new Uint32Array(labelNames.length + 1);
    const labelStarts = labelNames.map((label) => ({ label, first: `{${label}="`, next: `",${label}="` }));
    for (const { suffix = "", labels, value } of samples) {
      if (!Number.isFinite(value)) continue;
      let labelsText = "";
      let part = 0;
      series[part] = written(suffix).number;
      for (const { label, first, next } of labelStarts) {
        const given = labels[label];
        series[++part] = 0;
        if (given === undefined) continue;
        const { text: shownAs, number } = written(given);
        series[part] = number;
        labelsText += (labelsText === "" ? first : next) + shownAs;
      }
      if (isRepeated(series)) {
        duplicates++;
        continue;
      }
      text += `${head}${name}${suffix}${labelsText}${labelsText === "" ? "" : '"}'} ${value}\n`;
      head = "";
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

/** A label value as it is written, and a number that no other such text has: 0 for an empty one, which counts as absent. */
interface Written {
  readonly text: string;
  readonly number: number;
}

/** Writes label values, each once: those of a big cluster come again and again. */
function createWriter(maxLength: number): (value: string | number) => Written {
  const known = new Map<string, Written>([["", { text: "", number: 0 }]]);
  return (value) => {
    const whole = labelValue(value, maxLength);
    const before = known.get(whole);
    if (before !== undefined) return before;
    const now = { text: escapeLabel(whole), number: known.size };
    known.set(whole, now);
    return now;
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
