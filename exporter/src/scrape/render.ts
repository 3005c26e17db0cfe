import type { Metric } from "../collectors/metric";
import {
  endMark,
  writeExposition,
  toExpositionFamily,
  type ExpositionFormat,
  type ExpositionFamily,
} from "./exposition";
import { duplicatesFamily, scrapeFamilies } from "./scrapeMetrics";
import type { Scrape } from "./scraper";

export interface RenderOptions {
  readonly format: ExpositionFormat;
  /** Characters of a label value. */
  readonly maxLabelLength: number;
  /** Which names are shown where a metric has an old and a new one. */
  readonly names: "both" | Metric["names"];
}

export const isShown = (metric: Metric, names: RenderOptions["names"]): boolean =>
  names === "both" || metric.names === names;

/**
 * The whole answer to a scrape, piece by piece: what each collector gives, written while the later ones are still at
 * work; how the scrape went; and `others`, asked for when it is over.
 */
export async function* renderScrape(
  { each, all }: Scrape,
  others: () => Promise<readonly ExpositionFamily[]>,
  { format, maxLabelLength, names }: RenderOptions,
): AsyncGenerator<Uint8Array> {
  const write = (families: readonly ExpositionFamily[]) => writeExposition(families, format, maxLabelLength);
  let duplicates = 0;
  for (const result of each) {
    const { families } = await result;
    duplicates += yield* write(families.filter(({ metric }) => isShown(metric, names)).map(toExpositionFamily));
  }
  const ofScrape = [...scrapeFamilies(await all), duplicatesFamily(duplicates)];
  yield* write([...ofScrape.map(toExpositionFamily), ...(await others())]);
  yield Buffer.from(endMark(format));
}

/** The answer where no controller is scraped: only what the exporter says of itself. */
export async function* renderSelfMetrics(
  families: () => Promise<readonly ExpositionFamily[]>,
  { format, maxLabelLength }: RenderOptions,
): AsyncGenerator<Uint8Array> {
  yield* writeExposition(await families(), format, maxLabelLength);
  yield Buffer.from(endMark(format));
}
