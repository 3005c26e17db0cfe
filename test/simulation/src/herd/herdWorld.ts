import type { WorldEvent } from "../trace/events";
import { foreignEntry } from "../world/controllers";
import { joinOnce } from "../world/exporter";
import { createStack } from "../world/stack";
import { createWorld, type World } from "../world/world";
import type { Herd, HerdFigures } from "./herd";

const master = "m1.test";

/** Lets a herd join in the world, with the product's own code. */
export async function runHerd(herd: Herd, seed: number): Promise<HerdFigures> {
  const tally = createTally();
  const { sites, latencyMs, masterBackMs, kickMs } = herd;
  const config = { seed, faults: [], latencyMs, masters: 1, sites, acceptDirectJoin: false };
  const world = await createWorld(config, { see: tally.see, observe: () => undefined });
  const { clock } = world.network;
  const startMs = clock.now();
  const handle = world.controllers.handle(master);
  await handle.goOffline();
  clock.after(masterBackMs, () => void handle.goOnline());
  if (kickMs !== undefined) {
    world.network.setConnectivity({ server: foreignEntry.host, port: 10443 }, "silent");
    clock.after(kickMs, () => void handle.kick(foreignEntry.name));
  }
  await clock.advanceUntil(herd.by === "exporters" ? startExporters(herd, world) : startStack(herd, world));
  // The master works off what nobody waits for any longer.
  await clock.advance(60_000);
  const { joined, stale } = countMembers(world);
  world.close();
  const { sent, peakQueue, lastJoinMs } = tally;
  return {
    joined,
    stale,
    wasted: sent - joined,
    peakQueue,
    lastJoinMs: lastJoinMs === undefined ? undefined : lastJoinMs - startMs - masterBackMs,
  };
}

async function startExporters({ sites, retry, startWithinMs }: Herd, world: World): Promise<void> {
  const settings = {
    MAX_JOIN_RETRIES: String(retry.maxRetries),
    JOIN_INITIAL_DELAY_SECONDS: String(retry.initialDelaySeconds),
    JOIN_MAX_DELAY_SECONDS: String(retry.maxDelaySeconds),
    JOIN_JITTER: retry.jitter,
  };
  await Promise.all(
    world.controllers.siteHosts.map(async (site, index) => {
      await world.delay((index / sites) * startWithinMs);
      const config = { site, storeId: `u${index + 1}`, master, route: "controller", mode: "once", settings } as const;
      await joinOnce(world.spawn({ name: `exporter-${site}`, command: "fedjoin-exporter", site }), config, world);
    }),
  );
}

async function startStack({ masterBackMs }: Herd, world: World): Promise<void> {
  await world.delay(masterBackMs);
  const stack = createStack("herd", world);
  stack.declared = world.controllers.siteHosts.map((site, index) => {
    const name = `u${index + 1}`;
    return {
      name,
      inputs: { storeId: name, site, master, route: "controller", token: "minted", passwords: "environment" },
    };
  });
  await stack.run({ operation: "up" });
}

interface Tally {
  readonly sent: number;
  readonly peakQueue: number;
  readonly lastJoinMs: number | undefined;
  readonly see: (event: WorldEvent) => void;
}

/** Counts from what the world records. */
function createTally(): Tally {
  const tally = { sent: 0, queue: 0, peakQueue: 0, lastJoinMs: undefined as number | undefined };
  return {
    get sent() {
      return tally.sent;
    },
    get peakQueue() {
      return tally.peakQueue;
    },
    get lastJoinMs() {
      return tally.lastJoinMs;
    },
    see(event) {
      if (!("message" in event)) return;
      const { path, isOurs } = event.message;
      if (path === "/v1/fed/join" && isOurs) {
        if (event.type === "request") tally.sent++;
        if (event.type === "response" && event.response.status === 200) tally.lastJoinMs = event.atMs;
      }
      if (path !== "/v1/fed/join_internal") return;
      if (event.type === "arrival") tally.peakQueue = Math.max(tally.peakQueue, ++tally.queue);
      if (event.type === "response" || event.type === "loss") tally.queue--;
    },
  };
}

function countMembers({ controllers }: World): { readonly joined: number; readonly stale: number } {
  const { sites, masters } = controllers.view();
  const ids = new Set(sites.flatMap(({ role, id }) => (role === "joint" ? [id] : [])));
  const entries = masters.flatMap((each) => each.entries).filter(({ id }) => id !== foreignEntry.id);
  const joined = entries.filter(({ id }) => ids.has(id)).length;
  return { joined, stale: entries.length - joined };
}
