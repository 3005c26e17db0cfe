import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot } from "@fedjoin/testbed";

const read = (path: string): string => readFileSync(join(repositoryRoot, path), "utf8");
const sourcesOf = (pattern: string): string =>
  globSync(pattern, { cwd: repositoryRoot })
    .map(read)
    .join("\n")
    .replaceAll(/\$\{[^}]*\}/g, "…")
    .replaceAll("\\s+", " ")
    .replaceAll(/\\([()])/g, "$1");

/** Messages of the product, and messages of other programs that a test of the real CLI has met. */
const [own, met] = [sourcesOf("{provider,exporter,stacks}/src/**/*.ts"), sourcesOf("test/e2e/*.ts")];

/** Pulumi's, which no test can meet at will: another run has to hold the lock, or a kill to leave an empty file. */
const unmet = ["the stack is currently locked", "failed to load checkpoint: EOF"];

/** What a code span with blanks is instead of a message: a command, a request, a setting or an expression. */
const isNoMessage = (span: string): boolean =>
  /^(?:pulumi|npx|npm|fedjoin|fedjoin-exporter|kubectl|openssl|curl|docker|systemctl|htpasswd|kill|chmod|promtool|pipeline\.sh|destroy|refresh|up|members|[A-Z_]+=\S*|GET|POST|PATCH|DELETE) |[{}]|==|^[\w./]+: \S+$|^--/.test(
    span,
  );

/** The parts of a message, which may be put together: without `…`, numbers, and the names `A` and `B`. */
const partsOf = (message: string): string[] =>
  message
    .split(/…|: |\d+|\b[AB]\b/)
    .map((part) => part.replace(/^\W+|\W+$/g, ""))
    .filter((part) => part !== "");

const quotes = globSync("docs/how-to/*.md", { cwd: repositoryRoot }).flatMap((page) => {
  const text = read(page).replaceAll(/^ *```[^]*?^ *```$/gm, "");
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
  return spans.filter((span) => span.includes(" ") && !isNoMessage(span)).map((message) => ({ page, message }));
});

test("a message that a page quotes is one of the product, or one that a test has met", () => {
  expect(quotes.length).toBeGreaterThan(30);
  const isFound = (part: string) => [own, met, ...unmet].some((text) => text.includes(part));
  expect(quotes.filter(({ message }) => !partsOf(message).every(isFound))).toEqual([]);
});
