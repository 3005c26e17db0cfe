import { expect, test } from "vitest";
import { declareListedMembers } from "../../../../provider/src/cli/decisions/listedMembers";
import { entryOf } from "../../../support/membershipStates";

const listed = (...entries: readonly (readonly [name: string, server: string, status?: string])[]) =>
  entries.map(([name, server, status = "synced"]) => entryOf({ name, status, rest_info: { server, port: 10443 } }));
const at = (server: string) => ({ server, port: 10443 });

test("a generated name tells the store id; every other name is declared", () => {
  const entries = listed(["u1-Xy9K2m", "s1"], ["by hand", "s2"], ["u3", "s3"]);
  expect(declareListedMembers(entries, false)).toEqual({
    members: [
      { storeId: "u1", jointRest: at("s1") },
      { storeId: "by-hand", name: "by hand", jointRest: at("s2") },
      { storeId: "u3", name: "u3", jointRest: at("s3") },
    ],
    leftOut: [],
  });
});

test("the joint address is that of the controller, if sites are asked", () => {
  expect(declareListedMembers(listed(["u1-Xy9K2m", "s1"]), true).members).toEqual([
    { storeId: "u1", controller: at("s1"), jointRest: at("s1") },
  ]);
});

test("two members of one store id are declared by their names", () => {
  const { members } = declareListedMembers(listed(["u1-AAAAAA", "s1"], ["u1-BBBBBB", "s2"]), false);
  expect(members).toEqual([
    { storeId: "u1-AAAAAA", name: "u1-AAAAAA", jointRest: at("s1") },
    { storeId: "u1-BBBBBB", name: "u1-BBBBBB", jointRest: at("s2") },
  ]);
});

test.each([
  ["an entry that has ended", listed(["u1-Xy9K2m", "s1", "left"]), /^the master says left$/],
  ["a name without a letter or digit", listed(["...", "s1"]), /^no store id can be made from its name/],
])("%s is left out", (_what, entries, reason) => {
  const { members, leftOut } = declareListedMembers(entries, true);
  expect({ members, leftOut }).toEqual({
    members: [],
    leftOut: [{ name: entries[0]?.name, reason: expect.stringMatching(reason) as unknown }],
  });
});

test("of several entries at one address, and of several names that give one store id, each is left out", () => {
  const entries = listed(["u1-AAAAAA", "s1"], ["u1-BBBBBB", "S1."], ["eu 1", "s3"], ["eu.1", "s4"]);
  const { members, leftOut } = declareListedMembers(entries, false);
  expect(members).toEqual([]);
  expect(leftOut.map(({ reason }) => reason.split(":")[0])).toEqual([
    ...Array.from({ length: 2 }, () => "another entry has the same address"),
    ...Array.from({ length: 2 }, () => "no store id can be made from its name"),
  ]);
});

test("an entry that has ended takes neither address nor store id from the member after it", () => {
  const { members } = declareListedMembers(listed(["u1-AAAAAA", "s1", "left"], ["u1-BBBBBB", "s1"]), false);
  expect(members).toEqual([{ storeId: "u1", jointRest: at("s1") }]);
});
