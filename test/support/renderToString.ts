import { text } from "node:stream/consumers";
import { writeExposition, type ExpositionFamily } from "../../exporter/src/scrape/exposition";
import { renderScrape, type RenderOptions } from "../../exporter/src/scrape/render";
import type { CollectorResult } from "../../exporter/src/scrape/scraper";

/** All that `exposition` gives, its text as one. */
export function expositionToString(...args: Parameters<typeof writeExposition>): {
  readonly text: string;
  readonly duplicates: number;
} {
  const pieces = writeExposition(...args);
  const parts: Uint8Array[] = [];
  for (;;) {
    const { value, done } = pieces.next();
    if (done === true) return { text: Buffer.concat(parts).toString(), duplicates: value };
    parts.push(value);
  }
}

/** The text of a scrape that gave `results`, as one. */
export function renderToString(
  results: readonly CollectorResult[],
  others: readonly ExpositionFamily[],
  settings: RenderOptions,
): Promise<string> {
  const scrape = { each: results.map((result) => Promise.resolve(result)), all: Promise.resolve(results) };
  return text(renderScrape(scrape, () => Promise.resolve(others), settings));
}
