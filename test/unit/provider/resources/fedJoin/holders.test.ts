import type { ResourceLifecycle } from "../../../../../provider/src/resources/shared/resourceLifecycle";
import type { ResourceProps } from "../../../../../provider/src/resources/shared/props";
import { createVirtualNetwork } from "@fedjoin/simulator";
import { memberNames, membershipChanges } from "../../../../support/federation";
import { describe, expect, test as base } from "vitest";
import { startProcess } from "../../../../support/virtualProcess";

const credentials = { username: "admin", password: "admin" };
const [first, second] = ["urn::first", "urn::second"];
const rest = (index: number) => ({ server: `c${index}.test`, port: 10443 });

/** The inputs of site 1 or 2, as the resource with this URN declares them. */
const inputs = (urn: string, site: number, more: object = {}): ResourceProps => ({
  storeId: `store${site}`,
  master: { rest: rest(1), credentials },
  controller: { ...rest(site + 1), credentials },
  jointRest: rest(site + 1),
  __urn: urn,
  ...more,
});

/** Through the master alone: nobody can ask the site. */
const throughMaster = (urn: string, site: number, more: object = {}): ResourceProps =>
  inputs(urn, site, { controller: undefined, joinVia: "master", ...more });

const check = async (run: ResourceLifecycle, news: ResourceProps, olds: ResourceProps = {}) =>
  (await run.check(olds, news)).failures.map(({ property, reason }) => `${property}: ${reason}`);

async function createRun() {
  const network = createVirtualNetwork();
  const master = network.addController({ acceptDirectJoin: true });
  const controllers = [master, network.addController(), network.addController()];
  await master.promote({ name: "master" });
  const { joins, logged } = startProcess(network);
  return {
    ...{ network, logged },
    /** The provider of this run, as the engine calls it. */
    run: joins,
    /** The names on the master's list. */
    names: () => memberNames(master).toSorted(),
    /** How often a join or a leave was asked of any controller. */
    changes: () => membershipChanges(controllers).length,
    /** What a run before this one made. */
    earlier: async (news: ResourceProps) => {
      const process = startProcess(network);
      await process.joins.check({}, news);
      return process.joins.create(news);
    },
  };
}

const test = base
  .extend("world", () => createRun())
  .extend("run", ({ world }) => world.run)
  .extend("names", ({ world }) => world.names)
  .extend("changes", ({ world }) => world.changes)
  .extend("earlier", ({ world }) => world.earlier)
  /** The member of site 1 that the first resource made in an earlier run. */
  .extend("old", ({ earlier }) => earlier(inputs(first, 1)));

describe("a membership that a resource of the run owns is handed over", () => {
  test("under another URN: adopted, and the delete sends nothing and says who owns it", async ({ world, old }) => {
    const { run, logged, names, changes } = world;
    const before = changes();
    expect(await check(run, inputs(second, 1))).toEqual([]);
    expect((await run.create(inputs(second, 1))).id).toBe(old.id);
    await run.delete(old.id, old.outs);
    expect([names(), changes()]).toEqual([[old.id], before]);
    expect(logged.join()).toContain(`${old.id} is not ended: ${second} owns the membership of this site now`);
  });

  test("under another URN, in an `up --refresh`, which diffs the old resource too", async ({ old, run, names }) => {
    const { props = {} } = await run.read(old.id, old.outs);
    await run.diff(old.id, props, inputs(first, 1));
    expect(await check(run, inputs(second, 1))).toEqual([]);
    await run.create(inputs(second, 1));
    await run.delete(old.id, props);
    expect(names()).toEqual([old.id]);
  });

  test("the URN itself, when it is replaced by force: check without olds, no diff", async ({ old, run, names }) => {
    await check(run, inputs(first, 1));
    const now = await run.create(inputs(first, 1));
    await run.delete(old.id, old.outs);
    expect(names()).toEqual([now.id]);
  });

  test("when only the check was seen, as in a forced replacement that deletes first", async ({ old, run, names }) => {
    await check(run, inputs(first, 1), inputs(first, 1));
    await run.delete(old.id, old.outs);
    expect(names()).toEqual([old.id]);
  });

  test("two resources that exchange their sites: neither site leaves", async ({ earlier, run, names, changes }) => {
    const [one, two] = [await earlier(inputs(first, 1)), await earlier(inputs(second, 2))];
    const before = changes();
    for (const { news, old } of [
      { news: inputs(first, 2), old: one },
      { news: inputs(second, 1), old: two },
    ]) {
      await check(run, news, old.outs);
      const { replaces, deleteBeforeReplace } = await run.diff(old.id, old.outs, news);
      expect([replaces.includes("storeId"), deleteBeforeReplace]).toEqual([true, false]);
      expect(await check(run, news)).toEqual([]);
      await run.create(news);
    }
    for (const { id, outs } of [one, two]) await run.delete(id, outs);
    expect([names(), changes()]).toEqual([[one.id, two.id].toSorted(), before]);
  });

  test("a store id corrected where only the master is asked: the member is adopted", async ({ world }) => {
    const { earlier, run, network, names, changes } = world;
    const old = await earlier(throughMaster(first, 1));
    const before = changes();
    const news = throughMaster(second, 1, { storeId: "corrected" });
    await check(run, news);
    const now = await run.create(news);
    await run.delete(old.id, old.outs);
    expect([now.id, names(), changes()]).toEqual([old.id, [old.id], before]);
    expect(await startProcess(network).joins.diff(now.id, now.outs, news)).toMatchObject({ changes: false });
  });

  test("a resource whose successor could not be created stays, and the error says so", async ({ old, run, names }) => {
    const news = inputs(second, 1, { name: "another" });
    await check(run, news);
    await expect(run.create(news)).rejects.toThrow(/membership_differs/);
    await expect(run.delete(old.id, old.outs)).rejects.toThrow(/urn::second .* create failed.*run up again/s);
    expect(names()).toEqual([old.id]);
  });
});

describe("a membership that no resource of the run owns is ended", () => {
  test("destroy: deletes only", async ({ old, run, names }) => {
    await run.delete(old.id, old.outs);
    expect(names()).toEqual([]);
  });

  test("a site that is replaced by another one", async ({ old, run, names }) => {
    await check(run, inputs(first, 2));
    await run.diff(old.id, old.outs, inputs(first, 2));
    const now = await run.create(inputs(first, 2));
    await run.delete(old.id, old.outs);
    expect(names()).toEqual([now.id]);
  });

  test("another name for the same site: the old membership ends first", async ({ old, run, names }) => {
    const news = inputs(first, 1, { name: "another" });
    await check(run, news, old.outs);
    expect(await run.diff(old.id, old.outs, news)).toMatchObject({ replaces: ["name"], deleteBeforeReplace: true });
    await run.delete(old.id, old.outs);
    await run.create(news);
    expect(names()).toEqual(["another"]);
  });

  test("the same joint address at two masters, as private networks have it", async ({ earlier, run, names }) => {
    const old = await earlier(throughMaster(first, 1));
    const elsewhere = throughMaster(second, 1, { master: { rest: { server: "other.test" }, credentials } });
    expect(await check(run, elsewhere)).toEqual([]);
    await run.delete(old.id, old.outs);
    expect(names()).toEqual([]);
  });
});

describe("two resources for one site", () => {
  test("the later one is refused, and the reason names both", async ({ run }) => {
    await check(run, inputs(first, 1));
    const reason = `jointRest: ${first} and ${second} both declare the membership of this site. Declare it once`;
    expect(await check(run, inputs(second, 1))).toEqual([reason]);
    expect(await check(run, throughMaster(second, 1, { storeId: "other" }))).toEqual([reason]);
    expect(await check(run, inputs(second, 2))).toEqual([]);
  });

  test("one resource that is checked twice, as in a replacement, is none", async ({ run }) => {
    await check(run, inputs(first, 1), inputs(first, 2));
    expect(await check(run, inputs(first, 1))).toEqual([]);
  });
});
