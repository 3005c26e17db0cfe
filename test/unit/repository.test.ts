import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { metricsReference } from "../../exporter/src/reference";
import { listedBugs } from "../support/compatibilityPage";
import { repositoryRoot } from "@fedjoin/testbed";

const read = (path: string): string => readFileSync(join(repositoryRoot, path), "utf8");

test("D2: the top level holds what the design names", () => {
  for (const name of ["package.json", "tsconfig.json", "Pulumi.yaml", "provider", "stacks", "exporter", "test"]) {
    expect(existsSync(join(repositoryRoot, name)), name).toBe(true);
  }
});

test("R13: tests without network have a layer of their own, and the whole flow has one", () => {
  expect(globSync("test/unit/**/*.test.ts", { cwd: repositoryRoot }).length).toBeGreaterThan(0);
  expect(globSync("test/e2e/**/*.test.ts", { cwd: repositoryRoot }).length).toBeGreaterThan(0);
  const sources = globSync("test/unit/**/*.test.ts", { cwd: repositoryRoot }).map(read).join("\n");
  expect(sources).not.toMatch(/\bstart(?:Controller|Federation)\(/);
});

test.each([
  ["the configuration", "problems of the configuration"],
  ["the token", "#the-token-server-is-down"],
  ["400, 403 and 409", "#a-join-is-refused"],
  ["401", "#a-login-is-refused"],
])("R14: the operator's table of failures says what to do about %s", (_, row) => {
  expect(read("docs/how-to/operations.md").split("\n## ")[0]).toContain(row);
});

test("R16: only version 1 of the controller's API is used, and the licence is Apache-2.0", () => {
  const sources = globSync(["provider/src/**/*.ts", "exporter/src/**/*.ts"], { cwd: repositoryRoot })
    .map(read)
    .join("\n");
  const paths = sources.match(/"(?:GET |POST |PATCH |DELETE )?\/v\d\/[^"]*"/g) ?? [];
  expect(paths.length).toBeGreaterThan(0);
  expect(paths.filter((path) => !path.includes("/v1/"))).toEqual([]);
  for (const name of [".", "provider", "exporter", "stacks"]) {
    expect(JSON.parse(read(join(name, "package.json")))).toMatchObject({ license: "Apache-2.0" });
  }
  expect(read("LICENSE")).toContain("Apache License");
});

test("R16: docs/start/compatibility.md has a row for each bug of the Python exporter, and each row a test", () => {
  const bugs = Array.from({ length: 25 }, (_, index) => `Q${index + 1}`);
  expect(listedBugs()).toEqual(bugs);
  const tests = globSync("test/*/**/*.test.ts", { cwd: repositoryRoot, exclude: ["test/dist/**"] })
    .map(read)
    .join("\n");
  // At the beginning of a title, or at its end in brackets.
  expect(bugs.filter((bug) => !new RegExp(`"${bug}: |\\(${bug}\\)"`).test(tests))).toEqual([]);
});

test("Q25: every old name is in the golden expositions, and the list of names has every one of them", () => {
  const golden = globSync("test/fixtures/golden/*.prom", { cwd: repositoryRoot }).map(read).join("\n");
  const old = metricsReference().flatMap(({ metrics }) => metrics.filter(({ names }) => names === "old"));
  expect(old).toHaveLength(28);
  expect(old.filter(({ name }) => !golden.includes(`# TYPE ${name} `)).map(({ name }) => name)).toEqual([]);
  const page = read("docs/start/compatibility.md");
  const stem = (name: string) => name.replace(/^nv_summary_|Medium$/, "");
  expect(old.filter(({ name }) => !page.includes(stem(name))).map(({ name }) => name)).toEqual([]);
});

test("npm ci only warns about an older Node, even if the user's settings are strict", () => {
  expect(read(".npmrc").split("\n")).toContain("engine-strict=false");
});
