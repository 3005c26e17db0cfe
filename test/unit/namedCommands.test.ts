import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { isFedjoinCommand } from "../support/fedjoinCommands";
import { codeOf } from "../support/markdown";
import { repositoryRoot } from "@fedjoin/testbed";

const read = (path: string): string => readFileSync(join(repositoryRoot, path), "utf8");
const pages = globSync(["*.md", "docs/**/*.md", "examples/**/*.md"], {
  cwd: repositoryRoot,
  exclude: ["**/node_modules/**"],
});

/** The words that a pattern finds in the code of the pages, with where they stand. */
const namedBy = (pattern: RegExp) =>
  pages.flatMap((page) => [...codeOf(read(page)).matchAll(pattern)].map(([, word = ""]) => ({ page, word })));

test("every `npm run` of a page is a script of the project", () => {
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read("package.json")));
  const named = namedBy(/\bnpm run (?:--?[a-z-]+ )*([a-z][a-z:-]*)/g);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ word }) => !(word in scripts))).toEqual([]);
});

test("every `fedjoin` command of a page is one of the program", () => {
  const named = [
    ...namedBy(/(?:^|[`$|(] *|npx )fedjoin ([a-z]+)/gm),
    ...namedBy(/npm run (?:--silent )?fedjoin -- ([a-z]+)/g),
  ];
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ word }) => !isFedjoinCommand(word))).toEqual([]);
});
