import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stateFilesIn } from "../../../../exporter/src/state/stateFiles";

let folder = "";
let warnings: string[] = [];
const files = (at = folder) => stateFilesIn(at, (message) => warnings.push(message));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "state-files-"));
  warnings = [];
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("files of state", () => {
  test("are read as they were written, by this user alone, until they are removed", () => {
    files().write("a.json", "one");
    files().write("a.json", "two");
    expect(files().read("a.json")).toBe("two");
    expect(statSync(join(folder, "a.json")).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["a.json"]);
    files().remove("a.json");
    files().remove("a.json");
    expect(files().read("a.json")).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  test("that cannot be written are warned of once", () => {
    const store = files(join(folder, "absent"));
    store.write("a.json", "one");
    store.write("a.json", "two");
    expect(store.read("a.json")).toBeUndefined();
    expect(warnings).toEqual([
      expect.stringMatching(/^Login back-offs and the state of the join will be lost at a restart: ENOENT/),
    ]);
  });

  test("replace a link instead of following it", () => {
    const target = join(folder, "precious");
    writeFileSync(target, "precious");
    symlinkSync(target, join(folder, "a.json"));
    files().write("a.json", "ours");
    expect(files().read("a.json")).toBe("ours");
    expect(files().read("precious")).toBe("precious");
  });
});
