import { describe, expect, test } from "vitest";
import { columns, pluralize, withRepeatsShortened } from "../../../../provider/src/cli/format";
import { groupByMaster, masterLabel } from "../../../../provider/src/cli/observation/wantedMembership";
import { inputsOf } from "../../../support/membershipStates";

describe("text", () => {
  test("columns are padded, the last one is not", () => {
    expect(
      columns([
        ["a", "bb", "c"],
        ["aaa", "b", ""],
      ]),
    ).toEqual(["  a    bb  c", "  aaa  b"]);
  });

  test("a name from a controller cannot steer the terminal", () => {
    expect(columns([["\u001b[2Jname\r\n", "x"]])).toEqual(["  ?[2Jname??  x"]);
  });

  test("numbers go with their words", () => {
    expect([pluralize(1, "day"), pluralize(2, "day"), pluralize(0, "entry", "entries")]).toEqual([
      "1 day",
      "2 days",
      "0 entries",
    ]);
  });
});

describe("members by master", () => {
  const token = Buffer.from(JSON.stringify({ s: "t.example", p: 11443, t: "x" })).toString("base64");

  test("a master is called by its REST API, its federation address or the one in the join token", () => {
    expect(masterLabel(inputsOf())).toBe("m.example:10443");
    expect(masterLabel(inputsOf({ master: { federation: { server: "f.example" } }, joinToken: token }))).toBe(
      "f.example:11443",
    );
    expect(masterLabel(inputsOf({ master: {}, joinToken: token }))).toBe("t.example:11443");
    expect(masterLabel(inputsOf({ master: {}, joinTokenUrl: "https://x/" }))).toBe("unknown master");
  });

  test("one list per master, in the order of the settings", () => {
    const other = { rest: { server: "o.example" }, credentials: { apiKey: "k:s" } };
    const members = [inputsOf(), inputsOf({ storeId: "u2", master: other }), inputsOf({ storeId: "u3" })];
    const lists = groupByMaster(members, (inputs) => inputs).map(({ master, entries }) => [
      master,
      entries.map(({ storeId }) => storeId),
    ]);
    expect(lists).toEqual([
      ["m.example:10443", ["u2204a", "u3"]],
      ["o.example:10443", ["u2"]],
    ]);
  });
});

test("one failure is one message: a master that does not answer is told for its first member", () => {
  const message = "the master cannot be read: no answer. Check it. [docs/reference/errors.md#network]";
  expect(
    withRepeatsShortened([
      ["a", "joined", ""],
      ["b", "unknown", message],
      ["c", "joined", ""],
      ["d", "unknown", message],
    ]),
  ).toEqual([
    ["a", "joined", ""],
    ["b", "unknown", message],
    ["c", "joined", ""],
    ["d", "unknown", "the same as for b"],
  ]);
});
