import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import {
  errorKinds,
  operations,
  pageFor,
  type ErrorKind,
  type Operation,
} from "../../provider/src/errors/neuVectorError";
import { anchorsOf, codeOf, linksOf } from "../support/markdown";
import { repositoryRoot } from "@fedjoin/testbed";

const read = (path: string): string => readFileSync(join(repositoryRoot, path), "utf8");
const pages = globSync(["*.md", "docs/**/*.md", "examples/**/*.md", "provider/*.md", "test/{,*/}*.md"], {
  cwd: repositoryRoot,
  exclude: ["**/node_modules/**"],
});

const isDead = (from: string, link: string): boolean => {
  const [path = "", anchor] = link.split("#");
  const file = path === "" ? from : normalize(join(dirname(from), path));
  if (file.startsWith("..") || !existsSync(join(repositoryRoot, file))) return true;
  return anchor !== undefined && !anchorsOf(read(file)).includes(anchor);
};

test("links and anchors are read as a forge reads them", () => {
  const page =
    "# A `b` [c](d.md): e_f, 3 a.m.!\n\n## Twice\n\n## Twice\n\n```sh\n# no heading [x](no.md)\n```\n`[y](no.md)`\n";
  expect(anchorsOf(page)).toEqual(["a-b-c-e_f-3-am", "twice", "twice-1"]);
  expect(linksOf(`${page} [\`z\`](z.md#twice) ![p](images/p.png)`)).toEqual(["d.md", "z.md#twice", "images/p.png"]);
  expect(isDead("README.md", "docs/reference/errors.md#tls")).toBe(false);
  expect(isDead("docs/how-to/join.md", "../reference/errors.md#no-such-kind")).toBe(true);
  expect(isDead("docs/how-to/join.md", "docs/reference/errors.md")).toBe(true);
});

test("every link of a page leads to a file or heading", () => {
  expect(pages.length).toBeGreaterThan(25);
  const relative = pages.flatMap((page) =>
    linksOf(read(page))
      .filter((link) => !/^[a-z]+:/.test(link))
      .map((link) => ({ page, link })),
  );
  expect(relative.length).toBeGreaterThan(100);
  expect(relative.filter(({ page, link }) => isDead(page, link))).toEqual([]);
});

test("pages of docs/ that messages, comments and examples name exist", () => {
  const files = globSync(
    ["{provider,exporter,stacks}/src/**/*.ts", "examples/**/*.{ts,js,sh,yml,yaml}", "examples/**/.*.yml"],
    {
      cwd: repositoryRoot,
      exclude: ["**/node_modules/**"],
    },
  );
  const named = files.flatMap((file) =>
    [...read(file).matchAll(/(?<![\w/])docs\/[\w/-]+\.md(?:#[\w-]+)?/g)].map(([link]) => ({ file, link })),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ link }) => isDead("README.md", link))).toEqual([]);
});

test("a text of the product names a page by its full address, which works in any terminal and tooltip", () => {
  const sources = globSync("{provider,exporter,stacks}/src/**/*.ts", { cwd: repositoryRoot });
  // `pageFor` puts the address before the pages of this table.
  const texts = sources
    .filter((file) => !file.endsWith("errors/errorKinds.ts"))
    .flatMap((file) =>
      read(file)
        .split("\n")
        .filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line) && line.includes("docs/"))
        .map((line) => ({ file, line: line.trim() })),
    );
  expect(texts.length).toBeGreaterThan(4);
  expect(texts.filter(({ line }) => !line.includes("${documentationBase}docs/"))).toEqual([]);
});

test("the page that an error names exists, for every kind and operation", () => {
  const kinds = Object.keys(errorKinds) as ErrorKind[];
  const linked = kinds.flatMap((kind) =>
    [undefined, ...(Object.keys(operations) as Operation[])].map((operation) => pageFor(kind, operation)),
  );
  expect(linked).toContain("docs/how-to/operations.md#the-token-server-is-down");
  expect(linked).toContain("docs/reference/errors.md#name_taken");
  expect([...new Set(linked)].filter((page) => isDead("README.md", page))).toEqual([]);
});

test("README leads to the index of docs/, and the index to every page", () => {
  expect(linksOf(read("README.md"))).toContain("docs/README.md");
  const linked = new Set(
    ["docs/README.md", "docs/decisions/README.md"].flatMap((index) =>
      linksOf(read(index)).map((link) => join(dirname(index), link)),
    ),
  );
  expect(pages.filter((page) => page.startsWith("docs/") && page !== "docs/README.md" && !linked.has(page))).toEqual(
    [],
  );
});

test("the architecture page lists the folders of each package", () => {
  const sections = read("docs/explanation/architecture.md").split(/^## /m);
  const foldersOf = (section: string): string[] =>
    [...section.matchAll(/^\| ((?:`[\w/]+\/`(?:, )?)+) +\|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`([^`]+)\/`/g)].map(([, name = ""]) => name),
    );
  for (const [name, root] of [
    ["provider", "provider/src"],
    ["exporter", "exporter/src"],
    ["stacks", "stacks/src"],
    ["test", "test"],
  ] as const) {
    const section = sections.find((text) => text.startsWith(`${name}\n`)) ?? "";
    const present = readdirSync(join(repositoryRoot, root), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !["dist", "node_modules"].includes(entry.name))
      .map((entry) => entry.name);
    expect(foldersOf(section).toSorted(), name).toEqual(present.toSorted());
  }
});

test("files of the repository that a page names exist", () => {
  const named = pages.flatMap((page) =>
    [
      ...codeOf(read(page)).matchAll(
        /(?<![\w/.-])(?:provider|exporter|stacks|test|examples|docs)\/[\w./-]+\.(?:ts|mjs|md|ya?ml|json|sh)\b/g,
      ),
    ].map(([file]) => ({ page, file })),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ file }) => !existsSync(join(repositoryRoot, file)))).toEqual([]);
});
