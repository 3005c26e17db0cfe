import { expect, test } from "vitest";
import { countWords, userWords } from "../../docs/words";

test("words are counted in prose, tables and code, and the signs of Markdown are none", () => {
  expect(countWords("# A heading\n\n| a | b |\n| --- | :-- |\n| `c` | 2 |\n\n- one\n\n```sh\nnpm ci\n```\n")).toBe(10);
});

test("pages for users count, and generated ones and those for contributors do not", () => {
  const pages = userWords(["docs/reference/errors.md", "docs/reference/api/"]).map(([page]) => page);
  expect(pages).toEqual(expect.arrayContaining(["README.md", "docs/how-to/operations.md", "docs/glossary.md"]));
  for (const page of ["docs/reference/errors.md", "docs/reference/api/provider.md", "docs/reference/rest-api.md"]) {
    expect(pages).not.toContain(page);
  }
  expect(pages.filter((page) => page.startsWith("docs/decisions/"))).toEqual([]);
});
