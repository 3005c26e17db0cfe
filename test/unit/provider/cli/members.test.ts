import { describe, expect, test } from "vitest";
import { buildInventory } from "../../../../provider/src/cli/decisions/memberInventory";
import type { MemberRow, ObservedFedJoin } from "../../../../provider/src/cli/decisions/memberRows";
import { totalsByStack } from "../../../../provider/src/cli/decisions/stackTotals";
import type { StoredFedJoin } from "../../../../provider/src/pulumi/stackState";
import {
  address,
  entryOf,
  failure,
  inputsOf,
  jointAs,
  masterWith,
  observed,
  standalone,
  type Sides,
} from "../../../support/membershipStates";

const outputs: StoredFedJoin["outputs"] = {
  ...{ clusterName: "u2204a-Xy9K2m", clusterId: "id-1", formerIds: [], masterId: "id of primary" },
  ...{ role: "joint", status: "joined", joinedAt: "", joinTokenFingerprint: "" },
};
const stored: StoredFedJoin = { stack: "eu", id: "u2204a-Xy9K2m", inputs: inputsOf(), outputs, isBeingReplaced: false };

/** A FedJoin of the state, and what both sides say. */
const watched = (sides: Sides, over: Partial<StoredFedJoin> = {}): ObservedFedJoin => ({
  join: { ...stored, ...over },
  observation: observed(sides),
});
const inventory = (...all: ObservedFedJoin[]) => buildInventory(all, []);

const both = { site: jointAs(entryOf()), master: masterWith(entryOf()) };
const silent = { site: failure, master: failure };
const alone = { site: standalone, master: masterWith() };
const rejoined = entryOf({ id: "id-2" });
const twice = (reason: string) => ({ drift: "declared_twice", reason });
const ofEachStack = [twice("stack us holds it too"), twice("stack eu holds it too")];

describe("the members of all stacks", () => {
  test.each<[string, Sides, Partial<MemberRow>, Partial<StoredFedJoin>?]>([
    ["as the state has it", both, { truth: "joined", masterSays: "synced", siteSays: "joint", drift: "none" }],
    ["a silent site", { ...both, site: failure }, { truth: "joined", siteSays: "silent", drift: "none" }],
    ["a silent master", { ...both, master: failure }, { truth: "joined", masterSays: "silent", drift: "none" }],
    ["kicked", { ...both, master: masterWith() }, { truth: "kicked", masterSays: "not_listed", drift: "missing" }],
    ["left by hand", alone, { truth: "absent", siteSays: "standalone", drift: "missing" }],
    ["joined elsewhere", { ...alone, site: jointAs(entryOf(), "other") }, { truth: "elsewhere", drift: "missing" }],
    ["rejoined", { site: jointAs(rejoined), master: masterWith(rejoined) }, { clusterId: "id-2", drift: "changed" }],
    ["between leaving and rejoining", alone, { stored: "replacing", drift: "missing" }, { isBeingReplaced: true }],
    ["nobody answers", silent, { truth: "unknown", drift: "unknown" }],
  ])("%s", (_what, sides, row, over) => {
    expect(inventory(watched(sides, over)).members).toMatchObject([row]);
  });

  test("an entry that no stack declares, once although the master has two addresses", () => {
    const stranger = entryOf({ id: "id-9", name: "by-hand", rest_info: { server: "10.9.9.9", port: 1 } });
    const master = masterWith(entryOf(), stranger);
    const credentials = { username: "fed", password: "p" };
    const inputs = inputsOf({
      ...{ storeId: "u2205b", jointRest: { server: "10.0.0.2", port: 10443 } },
      master: { rest: { server: "m2.example" }, credentials },
    });
    const { undeclared } = inventory(watched({ ...both, master }), watched({ site: standalone, master }, { inputs }));
    expect(undeclared).toMatchObject([{ entry: { name: "by-hand" } }]);
  });

  test("a master that does not answer is told, and its entries are not guessed", () => {
    const { undeclared, unread } = inventory(watched({ ...both, master: failure }));
    expect([undeclared, unread]).toMatchObject([[], [{ master: "m.example:10443" }]]);
  });

  test("sorted by stack and store, with a line for each stack, also for one that has no member", () => {
    const of = (stack: string, storeId: string): Partial<StoredFedJoin> => ({
      ...{ stack, id: `${storeId}-abcdef` },
      inputs: inputsOf({
        ...{ storeId, jointRest: { server: `${storeId}.example`, port: 10443 } },
        controller: { server: `${storeId}.example`, credentials: { username: "admin", password: "p" } },
      }),
      outputs: { ...outputs, clusterName: `${storeId}-abcdef`, clusterId: `id of ${storeId}` },
    });
    const own = entryOf({ id: "id of u2", name: "u2-abcdef", rest_info: { server: "u2.example", port: 10443 } });
    const { members } = inventory(
      watched(alone, of("us", "u3")),
      watched(silent, of("us", "u1")),
      watched({ site: jointAs(own), master: masterWith(own) }, of("eu", "u2")),
    );
    expect(members.map(({ stack, storeId }) => `${stack} ${storeId}`)).toEqual(["eu u2", "us u1", "us u3"]);
    const none = { none: 0, missing: 0, changed: 0, declared_twice: 0, unknown: 0 };
    expect(totalsByStack(members, ["as"])).toEqual([
      { ...none, stack: "as", members: 0 },
      { ...none, stack: "eu", members: 1, none: 1 },
      { ...none, stack: "us", members: 2, missing: 2 },
    ]);
  });
});

describe("two owners of one membership", () => {
  const dotted = { server: `${address.server.toUpperCase()}.`, port: address.port };

  test.each<[string, ObservedFedJoin[], object[]]>([
    ["two stacks", [watched(both), watched(both, { stack: "us" })], ofEachStack],
    [
      "one stack, whose resource was renamed by a run that was killed",
      [watched(both), watched(both, { id: "new" })],
      [{ reason: "another resource of this stack holds it too" }, {}],
    ],
    ...[{ storeId: "other" }, { storeId: "other", jointRest: dotted, controller: undefined }].map(
      (over): [string, ObservedFedJoin[], object[]] => [
        "two stacks with the same addresses, where no controller answers",
        [watched(silent), watched(silent, { stack: "us", id: "other-abcdef", inputs: inputsOf(over) })],
        ofEachStack,
      ],
    ),
  ])("%s", (_what, all, rows) => {
    expect(inventory(...all).members).toMatchObject(rows);
  });

  test("an exporter and a stack", () => {
    const exporter = { stack: "as", storeId: "u2204a", name: undefined, jointRest: address };
    expect(buildInventory([watched(silent)], [exporter]).members).toMatchObject([
      { stack: "as", drift: "declared_twice" },
      { stack: "eu", ...twice("stack as holds it too") },
    ]);
  });
});

test("an exporter's membership is found on the masters' lists, and is none that nobody declared", () => {
  const own = { stack: "eu", storeId: "u2206c", name: undefined, jointRest: { ...address, port: 11000 } };
  const entry = entryOf({ id: "id-7", name: "u2206c-abcdef", rest_info: own.jointRest });
  const there = buildInventory([watched({ ...both, master: masterWith(entryOf(), entry) })], [own]);
  expect(there.members[1]).toMatchObject({ owner: "exporter", truth: "joined", clusterId: "id-7", drift: "none" });
  expect(there.undeclared).toEqual([]);
  expect(buildInventory([watched(both)], [own]).members[1]).toMatchObject({ truth: "absent", drift: "missing" });
  expect(buildInventory([], [own]).members).toMatchObject([{ truth: "unknown", drift: "unknown" }]);
});
