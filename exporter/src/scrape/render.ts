import type { Metric } from "../collectors/metric";
import { endOf, exposition, shown, type Format, type ShownFamily } from "./exposition";
import { duplicatesFamily, scrapeFamilies } from "./scrapeMetrics";
import type { Scrape } from "./scraper";

export interface RenderSettings {
  readonly format: Format;
  /** Characters of a label value. */
  readonly maxLabelLength: number;
  /** Which names are shown where a metric has an old and a new one. */
  readonly names: "both" | Metric["names"];
}

export const isShown = (metric: Metric, names: RenderSettings["names"]): boolean =>
  names === "both" || metric.names === names;

/**
 * The whole answer to a scrape, piece by piece: what each collector gives, written while the later ones are still at
 * work; how the scrape went; and `others`, asked for when it is over.
 */
export async function* render(
  { each, all }: Scrape,
  others: () => Promise<readonly ShownFamily[]>,
  { format, maxLabelLength, names }: RenderSettings,
): AsyncGenerator<Uint8Array> {
  const write = (families: readonly ShownFamily[]) => exposition(families, format, maxLabelLength);
  let duplicates = 0;
  for (const result of each) {
    const { families } = await result;
    duplicates += yield* write(families.filter(({ metric }) => isShown(metric, names)).map(shown));
  }
  const ofScrape = [...scrapeFamilies(await all), duplicatesFamily(duplicates)];
  yield* write([...ofScrape.map(shown), ...(await others())]);
  yield Buffer.from(endOf(format));
}

/** The answer where no controller is scraped: only what the exporter says of itself. */
export async function* renderOwn(
  families: () => Promise<readonly ShownFamily[]>,
  { format, maxLabelLength }: RenderSettings,
): AsyncGenerator<Uint8Array> {
  yield* exposition(await families(), format, maxLabelLength);
  yield Buffer.from(endOf(format));
}
