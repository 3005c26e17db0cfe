import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@fedjoin/testbed";

const page = (): string => readFileSync(join(repositoryRoot, "docs/start/compatibility.md"), "utf8");

/** The texts that docs/start/compatibility.md shows in blocks of that language. */
function blocks(language: string): string[] {
  return Array.from(page().matchAll(/^```(\w+)\n(.*?)^```/gms))
    .filter(([, of]) => of === language)
    .map(([, , text = ""]) => text.trim());
}

/** The queries with which docs/start/compatibility.md compares two exporters. */
export function comparisons(): { readonly missing: string; readonly different: string } {
  const [missing = "", different = ""] = blocks("promql");
  return { missing, different };
}

/** What promtool reports of the names that docs/start/compatibility.md lists as not in snake case. */
export const listedComplaints = (): readonly string[] =>
  blocks("text")
    .join("\n")
    .split("\n")
    .map((name) => `${name} metric names should be written in 'snake_case' not 'camelCase'`);

/** The bugs that docs/start/compatibility.md has a row for, such as `Q7`, in its order. */
export const listedBugs = (): readonly string[] => Array.from(page().matchAll(/^\| (Q\d+) /gm), ([, id = ""]) => id);
