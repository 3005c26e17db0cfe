import { describe, expect, test } from "vitest";
import { buildInventory } from "../../../../provider/src/cli/decisions/memberInventory";
import type { ObservedFedJoin } from "../../../../provider/src/cli/decisions/memberRows";
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
} from "../../../support/membershipStates";

const join = (over: Partial<StoredFedJoin> = {}): StoredFedJoin => ({
  stack: "eu",
  id: "u2204a-Xy9K2m",
  inputs: inputsOf(),
  outputs: {
    ...{ clusterName: "u2204a-Xy9K2m", clusterId: "id-1", formerIds: [], masterId: "id of primary" },
    ...{ role: "joint", status: "joined", joinedAt: "", joinTokenFingerprint: "" },
  },
  isBeingReplaced: false,
  ...over,
});

const watched = (sides: Parameters<typeof observed>[0], over: Partial<StoredFedJoin> = {}): ObservedFedJoin => ({
  join: join(over),
  observation: observed(sides),
});

const both = { site: jointAs(entryOf()), master: masterWith(entryOf()) };
const stranger = entryOf({ id: "id-9", name: "by-hand", rest_info: { server: "10.9.9.9", port: 1 } });

describe("the members of an estate", () => {
  test.each([
    ["as the state has it", both, {}, { truth: "joined", masterSays: "synced", siteSays: "joint", drift: "none" }],
    [
      "a silent site: the master's word counts",
      { site: failure, master: masterWith(entryOf()) },
      {},
      { truth: "joined", masterSays: "synced", siteSays: "silent", drift: "none" },
    ],
    [
      "kicked untold",
      { site: jointAs(entryOf()), master: masterWith() },
      {},
      { truth: "kicked", masterSays: "not_listed", siteSays: "joint", drift: "missing" },
    ],
    [
      "left by hand",
      { site: standalone, master: masterWith() },
      {},
      { truth: "absent", siteSays: "standalone", drift: "missing" },
    ],
    [
      "joined elsewhere by hand",
      { site: jointAs(entryOf(), "other"), master: masterWith() },
      {},
      { truth: "elsewhere", drift: "missing" },
    ],
    [
      "rejoined by hand",
      { site: jointAs(entryOf({ id: "id-2" })), master: masterWith(entryOf({ id: "id-2" })) },
      {},
      { truth: "joined", clusterId: "id-2", drift: "changed" },
    ],
    [
      "between leaving and rejoining",
      { site: standalone, master: masterWith() },
      { isBeingReplaced: true },
      { stored: "replacing", drift: "missing" },
    ],
    ["nobody answers", { site: failure, master: failure }, {}, { truth: "unknown", drift: "unknown" }],
  ])("%s", (_, sides, over, row) => {
    expect(buildInventory([watched(sides, over)], []).members).toMatchObject([row]);
  });

  test("an entry that no stack declares, once although the master has two addresses", () => {
    const master = masterWith(entryOf(), stranger);
    const other = inputsOf({
      ...{ storeId: "u2205b", jointRest: { server: "10.0.0.2", port: 10443 } },
      master: { rest: { server: "m2.example" }, credentials: { username: "fed", password: "p" } },
    });
    const estate = buildInventory(
      [watched({ ...both, master }), watched({ site: standalone, master }, { stack: "us", inputs: other })],
      [],
    );
    expect(estate.undeclared).toMatchObject([{ entry: { name: "by-hand" } }]);
  });

  test("sorted by stack and store, with a line for each stack, also for one that has no member", () => {
    const named = (storeId: string) => ({
      id: `${storeId}-abcdef`,
      inputs: inputsOf({
        ...{ storeId, jointRest: { server: `${storeId}.example`, port: 10443 } },
        controller: { server: `${storeId}.example`, credentials: { username: "admin", password: "p" } },
      }),
      outputs: { ...join().outputs, clusterName: `${storeId}-abcdef`, clusterId: `id of ${storeId}` },
    });
    const own = entryOf({ id: "id of u2", name: "u2-abcdef", rest_info: { server: "u2.example", port: 10443 } });
    const { members } = buildInventory(
      [
        watched({ site: standalone, master: masterWith() }, { stack: "us", ...named("u3") }),
        watched({ site: failure, master: failure }, { stack: "us", ...named("u1") }),
        watched({ site: jointAs(own), master: masterWith(own) }, { stack: "eu", ...named("u2") }),
      ],
      [],
    );
    expect(members.map(({ stack, storeId }) => `${stack} ${storeId}`)).toEqual(["eu u2", "us u1", "us u3"]);
    const none = { none: 0, missing: 0, changed: 0, declared_twice: 0, unknown: 0 };
    expect(totalsByStack(members, ["as"])).toEqual([
      { ...none, stack: "as", members: 0 },
      { ...none, stack: "eu", members: 1, none: 1 },
      { ...none, stack: "us", members: 2, missing: 2 },
    ]);
  });

  test("two stacks that own one membership are both told", () => {
    const { members } = buildInventory([watched(both), watched(both, { stack: "us" })], []);
    expect(members.map(({ stack, drift, reason }) => [stack, drift, reason])).toEqual([
      ["eu", "declared_twice", "stack us holds it too"],
      ["us", "declared_twice", "stack eu holds it too"],
    ]);
  });

  test("a site in two stacks is found by its addresses where no controller answers", () => {
    const silent = { site: failure, master: failure };
    const again = { stack: "us", id: "other-abcdef", inputs: inputsOf({ storeId: "other" }) };
    const twice = buildInventory([watched(silent), watched(silent, again)], []).members;
    expect(twice.map(({ truth, drift }) => [truth, drift])).toEqual([
      ["unknown", "declared_twice"],
      ["unknown", "declared_twice"],
    ]);
    const { server, port } = inputsOf().jointRest;
    const dotted = { server: `${server.toUpperCase()}.`, port };
    const respelled = { ...again, inputs: inputsOf({ storeId: "other", jointRest: dotted, controller: undefined }) };
    expect(buildInventory([watched(silent), watched(silent, respelled)], []).members.map(({ drift }) => drift)).toEqual(
      ["declared_twice", "declared_twice"],
    );
    const exporter = { stack: "as", storeId: "u2204a", name: undefined, jointRest: inputsOf().jointRest };
    expect(buildInventory([watched(silent)], [exporter]).members).toMatchObject([
      { stack: "as", drift: "declared_twice" },
      { stack: "eu", drift: "declared_twice", reason: "stack as holds it too" },
    ]);
  });

  test("a membership whose resource was renamed by a run that was killed is held twice by one stack", () => {
    const { members } = buildInventory([watched(both), watched(both, { id: "new" })], []);
    expect(members).toMatchObject([{ reason: "another resource of this stack holds it too" }, {}]);
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

  test("a master that does not answer is told, and its entries are not guessed", () => {
    const { members, undeclared, unread } = buildInventory(
      [watched({ site: jointAs(entryOf()), master: failure })],
      [],
    );
    expect(members).toMatchObject([{ truth: "joined", masterSays: "silent", drift: "none" }]);
    expect(undeclared).toEqual([]);
    expect(unread).toMatchObject([{ master: "m.example:10443" }]);
  });
});
