import { text } from "node:stream/consumers";
import { exposition, type ShownFamily } from "../../exporter/src/scrape/exposition";
import { render, type RenderSettings } from "../../exporter/src/scrape/render";
import type { CollectorResult } from "../../exporter/src/scrape/scraper";

/** All that `exposition` gives, its text as one. */
export function wholeExposition(...args: Parameters<typeof exposition>): {
  readonly text: string;
  readonly duplicates: number;
} {
  const pieces = exposition(...args);
  const parts: Uint8Array[] = [];
  for (;;) {
    const { value, done } = pieces.next();
    if (done === true) return { text: Buffer.concat(parts).toString(), duplicates: value };
    parts.push(value);
  }
}

/** The text of a scrape that gave `results`, as one. */
export function renderText(
  results: readonly CollectorResult[],
  others: readonly ShownFamily[],
  settings: RenderSettings,
): Promise<string> {
  const scrape = { each: results.map((result) => Promise.resolve(result)), all: Promise.resolve(results) };
  return text(render(scrape, () => Promise.resolve(others), settings));
}
