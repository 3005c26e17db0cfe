import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { joinStates } from "../../../../exporter/src/join/joinStatus";
import { settingsReference } from "../../../../exporter/src/reference";

const page = readFileSync("docs/how-to/join.md", "utf8");

test("docs/how-to/join.md explains every state of the join, and no setting that does not exist", () => {
  for (const state of joinStates) expect(page).toMatch(new RegExp(`^\\| \`${state}\` +\\| [^|]+ \\| [^|]+ \\|$`, "m"));
  const known = new Set(Object.values(settingsReference()).flatMap((settings) => settings.map(({ name }) => name)));
  const named = page.match(/\b(?:JOIN|MASTER|CTRL|EXPORTER|JOINT|MAX|ENABLE|PAAS)_[A-Z_]+\b/g) ?? [];
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});
