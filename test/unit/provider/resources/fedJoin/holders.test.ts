import { createSessionPool } from "../../../../../provider/src/neuvector/session/sessionPool";
import { createFedJoinLifecycle } from "../../../../../provider/src/resources/fedJoin/lifecycle";
import type { ResourceProps } from "../../../../../provider/src/resources/shared/props";
import { createSecretReader } from "../../../../../provider/src/system/secretReader";
import { createKeyedMutex } from "@fedjoin/provider/neuvector";
import { beforeEach, describe, expect, test } from "vitest";
import { type ControllerHandle, createVirtualNetwork } from "@fedjoin/simulator";
import { virtualPorts } from "../../../../support/virtualPorts";

const credentials = { username: "admin", password: "admin" };
const [first, second] = ["urn::first", "urn::second"];

let world: ReturnType<typeof createVirtualNetwork>;
let master: ControllerHandle;
let sites: ControllerHandle[];
let said: string[];

beforeEach(async () => {
  world = createVirtualNetwork();
  master = world.addController({ acceptDirectJoin: true });
  sites = [world.addController(), world.addController()];
  await master.promote({ name: "master", rest: master.federationAddress });
  said = [];
});

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

/** The provider's process of one run, as the engine calls it. */
function newRun() {
  const ports = virtualPorts(world);
  const lifecycle = createFedJoinLifecycle({
    ports: { ...ports, log: (_level, message) => said.push(message) },
    sessions: createSessionPool(ports),
    masterLocks: createKeyedMutex(),
    secrets: createSecretReader({}),
  });
  const { clock } = world;
  return {
    check: async (news: ResourceProps, olds: ResourceProps = {}) =>
      (await clock.advanceUntil(lifecycle.check(olds, news))).failures.map(
        ({ property, reason }) => `${property}: ${reason}`,
      ),
    diff: (id: string, stored: ResourceProps, news: ResourceProps) => lifecycle.diff(id, stored, news),
    create: (news: ResourceProps) => clock.advanceUntil(lifecycle.create(news)),
    delete: (id: string, stored: ResourceProps) => clock.advanceUntil(lifecycle.delete(id, stored)),
  };
}

/** What a run before this one made. */
async function createdBefore(news: ResourceProps): Promise<{ id: string; outs: Record<string, unknown> }> {
  const run = newRun();
  await run.check(news);
  return run.create(news);
}

const names = () => master.members().map(({ name }) => name);

/** A join or a leave that any controller was asked for since `from`. */
const changes = () =>
  [master, ...sites]
    .flatMap(({ requests }) => requests)
    .filter(({ method, path }) => method !== "GET" && /\/fed\/(join|leave|cluster\/.*)$/.test(path)).length;

describe("a membership that a resource of the run owns is handed over", () => {
  test("under another URN: adopted, and the delete sends nothing and says who owns it", async () => {
    const old = await createdBefore(inputs(first, 1));
    const before = changes();
    const run = newRun();
    expect(await run.check(inputs(second, 1))).toEqual([]);
    expect((await run.create(inputs(second, 1))).id).toBe(old.id);
    await run.delete(old.id, old.outs);
    expect([names(), changes()]).toEqual([[old.id], before]);
    expect(said.join()).toContain(`${old.id} is not ended: ${second} owns the membership of this site now`);
  });

  test("the URN itself, when it is replaced by force: check without olds, no diff", async () => {
    const old = await createdBefore(inputs(first, 1));
    const run = newRun();
    await run.check(inputs(first, 1));
    const now = await run.create(inputs(first, 1));
    await run.delete(old.id, old.outs);
    expect(names()).toEqual([now.id]);
  });

  test("when only the check was seen: a forced replacement that deletes first, and one that a killed run left", async () => {
    const old = await createdBefore(inputs(first, 1));
    const run = newRun();
    await run.check(inputs(first, 1), inputs(first, 1));
    await run.delete(old.id, old.outs);
    expect(names()).toEqual([old.id]);
  });

  test("two resources that exchange their sites: neither site leaves", async () => {
    const [one, two] = [await createdBefore(inputs(first, 1)), await createdBefore(inputs(second, 2))];
    const before = changes();
    const run = newRun();
    for (const [urn, site, old] of [
      [first, 2, one],
      [second, 1, two],
    ] as const) {
      const news = inputs(urn, site);
      await run.check(news, old.outs);
      expect(await run.diff(old.id, old.outs, news)).toMatchObject({
        replaces: expect.arrayContaining(["storeId"]) as string[],
        deleteBeforeReplace: false,
      });
      expect(await run.check(news)).toEqual([]);
      await run.create(news);
    }
    await run.delete(one.id, one.outs);
    await run.delete(two.id, two.outs);
    expect([names().toSorted(), changes()]).toEqual([[one.id, two.id].toSorted(), before]);
  });

  test("a store id corrected where only the master is asked: the member at the joint address is adopted", async () => {
    const old = await createdBefore(throughMaster(first, 1));
    const before = changes();
    const run = newRun();
    const news = throughMaster(second, 1, { storeId: "corrected" });
    await run.check(news);
    const now = await run.create(news);
    await run.delete(old.id, old.outs);
    expect([now.id, names(), changes()]).toEqual([old.id, [old.id], before]);
    expect(await newRun().diff(now.id, now.outs, news)).toMatchObject({ changes: false });
  });

  test("a resource whose successor could not be created stays, and the error names the successor", async () => {
    const old = await createdBefore(inputs(first, 1));
    const run = newRun();
    const news = inputs(second, 1, { name: "another" });
    await run.check(news);
    await expect(run.create(news)).rejects.toThrow(/membership_differs/);
    await expect(run.delete(old.id, old.outs)).rejects.toThrow(/urn::second .* create failed.*run up again/s);
    expect(names()).toEqual([old.id]);
  });
});

describe("a membership that no resource of the run owns is ended", () => {
  test("destroy: deletes only", async () => {
    const old = await createdBefore(inputs(first, 1));
    await newRun().delete(old.id, old.outs);
    expect(names()).toEqual([]);
  });

  test("a site that is replaced by another one", async () => {
    const old = await createdBefore(inputs(first, 1));
    const run = newRun();
    await run.check(inputs(first, 2));
    await run.diff(old.id, old.outs, inputs(first, 2));
    const now = await run.create(inputs(first, 2));
    await run.delete(old.id, old.outs);
    expect(names()).toEqual([now.id]);
  });

  test("another name for the same site: the old membership ends first, then the new one is made", async () => {
    const old = await createdBefore(inputs(first, 1));
    const run = newRun();
    const news = inputs(first, 1, { name: "another" });
    await run.check(news, old.outs);
    expect(await run.diff(old.id, old.outs, news)).toMatchObject({ replaces: ["name"], deleteBeforeReplace: true });
    await run.delete(old.id, old.outs);
    await run.create(news);
    expect(names()).toEqual(["another"]);
  });

  test("the same joint address at two masters, as private networks have it", async () => {
    const old = await createdBefore(throughMaster(first, 1));
    const run = newRun();
    const elsewhere = throughMaster(second, 1, { master: { rest: { server: "other.test" }, credentials } });
    expect(await run.check(elsewhere)).toEqual([]);
    await run.delete(old.id, old.outs);
    expect(names()).toEqual([]);
  });
});

describe("two resources for one site", () => {
  test("the later one is refused, and the reason names both", async () => {
    const run = newRun();
    await run.check(inputs(first, 1));
    const reason = `jointRest: ${first} and ${second} both declare the membership of this site. Declare it once`;
    expect(await run.check(inputs(second, 1))).toEqual([reason]);
    expect(await run.check(throughMaster(second, 1, { storeId: "other" }))).toEqual([reason]);
    expect(await run.check(inputs(second, 2))).toEqual([]);
  });

  test("one resource that is checked twice, as in a replacement, is none", async () => {
    const run = newRun();
    await run.check(inputs(first, 1), inputs(first, 2));
    expect(await run.check(inputs(first, 1))).toEqual([]);
  });
});
