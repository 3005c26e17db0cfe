import { beforeEach, describe, expect, test } from "vitest";
import { runWaves, type WavesResult } from "../../../../provider/src/cli/decisions/waves";
import { parseSettings } from "../../../../provider/src/cli/settings";
import { prune } from "../../../../provider/src/cli/commands/prune";
import type { ControllerHandle } from "@fedjoin/simulator";
import { createMemoryDeployment, type Declared, type MemoryDeployment } from "../../../support/memoryDeployment";

const many = 300;
const patience = 300_000;

let estate: MemoryDeployment;

/** Deploys the change in waves, as `fedjoin rollout` does. */
function inWaves(declared: Declared, maxFailures = 0, signal?: AbortSignal, waveSize = 50): Promise<WavesResult> {
  const current = estate;
  return current.advanceUntil(
    runWaves(
      { waveSize, maxFailures },
      {
        pending: () => current.pending(declared),
        apply: (targets) => current.apply(declared, targets, signal),
        log: () => undefined,
      },
    ),
  );
}

const idsOn = (master: ControllerHandle): string[] =>
  master
    .members()
    .map(({ id }) => id)
    .toSorted();

/** Every site is a member of this master, once, and is what the state says. */
function expectAllOn(master: ControllerHandle): void {
  const stored = [...estate.state.values()].map(({ outs }) => outs["clusterId"]);
  const own = estate.sites.map(({ state: { federation } }) => federation.role === "joint" && federation.id);
  expect(idsOn(master)).toEqual(stored.toSorted());
  expect(idsOn(master)).toEqual(own.toSorted());
  expect(new Set(stored).size).toBe(estate.sites.length);
}

const pruneMaster = (master: ControllerHandle, ids: readonly string[] = []) => {
  const settings = parseSettings(JSON.stringify({ members: [...estate.declare(master).values()] }));
  if ("problems" in settings) throw new Error(settings.problems.join("\n"));
  const options = { file: "-", json: true, apply: ids.length > 0, ids, siteIsGone: false };
  return estate.advanceUntil(prune(settings.members, options, estate.parts()));
};

describe("a change of a master", () => {
  const few = 5;
  const sentBy = async (work: () => Promise<unknown>): Promise<string[]> => {
    const sent: string[] = [];
    estate.watch((method, path) => void sent.push(`${method} ${path}`));
    await work();
    return sent;
  };

  beforeEach(async () => {
    estate = await createMemoryDeployment(few);
    await inWaves(estate.declare(estate.a, { onMasterLost: "force" }));
  });

  test("another CA is stored, and nothing is sent", async () => {
    const { a } = estate;
    const credentials = { username: "admin", password: "admin" };
    const master = { rest: a.rest, federation: a.federationAddress, credentials, tls: { serverName: "neuvector" } };
    const sent = await sentBy(async () => {
      expect(await inWaves(estate.declare(a, { master }))).toMatchObject({ failed: [], left: [] });
    });
    expect(sent).toEqual([]);
    expectAllOn(a);
  });

  test("another address of the same master, REST or federation, is stored, and nobody leaves", async () => {
    const { a } = estate;
    const before = idsOn(a);
    const federation = { ...a.federationAddress, server: "moved.example" };
    const credentials = { username: "admin", password: "admin" };
    estate.alias(federation, a);
    const sent = await sentBy(async () => {
      const declared = estate.declare(a, { master: { rest: a.rest, federation, credentials } });
      expect(await inWaves(declared)).toMatchObject({ failed: [], left: [] });
    });
    expect(sent.filter((line) => /^(POST|DELETE) .*\/fed\//.test(line))).toEqual([]);
    expectAllOn(a);
    expect(idsOn(a)).toEqual(before);
  });

  test("an address at which nothing answers fails, and all stay members", async () => {
    const { a } = estate;
    const before = idsOn(a);
    const credentials = { username: "admin", password: "admin" };
    const rest = { ...a.rest, port: a.rest.port + 1 };
    const declared = estate.declare(a, { master: { rest, federation: a.federationAddress, credentials } });
    expect(await inWaves(declared, few)).toMatchObject({ done: [], left: [] });
    expectAllOn(a);
    expect(idsOn(a)).toEqual(before);
  });
});

describe(`${many} sites move from one master to another in waves`, () => {
  beforeEach(async () => {
    estate = await createMemoryDeployment(many);
    const { a } = estate;
    expect((await inWaves(estate.declare(a, { onMasterLost: "force" }))).failed).toEqual([]);
    expectAllOn(a);
  }, patience);

  test(
    "too many failures stop it, the next run goes on, an interrupted one too: no orphan on the new master, none on the old",
    async () => {
      const { a, b, sites } = estate;
      const moved = estate.declare(b);
      for (const site of sites.slice(60, 66)) {
        site.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "status", status: 500, times: 4 });
      }
      const stopped = await inWaves(moved, 5);
      expect([stopped.done.length, stopped.failed.length, stopped.left.length]).toEqual([94, 6, many - 100]);
      // Those that B did not take went back to A.
      expect(idsOn(a)).toHaveLength(many - 94);

      const interrupt = new AbortController();
      let joins = 0;
      estate.watch((method, path) => {
        if (method === "POST" && path === "/v1/fed/join" && ++joins === 20) interrupt.abort();
      });
      const interrupted = await inWaves(moved, 0, interrupt.signal);
      expect(interrupted.failed.length).toBeGreaterThan(0);
      expect((await inWaves(moved)).left).toEqual([]);
      expectAllOn(b);
      expect(idsOn(a)).toEqual([]);
    },
    patience,
  );

  test(
    "with the old master dead all arrive, and once it is back prune finds every stale entry on it, and deletes those that are named",
    async () => {
      const { a, b } = estate;
      const staleIds = idsOn(a);
      estate.setConnectivity(a, "refused");
      expect(await inWaves(estate.declare(b))).toMatchObject({ failed: [], left: [] });
      expectAllOn(b);
      estate.setConnectivity(a, "open");
      await estate.advanceUntil(a.pingNow());
      const { json } = await pruneMaster(a);
      expect(json["staleEntries"]).toHaveLength(many);
      expect(json["unread"]).toEqual([]);
      expect((await pruneMaster(a, staleIds.slice(0, 100))).exitCode).toBe(0);
      expect(idsOn(a)).toEqual(staleIds.slice(100));
      expect((await pruneMaster(b)).exitCode).toBe(0);
    },
    patience,
  );
});
