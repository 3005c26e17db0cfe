import { nextLeaveStep, type LeaveStep } from "../../../../provider/src/federation/leaveStep";
import {
  belongsToAnotherSite,
  desiredMembership,
  entriesOfSite,
  isOwnClusterId,
  ownEntries,
  toMember,
  type DesiredMembership,
} from "../../../../provider/src/federation/membership";
import { classifyMembership, isLive, isReachable } from "../../../../provider/src/federation/membershipState";
import type { Observation } from "../../../../provider/src/federation/observe";
import type { ClusterEntry, FederationResponse } from "@fedjoin/provider/internal/neuvector";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const jointRest = { server: "192.168.8.209", port: 10443 };
const federation = { server: "master.example", port: 11443 };
const wanted: DesiredMembership = {
  ...{ storeId: "u2204a", name: "u2204a-Xy9K2m", nameIsFixed: true, clusterId: "id-1" },
  ...{ jointRest, master: { federation } },
};

const entry = (overrides: Partial<ClusterEntry> = {}): ClusterEntry => ({
  ...{ name: "u2204a-Xy9K2m", id: "id-1", status: "synced", rest_version: "", rest_info: jointRest },
  ...overrides,
});
const masterEntry = (overrides: Partial<ClusterEntry> = {}): ClusterEntry =>
  entry({ name: "primary", id: "master-1", status: "active", rest_info: federation, ...overrides });
const master = (...members: ClusterEntry[]): FederationResponse => ({
  ...{ fed_role: "master", master_cluster: masterEntry(), joint_clusters: members },
});
const joint = (self: ClusterEntry = entry({ status: "joined" }), its = masterEntry()): FederationResponse => ({
  ...{ fed_role: "joint", master_cluster: its, joint_clusters: [self] },
});
const standalone: FederationResponse = { fed_role: "", joint_clusters: null };
const at = (server: string, over: Partial<ClusterEntry> = {}) => entry({ ...over, rest_info: { server, port: 10443 } });

const renamed = entry({ name: "by-hand", status: "joined" });
const moved = at("10.0.0.1");
const foreign = at("10.9.9.9", { id: "id-7" });
const other = masterEntry({ id: "master-2", name: "other" });
const readdressed = masterEntry({ rest_info: { server: "new-name", port: 443 } });

const byHand = entry({ name: "by-hand", id: "id-9" });
const left = entry({ status: "left" });
const unrecorded = { clusterId: undefined };
const anyName = { nameIsFixed: false };
const unlisted: FederationResponse = { ...master(), joint_clusters: null };
const nameless = (...members: ClusterEntry[]) => ({ ...master(...members), master_cluster: masterEntry({ id: "" }) });
const untold = (...members: ClusterEntry[]): FederationResponse => ({ fed_role: "master", joint_clusters: members });

describe("whose an entry is", () => {
  test("a declaration and an identity make what is wanted", () => {
    const { storeId, name, nameIsFixed, clusterId } = wanted;
    const declared = { storeId, jointRest, master: { federation }, retries: 3 };
    expect(desiredMembership(declared, { name, nameIsFixed, clusterId })).toEqual({
      ...wanted,
      master: { rest: undefined, federation },
    });
  });

  test("an id is ours if we have or had it", () => {
    const identity = { ...wanted, formerIds: ["id-0"] };
    expect(["id-0", "id-1", "id-2"].map((id) => isOwnClusterId(identity, id))).toEqual([true, true, false]);
    expect(isOwnClusterId(wanted, "Stryker was here")).toBe(false);
  });

  const others = { clusterId: "id-9", name: "other", jointRest: { server: "x", port: 1 }, masterId: undefined };
  test.each<[string, boolean, object]>([
    ["everything is another's", true, {}],
    ["the id is ours", false, { clusterId: "id-1" }],
    ["the name is ours", false, { name: "edge-1" }],
    ["the name is of our store", false, { name: "u2204a-Zz9Zz9" }],
    ["the address is ours", false, { jointRest }],
  ])("%s: %s", (_what, isOther, over) => {
    expect(belongsToAnotherSite({ ...wanted, name: "edge-1" }, { ...others, ...over })).toBe(isOther);
  });

  test("our entries are those with an id of ours, or our name at our address", () => {
    const entries = [
      at("x", { name: "other" }),
      entry({ id: "id-2" }),
      at("x", { id: "id-3" }),
      entry({ id: "id-4", name: "u2204a-Zz9Zz9" }),
      at("x", { id: "id-5", name: "u2204a-Zz9Zz9" }),
      entry({ id: "id-6", name: "other" }),
    ];
    expect(ownEntries(wanted, entries).map(({ id }) => id)).toEqual(["id-1", "id-2"]);
    expect(entriesOfSite(wanted, entries).map(({ id }) => id)).toEqual(["id-1", "id-2", "id-4"]);
  });

  test("a member is of the master that the response tells", () => {
    const member = { name: wanted.name, clusterId: "id-1", jointRest };
    expect(toMember(entry(), master())).toEqual({ ...member, masterId: "master-1" });
    expect(toMember(entry(), undefined)).toEqual({ ...member, masterId: undefined });
    expect(toMember(entry(), untold())).toEqual({ ...member, masterId: undefined });
  });
});

describe("what an observation means", () => {
  test.each<[string, string, Partial<Observation>, Partial<DesiredMembership>?]>([
    ["joined", "both sides say so", { site: joint(), master: master(entry()) }],
    ["joined", "the site says so, the master cannot be read", { site: joint() }],
    ["joined", "the master lists it, the site cannot be read", { master: master(entry()) }],
    ...["joined", "pending", "out_of_sync", "notified", "connected", "synced", "disconnected", ""].map(
      (status): [string, string, Partial<Observation>] => [
        "joined",
        `the master's status word "${status}" is noise`,
        { site: joint(), master: master(entry({ status })) },
      ],
    ),
    ["absent", "a standalone site, and no entry", { site: standalone, master: master() }],
    ["absent", "a standalone site, the master cannot be read", { site: standalone }],
    ["absent", "another's entry", { master: master(at("x", { name: "other-abc123", id: "9" })) }],
    ["kicked", "the site calls itself joint, the master lacks it", { site: joint(), master: master() }],
    ["kicked", "the master told it so", { site: joint(entry({ status: "kicked" })) }],
    ["left", "a standalone site, an entry", { site: standalone, master: master(entry({ status: "left" })) }],
    ["left", "an entry with that word", { master: master(entry({ status: "left" })) }],
    ["left", "an entry of ours by a new id", { site: standalone, master: master(entry({ id: "id-9" })) }, unrecorded],
    ["renamed", "not as declared", { site: joint(renamed), master: master(renamed) }],
    ["joined", "any name where none is declared", { site: joint(renamed), master: master(renamed) }, anyName],
    ["moved", "another joint address", { site: joint(moved), master: master(moved) }],
    ["elsewhere", "another master's id", { site: joint(entry(), other), master: master() }],
    ["elsewhere", "another master's id than stored", { site: joint(entry(), other) }, { masterId: "master-1" }],
    ["elsewhere", "another address, ids cannot be compared", { site: joint(entry(), readdressed) }],
    ["joined", "another address of the same id", { site: joint(entry(), readdressed), master: master(entry()) }],
    ["joined", "another address of the stored id", { site: joint(entry(), readdressed) }, { masterId: "master-1" }],
    ["name_taken", "our name at another address", { site: standalone, master: master(foreign) }],
    ["name_taken", "the same, the site cannot be read", { master: master(foreign) }],
    ["master", "the site is a master", { site: master() }],
    ["no_master", "the master is none", { site: joint(), master: standalone }],
    ["absent", "neither side can be read", {}, unrecorded],
    ["absent", "the master lists nothing", { master: unlisted }, unrecorded],
    ["joined", "beside what is left of an earlier join", { master: master(left, entry({ id: "id-2" })) }],
    ["left", "an entry that the master kicked", { master: master(entry({ status: "kicked" })) }],
    ["joined", "any name at our address", { master: master(byHand) }, anyName],
    ["absent", "another name at our address, not as declared", { master: master(byHand) }],
    ["absent", "another name left at our address", { master: master({ ...byHand, status: "left" }) }, anyName],
    ["absent", "another name at another address", { master: master(at("x", { name: "other", id: "9" })) }, anyName],
    ["absent", "a joint site without a list", { site: { ...joint(), joint_clusters: null } }],
    ["absent", "a joint site with an empty list", { site: { ...joint(), joint_clusters: [] } }],
    ["absent", "a joint site whose master is null", { site: { ...joint(), master_cluster: null } }],
    ["absent", "a joint site without a master", { site: { fed_role: "joint", joint_clusters: [entry()] } }],
    ["kicked", "the master lists another one instead", { site: joint(), master: master(foreign) }],
    ["joined", "a master without an id yet, by its address", { site: joint(), master: nameless(entry()) }],
    ["joined", "a master that does not tell its own entry", { site: joint(), master: untold(entry()) }],
    ["joined", "one of the master's several addresses", { site: joint() }, { master: { rest: jointRest, federation } }],
  ])("%s: %s", (state, _why, observation, over = {}) => {
    const seen = { site: undefined, master: undefined, ...observation };
    expect(classifyMembership({ ...wanted, ...over }, seen).state).toBe(state);
  });

  test("what is left is told with its ids", () => {
    const members = [{ name: wanted.name, clusterId: "id-1", jointRest, masterId: "master-1" }];
    for (const site of [standalone, undefined]) {
      expect(classifyMembership(wanted, { site, master: master(left) })).toEqual({ state: "left", members });
    }
  });

  test("a member of another master is told with its entries on this list", () => {
    const found = classifyMembership(wanted, { site: joint(entry(), other), master: master(left, foreign) });
    const members = [{ name: wanted.name, clusterId: "id-1", jointRest, masterId: "master-1" }];
    expect(found).toEqual({ state: "elsewhere", master: "other", members });
  });

  test("a site without a name of ours is found by its store id and address on the master's list", () => {
    const want = { ...wanted, name: "u2204a-AAAAAA", nameIsFixed: false, clusterId: undefined };
    expect(classifyMembership(want, { site: undefined, master: master(entry()) })).toMatchObject({
      ...{ state: "joined", member: { name: "u2204a-Xy9K2m", clusterId: "id-1", masterId: "master-1" } },
    });
  });
});

describe("entries beside a membership", () => {
  const stale = entry({ id: "id-8", name: "u2204a-Zz9Zz9" });
  test.each<[string, string[] | undefined, FederationResponse | undefined, Partial<DesiredMembership>?]>([
    ["one of the store at its address, whatever its status", ["id-8"], master(entry(), stale)],
    ["every one, in the master's order", ["id-8", "id-2"], master(stale, entry(), entry({ id: "id-2" }))],
    ["the membership itself is none", undefined, master(entry())],
    ["one at another address is none", undefined, master(entry(), at("x", { id: "id-8", name: "u2204a-Zz9Zz9" }))],
    ["one of another store is none", undefined, master(entry(), byHand)],
    ["one with an id that we had", ["id-0"], master(entry(), at("x", { id: "id-0" })), { formerIds: ["id-0"] }],
    ["none is known without the master", undefined, undefined],
  ])("%s: %j", (_what, beside, list, over) => {
    const found = classifyMembership({ ...wanted, ...over }, { site: joint(), master: list });
    expect(found.state).toBe("joined");
    expect("beside" in found ? found.beside?.map(({ clusterId }) => clusterId) : undefined).toEqual(beside);
  });

  test("are told with what the master says of them", () => {
    expect(classifyMembership(wanted, { site: joint(), master: master(entry(), stale) })).toMatchObject({
      beside: [{ name: stale.name, clusterId: "id-8", jointRest, masterId: "master-1" }],
    });
  });

  test("are not told of a member under another name", () => {
    const found = classifyMembership(wanted, { site: joint(renamed), master: master(renamed, stale) });
    expect(found).toEqual({ state: "renamed", member: toMember(renamed, joint(renamed)) });
  });
});

test.each([
  ["synced", true, true],
  ["out_of_sync", true, true],
  ["disconnected", true, false],
  ["left", false, false],
  ["kicked", false, false],
])("a master's entry that says %s is live: %s, reachable: %s", (status, live, reachable) => {
  expect([isLive({ status }), isReachable({ status })]).toEqual([live, reachable]);
});

describe("the next step to leave", () => {
  const neighbour = at("10.9.9.9", { name: "u2205b-Ab3De6", id: "id-9" });
  const elsewhere = joint(entry({ id: "id-2" }), masterEntry({ id: "master-2" }));
  const leave = (force: boolean): LeaveStep => ({ action: "leave", force });
  const remove: LeaveStep = { action: "remove", clusterId: "id-1" };
  const nothing: LeaveStep = { action: "nothing" };

  test.each<[string, Observation, LeaveStep]>([
    ["at a member", { site: joint(), master: master(entry()) }, leave(false)],
    ["after a kick, by force", { site: joint(), master: master() }, leave(true)],
    ["what the master keeps of a standalone site", { site: standalone, master: master(entry()) }, remove],
    ["what the master keeps of a site that cannot be read", { site: undefined, master: master(entry()) }, remove],
    ["nothing is left", { site: standalone, master: master() }, nothing],
    ["a site that joined elsewhere keeps that membership", { site: elsewhere, master: master(entry()) }, remove],
    ["a site that joined elsewhere, without our entry", { site: elsewhere, master: master() }, nothing],
    ["another member's controller", { site: joint(neighbour), master: master(entry(), neighbour) }, remove],
    ["another member's controller, without our entry", { site: joint(neighbour), master: master(neighbour) }, nothing],
    ["a membership by hand at our address", { site: joint(byHand), master: master(byHand) }, leave(false)],
    ["at a member with another joint address", { site: joint(moved), master: master(moved) }, leave(false)],
    ["at a member whose master cannot be read", { site: joint(), master: undefined }, leave(false)],
    [
      "what another name of the store left at our address",
      { site: standalone, master: master(entry({ name: "u2204a-Zz9Zz9", id: "id-5" })) },
      { action: "remove", clusterId: "id-5" },
    ],
  ])("%s", (_what, observation, step) => {
    expect(nextLeaveStep(wanted, observation)).toEqual(step);
  });

  test("a list that is missing has no entry", () => {
    expect(nextLeaveStep({ ...wanted, ...unrecorded }, { site: standalone, master: unlisted })).toEqual(nothing);
  });

  test("another's entry is never removed, whatever the list holds", () => {
    const listed = fc.record({
      name: fc.constantFrom("u2204a-Xy9K2m", "other"),
      id: fc.string().map((id) => `foreign-${id}`),
      rest_info: fc.record({ server: fc.constantFrom("a", "b"), port: fc.constant(1) }),
    });
    fc.assert(
      fc.property(fc.array(listed), (list) => {
        expect(nextLeaveStep(wanted, { site: standalone, master: master(...list.map(entry)) })).toEqual(nothing);
      }),
    );
  });
});
