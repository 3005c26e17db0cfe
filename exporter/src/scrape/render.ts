import type { Metric } from "../collectors/metric";
import { endOf, exposition, shown, type Format, type ShownFamily } from "./exposition";
import { scrapeFamilies } from "./scrapeMetrics";
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

/** The whole answer to a scrape: how it went, what the collectors gave, and `others`. */
export function render(
  results: readonly CollectorResult[],
  others: readonly ShownFamily[],
  { format, maxLabelLength, names }: RenderSettings,
): string {
  const families = results
    .flatMap((result) => result.families)
    .filter(({ metric }) => isShown(metric, names))
    .map(shown);
  const data = exposition(families, format, maxLabelLength);
  const about = exposition(scrapeFamilies(results, data.duplicates).map(shown), format, maxLabelLength);
  return about.text + data.text + exposition(others, format, maxLabelLength).text + endOf(format);
}
