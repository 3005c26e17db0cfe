import { isDeepStrictEqual } from "node:util";

/** Resolves to a page of a list: `limit` entries without the first `start`, or more from a controller that ignores `limit`. */
export type ReadPage<T> = (limit: number, start: number) => Promise<readonly T[]>;

/**
 * Like `read`, for pages in order, without the entries of the page before if a page begins with all of them: a controller
 * that ignores `start` sends them again. The reader of a list then stops, since the rest of the page is short.
 */
export function withoutRepeats<T>(read: ReadPage<T>): ReadPage<T> {
  let before: readonly T[] = [];
  return async (limit, start) => {
    const page = await read(limit, start);
    const repeated = start > 0 ? before : [];
    before = page;
    return repeated.every((entry, index) => isDeepStrictEqual(entry, page[index])) ? page.slice(repeated.length) : page;
  };
}
