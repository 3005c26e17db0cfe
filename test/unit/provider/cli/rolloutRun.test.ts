import { beforeEach, describe, expect, test } from "vitest";
import { runWaves, type WavesResult } from "../../../../provider/src/cli/decisions/waves";
import { parseSettings } from "../../../../provider/src/cli/settings";
import { prune } from "../../../../provider/src/cli/commands/prune";
import type { ControllerHandle } from "@fedjoin/simulator";
import { createMemoryDeployment, type Declared, type MemoryDeployment } from "../../../support/memoryDeployment";

const many = 300;
const patience = 300_000;
const credentials = { username: "admin", password: "admin" };

let world: MemoryDeployment;

/** Deploys the change in waves, as `fedjoin rollout` does, by one process. */
function inWaves(declared: Declared, maxFailures = 0, signal?: AbortSignal): Promise<WavesResult> {
  const process = world.start(signal);
  return runWaves(
    { waveSize: 50, maxFailures },
    {
      pending: () => Promise.resolve(world.pending(declared)),
      apply: (targets) => world.apply(declared, targets, process),
      log: () => undefined,
    },
  );
}

const idsOn = (master: ControllerHandle): string[] =>
  master
    .members()
    .map(({ id }) => id)
    .toSorted();

/** Every site is a member of this master, once, and is what the state says. */
function expectAllOn(master: ControllerHandle): void {
  const stored = [...world.state.values()].map(({ outs }) => outs["clusterId"]);
  const own = world.sites.map(({ membership }) => membership?.id);
  expect(idsOn(master)).toEqual(stored.toSorted());
  expect(idsOn(master)).toEqual(own.toSorted());
  expect(new Set(stored).size).toBe(world.sites.length);
}

describe("a change of a master", () => {
  beforeEach(async () => {
    world = await createMemoryDeployment(5);
    await inWaves(world.declare(world.a, { onMasterLost: "force" }));
    world.sent.length = 0;
  });

  test.each<[string, (a: ControllerHandle) => object, RegExp]>([
    ["another CA is stored, and nothing is sent", () => ({ tls: { serverName: "neuvector" } }), /./],
    [
      "another federation address is stored, and nobody leaves",
      ({ federationAddress }) => ({ federation: { ...federationAddress, server: "moved.example" } }),
      /^(POST|DELETE) .*\/fed\//,
    ],
    ["a silent address fails, and all stay members", ({ rest }) => ({ rest: { ...rest, port: 1 } }), /leave/],
  ])("%s", async (what, over, unsent) => {
    const { a, network } = world;
    const before = idsOn(a);
    network.alias({ ...a.federationAddress, server: "moved.example" }, a.federationAddress);
    const master = { rest: a.rest, federation: a.federationAddress, credentials, ...over(a) };
    const result = await inWaves(world.declare(a, { master }), 5);
    expect(result).toMatchObject(what.includes("fails") ? { done: [], left: [] } : { failed: [], left: [] });
    expect(world.sent.filter((line) => unsent.test(line))).toEqual([]);
    expectAllOn(a);
    expect(idsOn(a)).toEqual(before);
  });
});

describe(`${many} sites move from one master to another in waves`, { timeout: patience }, () => {
  beforeEach(async () => {
    world = await createMemoryDeployment(many);
    expect((await inWaves(world.declare(world.a, { onMasterLost: "force" }))).failed).toEqual([]);
    expectAllOn(world.a);
  }, patience);

  test("too many failures stop it, the next run goes on, an interrupted one too: no orphan on the new master, none on the old", async () => {
    const { a, b, sites } = world;
    const moved = world.declare(b);
    for (const site of sites.slice(60, 66)) {
      site.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "status", status: 500, times: 4 });
    }
    const stopped = await inWaves(moved, 5);
    expect([stopped.done.length, stopped.failed.length, stopped.left.length]).toEqual([94, 6, many - 100]);
    // Those that B did not take went back to A.
    expect(idsOn(a)).toHaveLength(many - 94);

    const interrupt = new AbortController();
    let joins = 0;
    world.onSend = (line) => {
      if (line === "POST /v1/fed/join" && ++joins === 20) interrupt.abort();
    };
    const interrupted = await inWaves(moved, 0, interrupt.signal);
    expect(interrupted.failed.length).toBeGreaterThan(0);
    expect((await inWaves(moved)).left).toEqual([]);
    expectAllOn(b);
    expect(idsOn(a)).toEqual([]);
  });

  test("with the old master dead all arrive, and once it is back prune finds every stale entry on it, and deletes those that are named", async () => {
    const { a, b, network } = world;
    const staleIds = idsOn(a);
    const pruneMaster = (master: ControllerHandle, ids: readonly string[] = []) => {
      const settings = parseSettings(JSON.stringify({ members: [...world.declare(master).values()] }));
      if ("problems" in settings) throw new Error(settings.problems.join("\n"));
      const options = { apply: ids.length > 0, ids, siteIsGone: false };
      return network.clock.advanceUntil(prune(settings.members, options, world.start().deps));
    };
    await a.goOffline();
    expect(await inWaves(world.declare(b))).toMatchObject({ failed: [], left: [] });
    expectAllOn(b);
    await a.goOnline();
    await network.clock.advanceUntil(a.pingNow());
    const { json } = await pruneMaster(a);
    expect(json["staleEntries"]).toHaveLength(many);
    expect(json["unread"]).toEqual([]);
    expect((await pruneMaster(a, staleIds.slice(0, 100))).exitCode).toBe(0);
    expect(idsOn(a)).toEqual(staleIds.slice(100));
    expect((await pruneMaster(b)).exitCode).toBe(0);
  });
});
