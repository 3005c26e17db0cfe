import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { joinStates } from "../../../../exporter/src/join/joinStatus";
import { metricsReference, settingsReference } from "../../../../exporter/src/reference";

const page = readFileSync("docs/how-to/join.md", "utf8");

test("docs/how-to/join.md says what to do in every state", () => {
  for (const state of joinStates) expect(page).toMatch(new RegExp(`^\\| \`${state}\` +\\| [^|]+ \\| [^|]+ \\|$`, "m"));
});

test("docs/how-to/join.md explains every metric of the join", () => {
  const names = metricsReference()
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ name }) => (name.startsWith("nv_fed_join_") ? [name] : []));
  expect(names).toHaveLength(6);
  for (const name of names) expect(page).toContain(`| \`${name}`);
});

test("docs/how-to/join.md names no setting that does not exist", () => {
  const { exporter, join } = settingsReference();
  const known = new Set([...exporter, ...join].map(({ name }) => name));
  const named = page.match(/\b(?:JOIN|MASTER|CTRL|EXPORTER|JOINT|MAX|ENABLE|PAAS)_[A-Z_]+\b/g) ?? [];
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});
