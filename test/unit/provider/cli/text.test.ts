import { encodeJoinToken } from "@fedjoin/simulator";
import { expect, test } from "vitest";
import { columns, pluralize, progressLine, withRepeatsShortened } from "../../../../provider/src/cli/format";
import { groupByMaster, masterLabel } from "../../../../provider/src/cli/observation/wantedMembership";
import { inputsOf } from "../../../support/membershipStates";

test("columns are padded, the last one is not, and a name from a controller cannot steer the terminal", () => {
  const rows = [
    ["a", "bb", "c"],
    ["aaa", "b", ""],
  ];
  expect(columns(rows)).toEqual(["  a    bb  c", "  aaa  b"]);
  expect(columns([["\u001b[2Jname\r\n", "x"]])).toEqual(["  ?[2Jname??  x"]);
});

test("a line of progress replaces the previous one, and never wraps", () => {
  expect(progressLine("2 of 4 members", 80)).toBe("\r\u001b[K2 of 4 members");
  expect(progressLine("2 of 4 members", 8)).toBe("\r\u001b[K2 of 4 ");
  expect(progressLine("2 of 4 members", 0)).toBe("\r\u001b[K2 of 4 members");
});

test("numbers go with their words", () => {
  const texts = [pluralize(1, "day"), pluralize(2, "day"), pluralize(0, "entry", "entries")];
  expect(texts).toEqual(["1 day", "2 days", "0 entries"]);
});

test("one failure is one message: a master that does not answer is told for its first member", () => {
  const told = "the master cannot be read: no answer. Check it.";
  const rows = (first: string, repeated: string) => [
    ["a", "joined", ""],
    ["b", "unknown", `${first}; the master says synced`],
    ["c", "joined", ""],
    ["d", "unknown", repeated],
  ];
  const message = `${told} See https://pages.example/errors.md#network`;
  expect(withRepeatsShortened(rows(message, `${message}; the master says synced`))).toEqual({
    rows: rows(told, "the same as for b"),
    links: ["  See https://pages.example/errors.md#network"],
  });
});

const joinToken = encodeJoinToken({ server: "t.example", port: 11443, ticket: "x" });

test.each<[string, object]>([
  ["m.example:10443", {}],
  ["f.example:11443", { master: { federation: { server: "f.example" } }, joinToken }],
  ["t.example:11443", { master: {}, joinToken }],
  ["unknown master", { master: {}, joinTokenUrl: "https://x/" }],
])("a master is called by its REST API, its federation address or the one in the join token: %s", (label, over) => {
  expect(masterLabel(inputsOf({ ...over }))).toBe(label);
});

test("members are listed by master, in the order of the settings", () => {
  const master = { rest: { server: "o.example" }, credentials: { apiKey: "k:s" } };
  const members = [inputsOf(), inputsOf({ storeId: "u2", master }), inputsOf({ storeId: "u3" })];
  const lists = groupByMaster(members, (inputs) => inputs);
  expect(lists.map(({ master: label, entries }) => [label, ...entries.map(({ storeId }) => storeId)])).toEqual([
    ["m.example:10443", "u2204a", "u3"],
    ["o.example:10443", "u2"],
  ]);
});
