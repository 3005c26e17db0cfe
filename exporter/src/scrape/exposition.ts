import type { SampleFamily } from "../collectors/metric";

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

export interface Exposition {
  readonly text: string;
  /** Samples left out, since others before them have the same labels. */
  readonly duplicates: number;
}

/** A collector's samples in the form that is shown. */
export function shown({ metric, samples }: SampleFamily): ShownFamily {
  return { name: metric.name, type: metric.type, help: metric.help, labelNames: metric.labels, samples };
}

/**
 * The exposition text of `families`. Label values longer than `maxLabelLength` characters are cut. A sample that is no
 * finite number, or repeats the labels of one before it, is left out: Prometheus would refuse the scrape. A family
 * without samples is left out. The end mark of OpenMetrics is the caller's, since texts are put together.
 */
export function exposition(families: Iterable<ShownFamily>, format: Format, maxLabelLength: number): Exposition {
  const parts: string[] = [];
  let duplicates = 0;
  for (const { name, type, help, labelNames, samples } of families) {
    const writeLabels = labelWriter(labelNames, maxLabelLength);
    const lines: string[] = [];
    const seen = new Set<string>();
    for (const { suffix = "", labels, value } of samples) {
      if (!Number.isFinite(value)) continue;
      const { text, key } = writeLabels(labels);
      const series = suffix === "" ? key : suffix + key;
      if (seen.has(series)) {
        duplicates++;
        continue;
      }
      seen.add(series);
      lines.push(`${name}${suffix}${text} ${value}\n`);
    }
    if (lines.length === 0) continue;
    const family = format === "openmetrics" && type === "counter" ? name.replace(/_total$/, "") : name;
    parts.push(`# HELP ${family} ${escapeHelp(help, format)}\n# TYPE ${family} ${type}\n`, lines.join(""));
  }
  return { text: parts.join(""), duplicates };
}

/** What ends a whole exposition. */
export const endOf = (format: Format): string => (format === "openmetrics" ? "# EOF\n" : "");

interface LabelText {
  /** `{a="b"}`, empty without labels. */
  readonly text: string;
  /** Equal for equal series: Prometheus takes an empty label for an absent one. */
  readonly key: string;
}

/** Writes the labels of samples of one family, which all have the same names. */
function labelWriter(names: readonly string[], maxLength: number): (labels: ShownSample["labels"]) => LabelText {
  const labelled = names.map((name) => ({ name, first: `{${name}="`, next: `",${name}="` }));
  return (labels) => {
    let text = "";
    let key: string | undefined;
    for (const { name, first, next } of labelled) {
      const value = labels[name];
      if (value === undefined) continue;
      const written = typeof value === "string" ? escapeLabel(cut(value, maxLength)) : `${value}`;
      if (written === "") key ??= text;
      else if (key !== undefined) key += key === "" ? first + written : next + written;
      text += text === "" ? first + written : next + written;
    }
    const whole = closed(text);
    return { text: whole, key: key === undefined ? whole : closed(key) };
  };
}

const closed = (text: string): string => (text === "" ? "" : `${text}"}`);

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
