import { expect, test } from "vitest";
import { withoutRepeats } from "../../../../../provider/src/neuvector/client/pages";

const entry = (id: number) => ({ id, labels: [`l${id}`] });

/** What is read of these pages in turn. */
async function read(...pages: readonly (readonly number[])[]) {
  let size = 0;
  const readPage = withoutRepeats((_limit, start) => {
    expect(start).toBe(size);
    return Promise.resolve((pages[turn] ?? []).map(entry));
  });
  const results: number[][] = [];
  let turn = 0;
  for (; turn < pages.length; turn++) {
    const page = await readPage(2, size);
    size += page.length;
    results.push(page.map(({ id }) => id));
  }
  return results;
}

test.each([
  { pages: [[1, 2], [3, 4], [5]], entries: [[1, 2], [3, 4], [5]] },
  { pages: [[1, 2], []], entries: [[1, 2], []] },
  // Newer entries came in between.
  {
    pages: [
      [2, 3],
      [3, 4],
    ],
    entries: [
      [2, 3],
      [3, 4],
    ],
  },
  {
    pages: [
      [1, 2],
      [1, 2],
      [1, 2],
    ],
    entries: [[1, 2], [], []],
  },
  {
    pages: [
      [1, 2],
      [1, 2, 3],
      [1, 2, 3],
    ],
    entries: [[1, 2], [3], []],
  },
  { pages: [[1, 2], [1]], entries: [[1, 2], [1]] },
])("of pages $pages are read $entries", async ({ pages, entries }) => {
  expect(await read(...pages)).toEqual(entries);
});

test("the first page is read whole again", async () => {
  const readPage = withoutRepeats(() => Promise.resolve([entry(1)]));
  expect([await readPage(1, 0), await readPage(1, 0)]).toEqual([[entry(1)], [entry(1)]]);
});
