import { describe, expect, test as base } from "vitest";
import { createRaceHarness, idOf, type RaceHarness } from "../../../../support/raceHarness";

const kicks = /^\/v1\/fed\/cluster\//;
const leaves = /^\/v1\/fed\/leave$/;
const look = { method: "GET", path: "/v1/fed/member" };
const joinRequest = { method: "POST", path: "/v1/fed/join" };
const joinCall = { method: "POST", path: "/v1/fed/join_internal" };

const test = base
  .extend("world", () => createRaceHarness())
  /** The first site as a member. */
  .extend("own", ({ world }) => world.join());

/** The one member that master and site agree on. */
function agreed({ master, sites: [site] }: RaceHarness): { readonly id: string; readonly name: string } {
  const [member, ...others] = master.members();
  expect(others).toEqual([]);
  expect(member).toMatchObject({ id: idOf(site), name: site.clusterName });
  return { id: member?.id ?? "", name: member?.name ?? "" };
}

function expectNoMember({ master, sites: [site] }: RaceHarness): void {
  expect([master.members(), site.role]).toEqual([[], ""]);
}

/** Two joins, the second this much later, end as the same member; nobody is removed, and nobody leaves. */
async function expectOneMemberOfTwoJoins(world: RaceHarness, laterMs: number): Promise<void> {
  const results = await Promise.all([world.join(), world.join(undefined, laterMs)]);
  const { id, name } = agreed(world);
  expect(results).toMatchObject([0, 1].map(() => ({ id: name, outs: { clusterId: id } })));
  expect(world.count(world.master, "DELETE", kicks)).toBe(0);
  expect(world.count(world.sites[0], "POST", leaves)).toBe(0);
}

describe("row a: another actor's join completes while a join looks", () => {
  test("a master that answers 5 s late: the living member is adopted", async ({ world }) => {
    world.master.faults.add({ match: look, what: "delay", ms: 5_000 });
    await expectOneMemberOfTwoJoins(world, 1_000);
  });

  test("a site that answers 5 s late: a member that the earlier list lacks is no kicked one", async ({ world }) => {
    world.sites[0].faults.add({ match: look, what: "delay", ms: 5_000 });
    await expectOneMemberOfTwoJoins(world, 1_000);
  });

  test("a master whose answer is under way lists the site, which still says standalone", async ({ world }) => {
    world.master.faults.add({ match: joinCall, what: "delay", when: "after", ms: 8_000 });
    await expectOneMemberOfTwoJoins(world, 1_000);
  });

  test("an entry of a site that stays standalone is removed, once no join can be under way", async ({ world, own }) => {
    await world.leaveUntold();
    const { joins, logged } = world.actor();
    const created = await joins.create(world.inputs());
    const { id, name } = agreed(world);
    expect(created).toMatchObject({ id: name, outs: { clusterId: id } });
    expect(name).not.toBe(own.id);
    expect(logged.join("\n")).toMatch(/another join of it may be under way; checking again in 11 s/);
  });

  test("an entry under an id of the own membership needs no such wait", async ({ world, own }) => {
    await world.leaveUntold();
    const { joins, logged } = world.actor();
    await joins.update(own.id, { ...own.outs, status: "left" }, world.inputs());
    expect(agreed(world).name).toBe(own.id);
    expect(logged.filter((line) => line.includes("checking again"))).toEqual([]);
  });
});

describe("row e: beside the membership, the entry of another actor's join at which the site gave up", () => {
  /** Sends a join by hand at which the site gives up, and whose entry the master has when the FedJoin looks. */
  async function joinBesideGivenUpJoin(world: RaceHarness) {
    const { master, sites } = world;
    const [site] = sites;
    const token = await world.advanceUntil(site.logIn());
    const body = { name: "u1-AAAAAA", join_token: master.joinToken(), joint_rest_info: site.rest };
    master.faults.add({ match: joinCall, what: "delay", when: "before", ms: 10_500, times: 1 });
    master.faults.add({ match: { method: "GET", path: "/v1/fed/join_token" }, what: "delay", ms: 1_000 });
    const givenUp = site.request("POST", "/v1/fed/join", { token, body });
    const fedJoin = world.actor();
    const created = world.after(10_100, () => fedJoin.joins.create(world.inputs()));
    await world.advanceUntil(Promise.all([givenUp, created]));
    return { created: await created, status: (await givenUp).status, ...fedJoin };
  }

  test("is removed", async ({ world }) => {
    const { created, status, logged } = await joinBesideGivenUpJoin(world);
    expect(status).toBe(500);
    const { id, name } = agreed(world);
    expect(created).toMatchObject({ id: name, outs: { clusterId: id, status: "joined" } });
    expect(logged.join("\n")).toMatch(/Removing the stale entry u1-AAAAAA/);
    expect(world.wrongs).toEqual([]);
  });

  test("stays with a warning if the master refuses its removal", async ({ world }) => {
    const match = { method: "DELETE", path: "/v1/fed/cluster/:id" };
    world.master.faults.add({ match, what: "status", status: 403, code: 25 });
    const { created, logged } = await joinBesideGivenUpJoin(world);
    expect(created).toMatchObject({ id: world.sites[0].clusterName, outs: { status: "joined" } });
    expect(logged.join("\n")).toMatch(/warn u1-\w+: the master lists the site as u1-AAAAAA too, see fedjoin prune: /);
  });
});

test("a join that takes effect after its retry was refused is found, and recorded", async ({ world }) => {
  const [site] = world.sites;
  const unansweredMs = 45_000 + 2_300;
  site.faults.add({ match: joinRequest, what: "delay", when: "before", ms: unansweredMs });
  site.faults.add({ match: joinRequest, what: "status", status: 428, code: 4 });
  site.faults.add({ match: look, what: "delay", when: "before", ms: 1_000, skip: 2 });
  const created = await world.join();
  const { id, name } = agreed(world);
  expect(created).toMatchObject({ id: name, outs: { clusterId: id, status: "joined" } });
  expect(world.count(site, "POST", /\/fed\/join$/)).toBe(2);
});

test("a repair whose join was refused leaves alone what another one joins under its name", async ({ world, own }) => {
  const { master, sites, actor } = world;
  await world.advanceUntil(world.kick(own.id));
  const message = "Federate rules cleanup is still ongoing.";
  sites[0].faults.add({ match: joinRequest, what: "status", status: 400, code: 4, message });
  master.faults.add({ match: joinCall, what: "delay", when: "after", ms: 8_000 });
  const removals = world.count(master, "DELETE", kicks);
  const [refused, other] = [actor(), actor()];
  const repair = ({ joins }: typeof refused) => joins.update(own.id, { ...own.outs, status: "kicked" }, world.inputs());
  const repaired = await Promise.all([repair(refused), world.after(50, () => repair(other))]);
  const { id } = agreed(world);
  expect(repaired).toMatchObject([0, 1].map(() => ({ outs: { clusterId: id, status: "joined" } })));
  expect(refused.logged.join("\n")).toMatch(/cleanup is still ongoing.*\n.*another join of it may be under way/);
  expect(world.count(master, "DELETE", kicks)).toBe(removals);
});

test("a site whose answer is old is asked again: another repair made a member of it", async ({ world, own }) => {
  const [site] = world.sites;
  world.setConnectivity(site.rest, "silent");
  await world.advanceUntil(world.kick(own.id));
  world.setConnectivity(site.rest, "open");
  site.faults.add({ match: look, what: "delay", when: "after", ms: 9_000, skip: 1 });
  const repair = () => world.actor().joins.update(own.id, { ...own.outs, status: "kicked" }, world.inputs());
  const repaired = await world.advanceUntil(Promise.all([repair(), world.after(500, repair)]));
  const { id } = agreed(world);
  expect(repaired).toMatchObject([0, 1].map(() => ({ outs: { clusterId: id, status: "joined" } })));
  expect(world.count(site, "POST", leaves)).toBe(1);
  expect(world.wrongs).toEqual([]);
});

describe("row b: a leave beside a kick that holds the master for 11 s", () => {
  test("destroy beside the kick of a silent member: looks again, retries and leaves", async ({ world, own }) => {
    const other = await world.join(world.sites[1]);
    world.setConnectivity(world.sites[1].rest, "silent");
    const { joins, logged } = world.actor();
    const kicked = world.kick(other.id);
    const left = world.after(500, () => joins.delete(own.id, own.outs));
    expect(await world.advanceUntil(Promise.all([kicked, left]))).toEqual([200, undefined]);
    expectNoMember(world);
    expect(logged.join("\n")).toMatch(/warn Leaving u1-\w+ failed \(remote_failed\), next try in 2 s/);
  });

  test("a master that the site does not reach: the message says what both sides show", async ({ world, own }) => {
    world.setConnectivity(world.master.federationAddress, "refused");
    await expect(world.actor().joins.delete(own.id, own.outs)).rejects.toThrow(
      /connection refused.*the site says that it is a member as u1-\w+, the master lists u1-\w+ \(\w+\).*#a-leave-fails/,
    );
    expect(world.count(world.sites[0], "POST", leaves)).toBe(4);
    agreed(world);
  });

  test.for([0, 50, 100, 300])("a kick %i ms before a destroy is a destroy", async (ms, { world, own }) => {
    const kicked = world.kick(own.id);
    const left = world.after(ms, () => world.actor().joins.delete(own.id, own.outs));
    await world.advanceUntil(Promise.all([kicked, left]));
    expectNoMember(world);
  });
});

test("forceLeave while the master is frozen: the site leaves, and later its entry", async ({ world, own }) => {
  world.master.freeze();
  await world.actor().joins.delete(own.id, { ...own.outs, forceLeave: true });
  expect(world.sites[0].role).toBe("");
  world.master.resume();
  await world.advanceUntil(world.after(5_000, () => Promise.resolve()));
  expect(world.master.members()).toEqual([]);
});

describe("row c: two who end one membership at once", () => {
  const destroy = (world: RaceHarness, { id, outs }: Awaited<ReturnType<RaceHarness["join"]>>) =>
    world.actor().joins.delete(id, outs);

  test.for([0, 20, 500])("two destroys %i ms apart both succeed", async (ms, { world, own }) => {
    await Promise.all([destroy(world, own), world.after(ms, () => destroy(world, own))]);
    expectNoMember(world);
  });

  test.for([0, 100, 600])("a destroy, and a kick %i ms later: gone is success", async (ms, { world, own }) => {
    await world.advanceUntil(Promise.all([destroy(world, own), world.after(ms, () => world.kick(own.id))]));
    expectNoMember(world);
  });

  test("two who remove one stale entry at once both succeed", async ({ world, own }) => {
    await world.leaveUntold();
    expect(world.master.members()).toHaveLength(1);
    await Promise.all([destroy(world, own), destroy(world, own)]);
    expectNoMember(world);
  });
});

describe("row d: two joins at once at one site", () => {
  test.for([0, 10, 30, 200])("%i ms apart: one joins, the other adopts", async (ms, { world }) => {
    await expectOneMemberOfTwoJoins(world, ms);
  });

  test("beside a destroy of the same site, the join ends as a member", async ({ world, own: { id, outs } }) => {
    const left = world.actor().joins.delete(id, outs);
    const joined = world.after(100, () =>
      world.actor().joins.update(id, { ...outs, status: "unconfirmed" }, world.inputs()),
    );
    await Promise.allSettled([left, joined]);
    expect(world.master.members().map((member) => member.id)).toEqual(
      [idOf(world.sites[0])].flatMap((each) => each ?? []),
    );
  });
});
