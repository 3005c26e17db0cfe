import type { Metric } from "../collectors/metric";
import { endOf, exposition, shown, type Format, type ShownFamily } from "./exposition";
import { duplicatesFamily, scrapeFamilies } from "./scrapeMetrics";
import type { CollectorResult } from "./scraper";

export interface RenderSettings {
  readonly format: Format;
  /** Characters of a label value. */
  readonly maxLabelLength: number;
  /** Which names are shown where a metric has an old and a new one. */
  readonly names: "both" | Metric["names"];
}

export const isShown = (metric: Metric, names: RenderSettings["names"]): boolean =>
  names === "both" || metric.names === names;

/** The whole answer to a scrape, piece by piece: how it went, what the collectors gave, and `others`. */
export function* render(
  results: readonly CollectorResult[],
  others: readonly ShownFamily[],
  { format, maxLabelLength, names }: RenderSettings,
): Generator<string> {
  const write = (families: readonly ShownFamily[]) => exposition(families, format, maxLabelLength);
  const collected = results.flatMap(({ families }) => families).filter(({ metric }) => isShown(metric, names));
  yield* write(scrapeFamilies(results).map(shown));
  const duplicates = yield* write(collected.map(shown));
  yield* write([shown(duplicatesFamily(duplicates)), ...others]);
  yield endOf(format);
}

/** The answer where no controller is scraped: only what the exporter says of itself. */
export function* renderOwn(
  families: readonly ShownFamily[],
  { format, maxLabelLength }: RenderSettings,
): Generator<string> {
  yield* exposition(families, format, maxLabelLength);
  yield endOf(format);
}
