import { describe, expect, test } from "vitest";
import { fedJoinOptions } from "../../../stacks/src/deploy/memberArgs";
import { environmentOf, problemsOf } from "../../support/checkedConfig";

/** Members with these keys, one after the other. */
const stack = (defaults: string, ...members: readonly string[]) => `
master:
  rest: { server: hq.example.com }
  credentials: { username: fed, password: pw }
  joinTokenUrl: https://tokens.example.com/join
defaults:
  exporter: { image: "exporter:1" }
  ${defaults}
members:${members
  .map(
    (keys, index) => `
  - storeId: u${index}
    controller: { server: 10.0.0.${index}, credentials: { username: admin, password: pw } }
    jointRest: { server: 10.0.0.${index}, port: 10443 }
    ${keys}`,
  )
  .join("")}
`;

const optionsOf = (yaml: string) => environmentOf(yaml).members.map(fedJoinOptions);

describe("protect and retainOnDelete", () => {
  test("reach the membership as they are written, for one member or by default, and are otherwise left to the engine", () => {
    expect(optionsOf(stack("", "protect: true", "retainOnDelete: true", ""))).toEqual([
      { protect: true },
      { retainOnDelete: true },
      {},
    ]);
    expect(optionsOf(stack("protect: true", "", "protect: false", "retainOnDelete: true"))).toEqual([
      { protect: true },
      { protect: false },
      { protect: true, retainOnDelete: true },
    ]);
  });

  test.each(["exporter", "none"])("pass a member by when they are defaults and its owner is %s", (owner) => {
    const both = "protect: true\n  retainOnDelete: true";
    expect(optionsOf(stack(both, `joinedBy: ${owner}`, ""))).toEqual([{}, { protect: true, retainOnDelete: true }]);
    expect(optionsOf(stack(`${both}\n  joinedBy: ${owner}`, "", "joinedBy: pulumi"))).toEqual([
      {},
      { protect: true, retainOnDelete: true },
    ]);
  });

  test.each(["exporter", "none"])("are refused at a member whose owner is %s", (owner) => {
    const problem = "only a FedJoin has it: it needs joinedBy: pulumi";
    expect(problemsOf(stack("", "", `joinedBy: ${owner}\n    protect: false\n    retainOnDelete: true`))).toEqual([
      `members[1].protect: ${problem}`,
      `members[1].retainOnDelete: ${problem}`,
    ]);
  });

  test("may stand in a list in CSV, where an empty cell leaves the default", () => {
    const list = [
      "storeId,controller.server,jointRest.server,jointRest.port,protect",
      "u1,10.0.0.1,10.0.0.1,10443,",
      "u2,10.0.0.2,10.0.0.2,10443,false",
    ].join("\n");
    const yaml = `
membersFile: stores.csv
master: { rest: { server: hq }, credentials: { username: fed, password: pw } }
defaults: { protect: true, controller: { credentials: { apiKey: "ci:key" } }, exporter: { enabled: false } }
`;
    const { members } = environmentOf(yaml, { "stores.csv": list });
    expect(members.map(({ protect }) => protect)).toEqual([true, false]);
  });
});
