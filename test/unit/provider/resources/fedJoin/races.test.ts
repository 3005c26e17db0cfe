import { describe, expect, test } from "vitest";
import { createRaceHarness, idOf, type RaceHarness } from "../../../../support/raceHarness";

const kicks = /^\/v1\/fed\/cluster\//;
const leaves = /^\/v1\/fed\/leave$/;
const look = { method: "GET", path: "/v1/fed/member" };

/** The one member that master and site agree on. */
function agreed({ master, sites: [site] }: RaceHarness): { readonly id: string; readonly name: string } {
  const [member, ...others] = master.members();
  expect(others).toEqual([]);
  expect(member).toMatchObject({ id: idOf(site), name: site.state.clusterName });
  return { id: member?.id ?? "", name: member?.name ?? "" };
}

/** Two joins, the second this much later, end as the same member, and no entry is removed. */
async function expectOneMemberOfTwoJoins(world: RaceHarness, laterMs: number): Promise<void> {
  const first = world.actor().lifecycle.create(world.inputs());
  const second = world.after(laterMs, () => world.actor().lifecycle.create(world.inputs()));
  const results = await world.advanceUntil(Promise.all([first, second]));
  const { id, name } = agreed(world);
  expect(results).toMatchObject([
    { id: name, outs: { clusterId: id } },
    { id: name, outs: { clusterId: id } },
  ]);
  expect(world.count(world.master, "DELETE", kicks)).toBe(0);
}

describe("row a: another actor's join completes while a join looks", () => {
  async function joinBeside(world: RaceHarness, laterMs = 1_000): Promise<{ first: unknown; second: unknown }> {
    const second = world.actor().lifecycle.create(world.inputs());
    const first = world.after(laterMs, () => world.actor().lifecycle.create(world.inputs()));
    const [secondResult, firstResult] = await world.advanceUntil(Promise.all([second, first]));
    return { first: firstResult, second: secondResult };
  }

  test("a master that answers 5 s late: the living member is adopted, nobody is kicked", async () => {
    const world = await createRaceHarness();
    world.master.faults.add({ match: look, what: "delay", ms: 5_000 });
    const { first, second } = await joinBeside(world);
    const { id, name } = agreed(world);
    expect(first).toMatchObject({ id: name, outs: { clusterId: id } });
    expect(second).toMatchObject({ id: name, outs: { clusterId: id } });
    expect(world.count(world.master, "DELETE", kicks)).toBe(0);
  });

  test("a site that answers 5 s late: a member that the earlier list lacks is no kicked one, and nobody leaves", async () => {
    const world = await createRaceHarness();
    world.sites[0].faults.add({ match: look, what: "delay", ms: 5_000 });
    const { first, second } = await joinBeside(world);
    const { id, name } = agreed(world);
    expect([first, second]).toMatchObject([{ id: name }, { id: name, outs: { clusterId: id } }]);
    expect(world.count(world.sites[0], "POST", leaves)).toBe(0);
  });

  test("a master whose answer to the site is under way: it lists the site, which still says standalone", async () => {
    const world = await createRaceHarness();
    const call = { method: "POST", path: "/v1/fed/join_internal" };
    world.master.faults.add({ match: call, what: "delay", when: "after", ms: 8_000 });
    await expectOneMemberOfTwoJoins(world, 1_000);
  });

  test("an entry whose site stays standalone is removed once no join can be under way, and the site joins", async () => {
    const world = await createRaceHarness();
    const before = await world.advanceUntil(world.actor().lifecycle.create(world.inputs()));
    await world.leaveUntold();
    const { lifecycle, said } = world.actor();
    const created = await world.advanceUntil(lifecycle.create(world.inputs()));
    const { id, name } = agreed(world);
    expect(created).toMatchObject({ id: name, outs: { clusterId: id } });
    expect(name).not.toBe(before.id);
    expect(said.join("\n")).toMatch(/another join of it may be under way; checking again in 11 s/);
  });

  test("an entry under an id of the own membership needs no such wait", async () => {
    const world = await createRaceHarness();
    const own = await world.advanceUntil(world.actor().lifecycle.create(world.inputs()));
    await world.leaveUntold();
    const { lifecycle, said } = world.actor();
    await world.advanceUntil(lifecycle.update(own.id, { ...own.outs, status: "left" }, world.inputs()));
    expect(agreed(world).name).toBe(own.id);
    expect(said.filter((line) => line.includes("checking again"))).toEqual([]);
  });
});

describe("row b: a leave beside a kick that holds the master for 11 s", () => {
  test("destroy beside the kick of another, unreachable member: looks again, retries and leaves without forceLeave", async () => {
    const world = await createRaceHarness();
    const { lifecycle, said } = world.actor();
    const own = await world.advanceUntil(lifecycle.create(world.inputs()));
    const other = await world.advanceUntil(lifecycle.create(world.inputs(world.sites[1])));
    world.setPath(world.sites[1].rest, "silent");
    const kicked = world.kick(other.id);
    const left = world.after(500, () => lifecycle.delete(own.id, own.outs));
    expect(await world.advanceUntil(Promise.all([kicked, left]))).toEqual([200, undefined]);
    expect(world.master.members()).toEqual([]);
    expect(world.sites[0].state.federation.role).toBe("");
    expect(said.join("\n")).toMatch(/warn Leaving u1-\w+ failed \(remote_failed\), next try in 2 s/);
  });

  test("a master that the site does not reach: the message says what both sides show", async () => {
    const world = await createRaceHarness();
    const { lifecycle } = world.actor();
    const own = await world.advanceUntil(lifecycle.create(world.inputs()));
    world.setPath(world.master.federationAddress, "refused");
    const error = await world.advanceUntil(lifecycle.delete(own.id, own.outs).catch((caught: unknown) => caught));
    expect(String(error)).toMatch(
      /connection refused.*the site says that it is a member as u1-\w+, the master lists u1-\w+ \(\w+\).*#leave_refused/,
    );
    expect(world.count(world.sites[0], "POST", leaves)).toBe(4);
    agreed(world);
  });

  test.each([0, 50, 100, 300])("a kick of this site %i ms before its destroy is a destroy", async (laterMs) => {
    const world = await createRaceHarness();
    const { lifecycle } = world.actor();
    const own = await world.advanceUntil(lifecycle.create(world.inputs()));
    const kicked = world.kick(own.id);
    const left = world.after(laterMs, () => lifecycle.delete(own.id, own.outs));
    await world.advanceUntil(Promise.all([kicked, left]));
    expect(world.master.members()).toEqual([]);
    expect(world.sites[0].state.federation.role).toBe("");
  });
});

test("forceLeave while the master is only frozen: the site leaves, and no stale entry stays once it goes on", async () => {
  const world = await createRaceHarness();
  const { lifecycle } = world.actor();
  const own = await world.advanceUntil(lifecycle.create(world.inputs()));
  world.master.freeze();
  await world.advanceUntil(lifecycle.delete(own.id, { ...own.outs, forceLeave: true }));
  expect(world.sites[0].state.federation.role).toBe("");
  world.master.resume();
  await world.advanceUntil(world.after(5_000, () => Promise.resolve()));
  expect(world.master.members()).toEqual([]);
});

describe("row c: two who end one membership at once", () => {
  test.each([0, 20, 500])("two destroys %i ms apart both succeed", async (laterMs) => {
    const world = await createRaceHarness();
    const own = await world.advanceUntil(world.actor().lifecycle.create(world.inputs()));
    const first = world.actor().lifecycle.delete(own.id, own.outs);
    const second = world.after(laterMs, () => world.actor().lifecycle.delete(own.id, own.outs));
    await world.advanceUntil(Promise.all([first, second]));
    expect(world.master.members()).toEqual([]);
    expect(world.sites[0].state.federation.role).toBe("");
  });

  test.each([0, 100, 600])("a destroy, and a kick %i ms later: gone is success", async (laterMs) => {
    const world = await createRaceHarness();
    const own = await world.advanceUntil(world.actor().lifecycle.create(world.inputs()));
    const left = world.actor().lifecycle.delete(own.id, own.outs);
    const kicked = world.after(laterMs, () => world.kick(own.id));
    await world.advanceUntil(Promise.all([left, kicked]));
    expect(world.master.members()).toEqual([]);
    expect(world.sites[0].state.federation.role).toBe("");
  });

  test("two who remove one stale entry at once both succeed", async () => {
    const world = await createRaceHarness();
    const own = await world.advanceUntil(world.actor().lifecycle.create(world.inputs()));
    await world.leaveUntold();
    expect(world.master.members()).toHaveLength(1);
    const deletes = [0, 1].map(() => world.actor().lifecycle.delete(own.id, own.outs));
    await world.advanceUntil(Promise.all(deletes));
    expect(world.master.members()).toEqual([]);
  });
});

describe("row d: two joins at once at one site", () => {
  test.each([0, 10, 30, 200])("%i ms apart: one joins, the other adopts", async (laterMs) => {
    const world = await createRaceHarness();
    await expectOneMemberOfTwoJoins(world, laterMs);
  });

  test("beside a destroy of the same site, the join ends as a member", async () => {
    const world = await createRaceHarness();
    const own = await world.advanceUntil(world.actor().lifecycle.create(world.inputs()));
    const left = world.actor().lifecycle.delete(own.id, own.outs);
    const joined = world.after(100, () =>
      world.actor().lifecycle.update(own.id, { ...own.outs, status: "unconfirmed" }, world.inputs()),
    );
    await world.advanceUntil(Promise.allSettled([left, joined]));
    const { members } = world.master;
    expect(members().map(({ id }) => id)).toEqual([idOf(world.sites[0])].filter((id) => id !== undefined));
  });
});
