import { exposition } from "../../exporter/src/scrape/exposition";
import { render } from "../../exporter/src/scrape/render";

/** All that `exposition` gives, its text as one. */
export function wholeExposition(...args: Parameters<typeof exposition>): {
  readonly text: string;
  readonly duplicates: number;
} {
  const pieces = exposition(...args);
  let text = "";
  for (;;) {
    const { value, done } = pieces.next();
    if (done === true) return { text, duplicates: value };
    text += value;
  }
}

/** The text of `render` as one. */
export const renderText = (...args: Parameters<typeof render>): string => [...render(...args)].join("");
