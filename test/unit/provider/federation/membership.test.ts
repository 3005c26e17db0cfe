import { nextLeaveStep } from "../../../../provider/src/federation/leaveStep";
import type { DesiredMembership } from "../../../../provider/src/federation/membership";
import { classifyMembership } from "../../../../provider/src/federation/membershipState";
import type { Observation } from "../../../../provider/src/federation/observe";
import type { ClusterEntry, FederationResponse } from "@fedjoin/provider/neuvector";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const jointRest = { server: "192.168.8.209", port: 10443 };
const federation = { server: "master.example", port: 11443 };
const wanted: DesiredMembership = {
  storeId: "u2204a",
  name: "u2204a-Xy9K2m",
  nameIsFixed: true,
  jointRest,
  master: { federation },
  clusterId: "id-1",
};

const entry = (overrides: Partial<ClusterEntry> = {}): ClusterEntry => ({
  name: "u2204a-Xy9K2m",
  id: "id-1",
  status: "synced",
  rest_version: "",
  rest_info: jointRest,
  ...overrides,
});
const masterEntry = (overrides: Partial<ClusterEntry> = {}): ClusterEntry =>
  entry({ name: "primary", id: "master-1", status: "active", rest_info: federation, ...overrides });

const master = (...members: ClusterEntry[]): FederationResponse => ({
  fed_role: "master",
  master_cluster: masterEntry(),
  joint_clusters: members,
});
const joint = (self: ClusterEntry = entry({ status: "joined" }), its = masterEntry()): FederationResponse => ({
  fed_role: "joint",
  master_cluster: its,
  joint_clusters: [self],
});
const standalone: FederationResponse = { fed_role: "", joint_clusters: null };

const state = (view: Partial<Observation>, want: DesiredMembership = wanted): string =>
  classifyMembership(want, { site: undefined, master: undefined, ...view }).state;

describe("what a view means", () => {
  test("joined: the site says so and the master lists it, or one of them when the other cannot be read", () => {
    expect(state({ site: joint(), master: master(entry()) })).toBe("joined");
    expect(state({ site: joint() })).toBe("joined");
    expect(state({ master: master(entry()) })).toBe("joined");
  });

  test.each(["joined", "pending", "out_of_sync", "notified", "connected", "synced", "disconnected", ""])(
    "joined: the master's status word %j is noise",
    (status) => {
      expect(state({ site: joint(), master: master(entry({ status })) })).toBe("joined");
    },
  );

  test("absent: a standalone site, and no entry where the master can be read", () => {
    expect(state({ site: standalone, master: master() })).toBe("absent");
    expect(state({ site: standalone })).toBe("absent");
    expect(
      state({ master: master(entry({ name: "other-abc123", id: "9", rest_info: { server: "x", port: 1 } })) }),
    ).toBe("absent");
  });

  test("kicked: the site still calls itself joint, the master lacks it or told it so", () => {
    expect(state({ site: joint(), master: master() })).toBe("kicked");
    expect(state({ site: joint(entry({ status: "kicked" })) })).toBe("kicked");
  });

  test("left: a standalone site whose entry the master keeps, or an entry with that word", () => {
    expect(state({ site: standalone, master: master(entry({ status: "left" })) })).toBe("left");
    expect(state({ master: master(entry({ status: "left" })) })).toBe("left");
  });

  test("left: an orphan of our name and address under an id we never saw", () => {
    const want = { ...wanted, clusterId: undefined };
    expect(state({ site: standalone, master: master(entry({ id: "id-9" })) }, want)).toBe("left");
  });

  test("renamed and moved: a member of the wanted master, but not as declared", () => {
    const renamed = entry({ name: "by-hand", status: "joined" });
    const moved = entry({ rest_info: { server: "10.0.0.1", port: 10443 } });
    expect(state({ site: joint(renamed), master: master(renamed) })).toBe("renamed");
    expect(state({ site: joint(renamed), master: master(renamed) }, { ...wanted, nameIsFixed: false })).toBe("joined");
    expect(state({ site: joint(moved), master: master(moved) })).toBe("moved");
  });

  test("elsewhere: another master's id, or another address where ids cannot be compared", () => {
    const other = masterEntry({ id: "master-2", name: "other" });
    expect(state({ site: joint(entry(), other), master: master() })).toBe("elsewhere");
    expect(state({ site: joint(entry(), masterEntry({ rest_info: { server: "other", port: 11443 } })) })).toBe(
      "elsewhere",
    );
    expect(state({ site: joint(entry(), other) }, { ...wanted, masterId: "master-1" })).toBe("elsewhere");
  });

  test("the master's id beats its address", () => {
    const readdressed = masterEntry({ rest_info: { server: "new-name", port: 443 } });
    expect(state({ site: joint(entry(), readdressed), master: master(entry()) })).toBe("joined");
    expect(state({ site: joint(entry(), readdressed) }, { ...wanted, masterId: "master-1" })).toBe("joined");
  });

  test("name_taken: our name at another address", () => {
    const foreign = entry({ id: "id-7", rest_info: { server: "10.9.9.9", port: 10443 } });
    expect(state({ site: standalone, master: master(foreign) })).toBe("name_taken");
    expect(state({ master: master(foreign) })).toBe("name_taken");
  });

  test("master and no_master: roles that exclude a membership", () => {
    expect(state({ site: master() })).toBe("master");
    expect(state({ site: joint(), master: standalone })).toBe("no_master");
  });

  test("a site without a name of ours is found by its store id and address on the master's list", () => {
    const found = classifyMembership(
      { ...wanted, name: "u2204a-AAAAAA", nameIsFixed: false, clusterId: undefined },
      { site: undefined, master: master(entry()) },
    );
    expect(found).toMatchObject({
      state: "joined",
      member: { name: "u2204a-Xy9K2m", clusterId: "id-1", masterId: "master-1" },
    });
  });
});

describe("the next step to leave", () => {
  test("leave at a member, by force when it was kicked, remove what the master keeps, else nothing", () => {
    expect(nextLeaveStep(wanted, { site: joint(), master: master(entry()) })).toEqual({
      action: "leave",
      force: false,
    });
    expect(nextLeaveStep(wanted, { site: joint(), master: master() })).toEqual({ action: "leave", force: true });
    expect(nextLeaveStep(wanted, { site: standalone, master: master(entry()) })).toEqual({
      action: "remove",
      clusterId: "id-1",
    });
    expect(nextLeaveStep(wanted, { site: undefined, master: master(entry()) })).toEqual({
      action: "remove",
      clusterId: "id-1",
    });
    expect(nextLeaveStep(wanted, { site: standalone, master: master() })).toEqual({ action: "nothing" });
  });

  test("a site that joined elsewhere keeps that membership, only our old entry goes", () => {
    const site = joint(entry({ id: "id-2" }), masterEntry({ id: "master-2" }));
    expect(nextLeaveStep(wanted, { site, master: master(entry()) })).toEqual({ action: "remove", clusterId: "id-1" });
    expect(nextLeaveStep(wanted, { site, master: master() })).toEqual({ action: "nothing" });
  });

  test("a controller that is another member's keeps that membership, only our own entry goes", () => {
    const neighbour = entry({ name: "u2205b-Ab3De6", id: "id-9", rest_info: { server: "10.9.9.9", port: 10443 } });
    const site = joint(neighbour);
    expect(nextLeaveStep(wanted, { site, master: master(entry(), neighbour) })).toEqual({
      action: "remove",
      clusterId: "id-1",
    });
    expect(nextLeaveStep(wanted, { site, master: master(neighbour) })).toEqual({ action: "nothing" });
    const byHand = entry({ name: "by-hand", id: "id-9" });
    expect(nextLeaveStep(wanted, { site: joint(byHand), master: master(byHand) })).toEqual({
      action: "leave",
      force: false,
    });
  });

  test("another's entry is never removed, whatever the list holds", () => {
    const foreign = fc.record({
      name: fc.constantFrom("u2204a-Xy9K2m", "other"),
      id: fc.string(),
      server: fc.constantFrom("a", "b"),
    });
    fc.assert(
      fc.property(fc.array(foreign), (list) => {
        const entries = list.map(({ name, id, server }) =>
          entry({ name, id: `foreign-${id}`, rest_info: { server, port: 1 } }),
        );
        expect(nextLeaveStep(wanted, { site: standalone, master: master(...entries) })).toEqual({ action: "nothing" });
      }),
    );
  });
});
