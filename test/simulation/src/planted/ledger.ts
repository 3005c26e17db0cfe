import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlantedResult } from "./hunt";

/** What was found before, with the same sources: a hunt that was stopped continues there. */
export interface Ledger {
  find(name: string): PlantedResult | undefined;
  add(result: PlantedResult): void;
}

/** Sources that decide what is found. */
const sources = ["provider/src", "exporter/src", "stacks/src", "test"];
const ignored = /(^|\/)(dist|dist-bundle|node_modules)\//;

/** Keeps the results in a file. */
export function openLedger(root: string, file: string): Ledger {
  const digest = digestOf(root);
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, PlantedResult[]>) : {};
  const results = kept[digest] ?? [];
  return {
    find: (name) => results.find((each) => each.name === name),
    add(result) {
      results.push(result);
      writeFileSync(file, JSON.stringify({ [digest]: results }));
    },
  };
}

function digestOf(root: string): string {
  const hash = createHash("sha256");
  for (const folder of sources) {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
    for (const file of files.filter((each) => /\.(ts|mjs|patch)$/.test(each) && !ignored.test(each)).sort()) {
      hash.update(`${file}\n`).update(readFileSync(join(root, folder, file)));
    }
  }
  return hash.digest("hex");
}
