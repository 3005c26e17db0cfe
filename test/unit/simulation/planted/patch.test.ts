import { repositoryRoot } from "@fedjoin/testbed";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { applyHunks, parsePatch } from "../../../simulation/src/planted/patch";
import { plantedNames, readPlanted } from "../../../simulation/src/planted/planted";

const text = "A defect.\n\n--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1,3 +1,2 @@\n one\n-two\n-three\n+2\n";

test("a patch changes the passage that it shows, wherever that is", () => {
  const { defect, files } = parsePatch(text);
  const changed = files.map((file) => applyHunks(file, "zero\none\ntwo\nthree\nfour\n"));
  expect({ defect, changed }).toEqual({ defect: "A defect.", changed: ["zero\none\n2\nfour\n"] });
});

test.each([
  ["gone", "one\n2\n"],
  ["there twice", "one\ntwo\nthree\none\ntwo\nthree\n"],
])("a passage that is %s is an error", (_, source) => {
  const [file] = parsePatch(text).files;
  expect(() => file && applyHunks(file, source)).toThrow("the patch no longer fits src/a.ts");
});

test.each([
  "",
  "A defect.\n",
  "\n--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-a\n+b\n",
  "A defect.\n--- a/a.ts\n+++ b/a.ts\n",
])("%j is no patch", (each) => {
  expect(() => parsePatch(each)).toThrow();
});

test("at least 30 planted defects fit the sources, and each says what it is", () => {
  const names = plantedNames(repositoryRoot);
  expect(names.length).toBeGreaterThanOrEqual(30);
  for (const name of names) {
    const { defect, files } = readPlanted(repositoryRoot, name);
    expect(defect).toMatch(/^[A-Z].*\.$/);
    for (const file of files) {
      const source = readFileSync(join(repositoryRoot, file.path), "utf8");
      expect(applyHunks(file, source), name).not.toBe(source);
    }
  }
});
