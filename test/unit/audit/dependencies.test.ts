import { expect, test } from "vitest";
import {
  abilitiesOf,
  listDifferences,
  parseAbilityList,
  runnableScripts,
  runtimeFolders,
} from "../../audit/dependencies";

const lock = {
  app: { dependencies: { a: "1" } },
  "node_modules/a": { dependencies: { b: "1" }, hasInstallScript: true },
  "node_modules/a/node_modules/b": {},
  "node_modules/b": {},
  "node_modules/dev": {},
};

test("the runtime packages are those that the workspace needs, from where Node takes them", () => {
  expect(runtimeFolders(lock, "app")).toEqual(["node_modules/a", "node_modules/a/node_modules/b"]);
});

test.each([
  ['import { x } from "node:fs/promises"', ["files"]],
  ['const c = require("child_process")', ["processes"]],
  ["await import('https')", ["network"]],
  ['import "./net"; require("util"); // fs', []],
])("%s", (source, expected) => {
  expect(abilitiesOf(source)).toEqual(expected);
});

test("a missing package, one too many and a new ability are differences", () => {
  const listed = parseAbilityList("| `a` | files, network | why |\n| `gone` | nothing | why |\n");
  const found = new Map([...listed].filter(([name]) => name !== "gone"));
  expect(listDifferences(listed, listed)).toEqual([]);
  expect(listDifferences(listed, found.set("a", "processes").set("new", "nothing"))).toEqual([
    "a: may use processes, and the list says files, network",
    "gone: is listed, but no longer a dependency",
    "new: may use nothing, and the list says nothing of it",
  ]);
});

test("an install script must be forbidden", () => {
  const folders = runtimeFolders(lock, "app");
  expect(runnableScripts(lock, folders, { a: false })).toEqual([]);
  expect(runnableScripts(lock, folders, {})).toHaveLength(1);
});
