import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@fedjoin/testbed";
import { expect, test } from "vitest";
import { controllerReaders, testedRequests } from "./controller";
import { exporterReaders } from "./exporter";
import { providerReaders } from "./provider";
import { stacksReaders } from "./stacks";

const readers = [...providerReaders, ...controllerReaders, ...exporterReaders, ...stacksReaders];

/** What a source file calls where it reads text from outside. */
const parsing =
  /JSON\.parse\(|\bparse(?:Json|Yaml|Document|Response|Accept)\(|collectItems\(|\bget\(api|getArray\(|listEndpoint\(|, "base64"\)|URLSearchParams\(|decodeURIComponent\(|header\("/;

/** Files that parse no text from outside, and what they parse. */
const notOutside: Readonly<Record<string, string>> = {
  "exporter/src/account/account.ts": "base64 that the reader of its file has checked",
  "exporter/src/build.ts": "its own package.json",
  "exporter/src/logger.ts": "lines of its own logger",
  "provider/src/cli/main.ts": "its own package.json",
};

const sources = ["provider/src", "exporter/src", "stacks/src"].flatMap((folder) =>
  readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${folder}/${file}`),
);
const textOf = (file: string) => readFileSync(join(repositoryRoot, file), "utf8");

test("every source file that parses text has a reader in the table, and every file in the table exists", () => {
  const tested = new Set(readers.flatMap((reader) => reader.sources));
  const parsers = sources.filter((file) => parsing.test(textOf(file)) && notOutside[file] === undefined);
  expect(parsers.filter((file) => !tested.has(file))).toEqual([]);
  expect([...tested, ...Object.keys(notOutside)].filter((file) => !sources.includes(file))).toEqual([]);
});

test("every function of the client that returns an answer is in the table", () => {
  const returning = sources
    .filter((file) => file.startsWith("provider/src/neuvector/client/"))
    .flatMap((file) => [...textOf(file).matchAll(/^export (?:async function|function|const) ((?:get|mint|read)\w+)/gm)])
    .map(([, name = ""]) => name);
  const withoutSession = ["getAccount", "getGreeting", "getOptional", "getArray", "readArrays"];
  expect(returning.filter((name) => !withoutSession.includes(name)).toSorted()).toEqual(testedRequests.toSorted());
});
