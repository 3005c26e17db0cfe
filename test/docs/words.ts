import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@fedjoin/testbed";

/** What the pages for users may hold together: README and docs/, without generated pages and those for contributors. */
export const mostUserWords = 30_000;

const contributorPages = [
  "docs/decisions/",
  "docs/explanation/architecture.md",
  "docs/explanation/performance.md",
  "docs/explanation/simulation.md",
  "docs/explanation/track-record.md",
  "docs/reference/dependencies.md",
  "docs/reference/rest-api.md",
];

/** Tokens with a letter or a digit, code and tables included: rules of tables and signs of Markdown are no words. */
export const countWords = (text: string): number =>
  text.split(/\s+/).filter((token) => /[\p{L}\p{N}]/u.test(token)).length;

/** The words of each page for users, the longest first; `generated` are paths or folders that do not count. */
export function userWords(generated: readonly string[]): [page: string, words: number][] {
  const excluded = [...contributorPages, ...generated];
  return ["README.md", ...globSync("docs/**/*.md", { cwd: repositoryRoot })]
    .filter((page) => !excluded.some((prefix) => page.startsWith(prefix)))
    .map((page): [string, number] => [page, countWords(readFileSync(join(repositoryRoot, page), "utf8"))])
    .toSorted(([, a], [, b]) => b - a);
}
