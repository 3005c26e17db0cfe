import { readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { stateFilesIn } from "../../../../exporter/src/state/stateFiles";
import { test as base } from "../../../support/fixtures";

const test = base
  .extend("warnings", () => [] as string[])
  .extend("files", ({ folder, warnings }) => stateFilesIn(folder, (message) => warnings.push(message)));

describe("files of state", () => {
  test("are read as they were written, by this user alone, until they are removed", ({ folder, files, warnings }) => {
    files.write("a.json", "one");
    expect(files.write("a.json", "two")).toBe(true);
    expect(files.read("a.json")).toBe("two");
    expect(statSync(join(folder, "a.json")).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["a.json"]);
    for (let count = 0; count < 2; count++) files.remove("a.json");
    expect([files.read("a.json"), warnings]).toEqual([undefined, []]);
  });

  test("that cannot be written are warned of once", ({ folder }) => {
    const warnings: string[] = [];
    const store = stateFilesIn(join(folder, "absent"), (message) => warnings.push(message));
    for (let count = 0; count < 2; count++) expect(store.write("a.json", "one")).toBe(false);
    expect(store.read("a.json")).toBeUndefined();
    expect(warnings).toEqual([
      expect.stringMatching(/^The state folder is not writable, so that what it keeps is lost at a restart: ENOENT/),
    ]);
  });

  test("replace a link instead of following it", ({ folder, files }) => {
    writeFileSync(join(folder, "precious"), "precious");
    symlinkSync(join(folder, "precious"), join(folder, "a.json"));
    files.write("a.json", "ours");
    expect([files.read("a.json"), files.read("precious")]).toEqual(["ours", "precious"]);
  });
});
