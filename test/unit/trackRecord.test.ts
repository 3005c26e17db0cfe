import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot } from "@fedjoin/testbed";
import { applyHunks } from "../simulation/src/planted/patch";
import { plantedNames, readPlanted } from "../simulation/src/planted/planted";
import { linksOf } from "../support/markdown";

const page = "docs/explanation/track-record.md";
const rows = readFileSync(join(repositoryRoot, page), "utf8")
  .split("\n")
  .filter((line) => /^\| (?!fault |-)/.test(line))
  .map((line) => {
    const [fault = "", , shown = "", tried = ""] = line.slice(2, -2).split(/ +\| +/);
    return { fault, shown: linksOf(shown), commit: /^`([0-9a-f]{7,40})`/.exec(tried)?.[1] };
  });

const git = (...args: string[]): string => execFileSync("git", args, { cwd: repositoryRoot, encoding: "utf8" });

/** A copy of the sources has no history, and a shallow clone only a part of it. */
function hasHistory(): boolean {
  return existsSync(join(repositoryRoot, ".git")) && git("rev-parse", "--is-shallow-repository").trim() === "false";
}

test("each fault of the track record is shown by planted defects that fit, or by tests that exist", () => {
  expect(rows.length).toBeGreaterThan(20);
  const planted = plantedNames(repositoryRoot);
  for (const { fault, shown } of rows) {
    expect(shown.length, fault).toBeGreaterThan(0);
    for (const link of shown) {
      expect(existsSync(join(repositoryRoot, dirname(page), link)), link).toBe(true);
      if (!link.endsWith(".patch")) continue;
      const name = basename(link, ".patch");
      expect(planted).toContain(name);
      for (const file of readPlanted(repositoryRoot, name).files) {
        expect(() => applyHunks(file, readFileSync(join(repositoryRoot, file.path), "utf8"))).not.toThrow();
      }
    }
  }
});

test("each commit of the track record is in the history", () => {
  const commits = rows.flatMap(({ commit }) => commit ?? []);
  expect(commits.length).toBeGreaterThan(0);
  const unknown = hasHistory() ? commits.filter((commit) => !isAncestor(commit)) : [];
  expect(unknown).toEqual([]);
});

function isAncestor(commit: string): boolean {
  try {
    git("merge-base", "--is-ancestor", commit, "HEAD");
    return true;
  } catch {
    return false;
  }
}
