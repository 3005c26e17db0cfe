import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openLedger } from "../../../simulation/src/planted/ledger";

const root = mkdtempSync(join(tmpdir(), "fedjoin-ledger-"));
afterAll(() => {
  rmSync(root, { recursive: true });
});

test("a result counts until a source changes", () => {
  for (const folder of ["provider/src", "exporter/src", "stacks/src", "test"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  const [source, file] = [join(root, "provider/src/a.ts"), join(root, "found.json")];
  writeFileSync(source, "one");
  const result = { name: "a", defect: "A defect.", runs: 3, seconds: 1, found: { oracle: "o", text: "t" } };
  openLedger(root, file).add(result);
  expect(openLedger(root, file).find("a")).toEqual(result);
  expect(openLedger(root, file).find("b")).toBeUndefined();
  writeFileSync(source, "two");
  expect(openLedger(root, file).find("a")).toBeUndefined();
});
