import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createVirtualFederation,
  startController,
  startFederation,
  type FederationOptions,
  type StartOptions,
} from "@fedjoin/simulator";
import { test as base } from "vitest";
import { startExporter } from "./exporterProcess";
import { listen } from "./webServer";

/** Durations that keep tests over sockets short. */
export const quickTimings = { cleanupMs: 20, probePauseMs: 5, intervalMinuteMs: 200 };

/**
 * A test with what most tests need. What a fixture started ends with the test. `federationOptions` is for
 * `test.override`.
 */
export const test = base
  /** A new folder. */
  .extend("folder", async ({}, { onCleanup }) => {
    const folder = await mkdtemp(join(tmpdir(), "fedjoin-test-"));
    onCleanup(() => rm(folder, { recursive: true, force: true }));
    return folder;
  })
  /** Closes what it is given when the test ends. */
  .extend("closing", ({}, { onCleanup }) => {
    const open: { close(): unknown }[] = [];
    onCleanup(async () => {
      await Promise.all(open.map((each) => each.close()));
    });
    return <T extends { close(): unknown }>(each: T): T => {
      open.push(each);
      return each;
    };
  })
  .extend("federationOptions", {} as FederationOptions)
  /** A master and sites over HTTPS. */
  .extend("federation", async ({ federationOptions }, { onCleanup }) => {
    const federation = await startFederation({ timings: quickTimings, ...federationOptions });
    onCleanup(() => federation.close());
    return federation;
  })
  /** A master and sites in memory, on virtual time, with the product's own durations. */
  .extend("virtualFederation", ({ federationOptions }) => createVirtualFederation(federationOptions))
  /** Starts one more controller over HTTPS. */
  .extend("startController", ({}, { onCleanup }) =>
    stoppedAtEnd(
      (options: StartOptions = {}) => startController({ timings: quickTimings, ...options }),
      (controller) => controller.close(),
      onCleanup,
    ),
  )
  /** A server on loopback that accepts connections and never answers. */
  .extend("silentServer", async ({}, { onCleanup }) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket.on("error", () => socket.destroy())));
    const port = await listen(server);
    onCleanup(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return { port, address: `127.0.0.1:${port}`, connections: () => sockets.size };
  })
  /** Starts the built exporter as a process of its own. */
  .extend("startExporter", ({}, { onCleanup }) =>
    stoppedAtEnd(startExporter, (exporter) => exporter.stop("SIGKILL"), onCleanup),
  );

/** `start`, whose results are stopped when the fixture ends, the last first. */
function stoppedAtEnd<Args extends readonly unknown[], Started>(
  start: (...args: Args) => Promise<Started>,
  stop: (started: Started) => Promise<unknown>,
  onCleanup: (cleanup: () => Promise<void>) => void,
): (...args: Args) => Promise<Started> {
  const running: Started[] = [];
  onCleanup(async () => {
    for (const each of running.reverse()) await stop(each);
  });
  return async (...args) => {
    const started = await start(...args);
    running.push(started);
    return started;
  };
}
