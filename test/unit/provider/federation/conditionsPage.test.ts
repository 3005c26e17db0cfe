import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@fedjoin/testbed";
import { expect, test } from "vitest";
import { conditionTypes } from "../../../../provider/src/federation/condition";
import { conditionReasons } from "../../../../provider/src/federation/conditionReasons";

test("the page about memberships explains every condition, and names every reason", () => {
  const page = readFileSync(join(repositoryRoot, "docs/explanation/membership.md"), "utf8");
  const [, section = ""] = /^## Conditions$(.*?)^## /ms.exec(page) ?? [];
  expect([...section.matchAll(/^\| `(\w+)`/gm)].map(([, type]) => type)).toEqual([...conditionTypes]);
  const named = [...section.matchAll(/`([A-Z]\w+)`/g)].map(([, word]) => word);
  expect(Object.keys(conditionReasons).filter((reason) => !named.includes(reason))).toEqual([]);
});
