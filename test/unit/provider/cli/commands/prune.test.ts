import { describe, expect, test as base } from "vitest";
import { parseSettings } from "../../../../../provider/src/cli/settings";
import { prune } from "../../../../../provider/src/cli/commands/prune";
import { status } from "../../../../../provider/src/cli/commands/status";
import { at, memberNames } from "../../../../support/federation";
import { test } from "../../../../support/commandScenario";
import { createRaceHarness, type RaceHarness } from "../../../../support/raceHarness";

describe("fedjoin prune", () => {
  test("lists the stale entry and nothing else", async ({ scenario: { fedjoin, stale } }) => {
    const { exitCode, output, effects } = await fedjoin("prune --json");
    expect(JSON.parse(output)).toMatchObject({
      ...{ command: "prune", applied: false, unproven: [], unread: [] },
      staleEntries: [{ ...stale, storeId: "store2", reason: "the site is standalone" }],
    });
    expect({ exitCode, effects }).toEqual({ exitCode: 2, effects: [] });
  });

  test("refuses a living member, a stranger's member and an unknown id", async ({ scenario }) => {
    const { fedjoin, joined, sites } = scenario;
    const ids = [joined.outs["clusterId"], at(sites, 4).membership?.id, "no-such-id"].map(String);
    const { exitCode, output, effects } = await fedjoin(`prune --apply --site-is-gone --id ${ids.join(" --id ")}`);
    expect(output).toMatch(new RegExp(`refused +${joined.id} is not stale: the site reports that it is this member`));
    expect(output.match(/refused {2}no entry of a declared site has this id/g)).toHaveLength(2);
    expect({ exitCode, effects }).toEqual({ exitCode: 2, effects: [] });
  });

  test("deletes the named entries and nothing else, once no join can be in progress", async ({ scenario }) => {
    const { fedjoin, stale, master, network } = scenario;
    const before = memberNames(master);
    const startMs = network.clock.now();
    const { exitCode, output, logged } = await fedjoin(`prune --apply --id ${stale.id}`);
    expect(output).toContain(`${stale.id}  deleted  ${stale.name}: the site is standalone`);
    expect(exitCode).toBe(0);
    expect(memberNames(master)).toEqual(before.filter((name) => name !== stale.name));
    expect(network.clock.now() - startMs).toBe(11_000);
    expect(logged).toEqual(["warn store2: waiting 11 s, since its join may be in progress"]);
    expect((await fedjoin("prune")).exitCode).toBe(0);
  });

  test("--ids names the entries in a file", async ({ scenario: { fedjoin, stale } }) => {
    const prune = (ids: string) => fedjoin("prune --apply --ids stale.txt", undefined, { files: { "stale.txt": ids } });
    expect((await prune("\n")).errors).toMatch(/contains no id/);
    expect((await prune(`\n  ${stale.id}  ${stale.name}\n`)).output).toContain(`${stale.id}  deleted`);
  });

  test("the entry of a silent site goes only when a person says that the site is gone", async ({ scenario }) => {
    const { fedjoin, site, master, joined, network, declared } = scenario;
    await site.goOffline();
    for (let round = 0; round < 5; round++) await network.clock.advanceUntil(master.pingNow());
    expect(master.members().find(({ name }) => name === joined.id)).toMatchObject({ status: "disconnected" });
    const settings = { members: declared.slice(0, 1) };
    const listed = await fedjoin("prune --json", settings);
    expect(JSON.parse(listed.output)).toMatchObject({ staleEntries: [], unproven: [{ name: joined.id }] });
    const deletion = `prune --apply --id ${String(joined.outs["clusterId"])}`;
    const refused = await fedjoin(deletion, settings);
    expect(refused.exitCode).toBe(2);
    expect(refused.output).toMatch(/refused .*add --site-is-gone/);
    expect(memberNames(master)).toContain(joined.id);
    expect((await fedjoin(`${deletion} --site-is-gone`, settings)).exitCode).toBe(0);
    expect(memberNames(master)).not.toContain(joined.id);
  });

  test("a cluster that is not a master has no stale entries, and the report says so", async ({ scenario }) => {
    const { fedjoin, declared, neighbour } = scenario;
    const master = { rest: neighbour.rest, credentials: neighbour.admin };
    const { exitCode, output } = await fedjoin("prune", { members: [{ ...declared[0], master }] });
    expect(output).toMatch(/store0: no list of the master .*: it is not a federation master/);
    expect(exitCode).toBe(2);
  });
});

describe("beside others", () => {
  const raceTest = base.extend("world", () => createRaceHarness());
  const look = { method: "GET", path: "/v1/fed/member" };
  const declare = (world: RaceHarness) => {
    const parsed = parseSettings(JSON.stringify({ members: world.sites.map((site) => world.inputs(site)) }));
    return "members" in parsed ? parsed.members : [];
  };
  const pruneAll = (world: RaceHarness) => {
    const ids = world.master.members().map(({ id }) => id);
    return prune(declare(world), { apply: true, ids, siteIsGone: false }, world.actor().deps);
  };

  raceTest("row a: a join under way, which the site does not know yet, is not pruned", async ({ world }) => {
    const call = { method: "POST", path: "/v1/fed/join_internal" };
    world.master.faults.add({ match: call, what: "delay", when: "after", ms: 8_000 });
    const [, report] = await world.advanceUntil(Promise.all([world.join(), world.after(1_000, () => pruneAll(world))]));
    expect(report.json).toMatchObject({ results: [{ result: "refused" }] });
    expect(memberNames(world.master)).toEqual([world.sites[0].clusterName]);
  });

  raceTest("row c: two who prune one entry at once both succeed", async ({ world }) => {
    await world.join();
    await world.advanceUntil(world.after(2_000, () => world.leaveUntold()));
    for (const { json } of await world.advanceUntil(Promise.all([pruneAll(world), pruneAll(world)]))) {
      expect(json).toMatchObject({ results: [{ result: "deleted" }] });
    }
  });

  raceTest("row a: status of a site that joins while it is asked is joined", async ({ world }) => {
    world.sites[0].faults.add({ match: look, what: "delay", ms: 5_000 });
    const shown = world.advanceUntil(status(declare(world), world.actor().deps));
    await world.join(undefined, 1_000);
    expect((await shown).text.join("\n")).toMatch(/u1 +joined +u1-\w+/);
  });
});
