import { Utf8Builder } from "@fedjoin/provider/neuvector";
import type { SampleFamily } from "../collectors/metric";
import { createLabelTexts, createParts, createTexts, escapeLabel, type Texts } from "./textTable";
import { addLine, createLine, enterSample } from "./seriesLine";
import { createSeriesSet } from "./seriesSet";

/** `text` is Prometheus's format 0.0.4, `openmetrics` OpenMetrics 1.0. */
export type ExpositionFormat = "text" | "openmetrics";

/** A metric with all that it shows. Names of samples are the metric's, with a suffix for parts of a histogram. */
export interface ExpositionFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly samples: Iterable<ExpositionSample>;
}

export interface ExpositionSample {
  readonly suffix?: string;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly value: number;
}

/** A collector's samples in the form that is shown. */
export function toExpositionFamily({ metric, samples }: SampleFamily): ExpositionFamily {
  return { name: metric.name, type: metric.type, help: metric.help, labelNames: metric.labels, samples };
}

/** Bytes of a piece of text: long enough that a piece costs little, short enough that zipping starts early. */
const pieceBytes = 512 * 1024;

/**
 * The exposition text of `families` in UTF-8, piece by piece, and in the end how many samples were left out since others
 * before them have the same labels. Label values longer than `maxLabelLength` characters are cut. A sample that is no
 * finite number, or repeats the labels of one before it, is left out: Prometheus would refuse the scrape. A family
 * without samples is left out. The end mark of OpenMetrics is the caller's, since texts are put together.
 */
export function* writeExposition(
  families: Iterable<ExpositionFamily>,
  format: ExpositionFormat,
  maxLabelLength: number,
): Generator<Uint8Array, number> {
  const text = new Utf8Builder();
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
    for (const { suffix = "", labels, value } of samples) {
      if (!Number.isFinite(value)) continue;
      enterSample(line, suffix, labels);
      if (isRepeated(line.series)) {
        duplicates++;
        continue;
      }
      if (head !== "") {
        text.appendString(head);
        head = "";
      }
      addLine(text, parts, line, value);
      if (text.length >= pieceBytes) yield text.takeBytes();
    }
  }
  if (text.length > 0) yield text.bytes;
  return duplicates;
}

/** What ends a whole exposition. */
export const endMark = (format: ExpositionFormat): string => (format === "openmetrics" ? "# EOF\n" : "");

function escapeHelp(help: string, format: ExpositionFormat): string {
  return format === "openmetrics" ? escapeLabel(help) : help.replace(/\\/g, "\\\\").replace(/\n/g, "\\n");
}
