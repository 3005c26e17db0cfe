import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { anchorsOf } from "../support/markdown";
import { repositoryRoot } from "@fedjoin/testbed";

const read = (path: string): string => readFileSync(join(repositoryRoot, path), "utf8");
const headings = anchorsOf(read("docs/reference/rest-api.md"));

/** The citations in `text` of the page about the REST API, such as `rest-api.md#joining`; "" where a heading is missing. */
const citationsIn = (text: string): string[] =>
  [...text.matchAll(/(?<!\/)\brest-api\.md(?:#([\w-]+))?/g)].map(([, heading = ""]) => heading);

const unresolved = (text: string): string[] => citationsIn(text).filter((heading) => !headings.includes(heading));

/** Section numbers of a document that is not in the repository. */
const numbered = /\bcontract \d/;

test("a citation of a heading that does not exist is found, and so is one without a heading", () => {
  expect(unresolved("// (rest-api.md#joining)")).toEqual([]);
  expect(unresolved("/** a (rest-api.md#made-up) and rest-api.md. */")).toEqual(["made-up", ""]);
  expect(numbered.test("// as the master answers (contract 3.6)")).toBe(true);
});

test("every citation of the REST API in sources and tests resolves to a heading", () => {
  const files = globSync(
    ["{provider,exporter,stacks}/**/*.{ts,mjs}", "test/**/*.ts", "examples/**/*.{ts,js}", "eslint.config.mjs"],
    { cwd: repositoryRoot, exclude: ["**/node_modules/**", "**/dist/**", "test/unit/citations.test.ts"] },
  );
  const texts = files.map((file) => ({ file, text: read(file) }));
  expect(texts.flatMap(({ text }) => citationsIn(text)).length).toBeGreaterThan(150);
  expect(texts.flatMap(({ file, text }) => unresolved(text).map((heading) => ({ file, heading })))).toEqual([]);
  expect(texts.filter(({ text }) => numbered.test(text)).map(({ file }) => file)).toEqual([]);
});
