import type { Metric } from "../collectors/metric";
import {
  endMark,
  writeExposition,
  toExpositionFamily,
  type ExpositionFormat,
  type ExpositionFamily,
} from "./exposition";
import { duplicatesFamily, scrapeFamilies, sizeFamilies } from "./scrapeMetrics";
import type { Scrape } from "./scraper";

export interface RenderOptions {
  readonly format: ExpositionFormat;
  /** Characters of a label value. */
  readonly maxLabelLength: number;
  /** Which names are shown where a metric has an old and a new one. */
  readonly names: "both" | Metric["names"];
  /** The size from which on a scraper refuses the exposition; absent or 0 if unknown. */
  readonly sizeLimitBytes?: number;
}

/** Gives the families of the exporter itself. */
export type OwnFamilies = () => Promise<readonly ExpositionFamily[]>;

/** Writes families in a format, and returns the number of duplicate samples that it left out. */
export type WriteFamilies = (families: readonly ExpositionFamily[]) => Generator<Uint8Array, number>;

export const isShown = (metric: Metric, names: RenderOptions["names"]): boolean =>
  names === "both" || metric.names === names;

/**
 * The families of a scrape, piece by piece as `write` gives them: what each collector gives, written while the later
 * ones are still at work; how the scrape went; and `others`, asked for when it is over.
 */
export async function* renderFamilies(
  { each, all }: Scrape,
  others: OwnFamilies,
  names: RenderOptions["names"],
  write: WriteFamilies,
): AsyncGenerator<Uint8Array> {
  let duplicates = 0;
  for (const result of each) {
    const { families } = await result;
    duplicates += yield* write(families.filter(({ metric }) => isShown(metric, names)).map(toExpositionFamily));
  }
  const ofScrape = [...scrapeFamilies(await all), duplicatesFamily(duplicates)];
  yield* write([...ofScrape.map(toExpositionFamily), ...(await others())]);
}

/** The whole answer to a scrape, piece by piece. */
export async function* renderScrape(
  scrape: Scrape,
  others: OwnFamilies,
  options: RenderOptions,
): AsyncGenerator<Uint8Array> {
  yield* withSize(renderFamilies(scrape, others, options.names, writerOf(options)), options);
}

/** The answer where no controller is scraped: only what the exporter says of itself. */
export async function* renderSelfMetrics(families: OwnFamilies, options: RenderOptions): AsyncGenerator<Uint8Array> {
  const write = writerOf(options);
  const ownFamilies = async function* () {
    yield* write(await families());
  };
  yield* withSize(ownFamilies(), options);
}

const writerOf =
  ({ format, maxLabelLength }: RenderOptions): WriteFamilies =>
  (families) =>
    writeExposition(families, format, maxLabelLength);

/** `chunks`, followed by the size of the whole and the end mark. */
async function* withSize(chunks: AsyncGenerator<Uint8Array>, options: RenderOptions): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    yield chunk;
  }
  yield endOf(bytes, options);
}

/** The end of an exposition whose beginning has so many bytes. Its own length is part of the size that it states. */
function endOf(bytes: number, { format, maxLabelLength, sizeLimitBytes = 0 }: RenderOptions): Uint8Array {
  let size = bytes;
  for (;;) {
    const families = sizeFamilies(size, sizeLimitBytes).map(toExpositionFamily);
    const end = Buffer.concat([...writeExposition(families, format, maxLabelLength), Buffer.from(endMark(format))]);
    if (bytes + end.byteLength === size) return end;
    size = bytes + end.byteLength;
  }
}
