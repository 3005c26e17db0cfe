import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { startExporter, type ExporterProcess } from "./exporterProcess";
import { createTestCa, type SimulatedController, startController, type StartOptions } from "@fedjoin/simulator";
import { requestsOf } from "./federation";
import { joinEnvironment } from "./joinEnvironment";

export const password = "Canary-scrape-7c1e";
export const joinPassword = "Canary-join-5b2d";
const timings = { cleanupMs: 20, probePauseMs: 5, intervalMinuteMs: 100 };

/** A folder that ends with the test. */
export async function temporaryFolder(): Promise<string> {
  const made = mkdtempSync(join(tmpdir(), "exporter-watch-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return Promise.resolve(made);
}

/** A master and a site, and what an exporter of that site is told. */
export interface WatchSetup {
  readonly master: SimulatedController;
  readonly site: SimulatedController;
  /** A new controller in the site's place, as after the loss of its volumes. */
  readonly reinstall: () => Promise<SimulatedController>;
  readonly env: Readonly<Record<string, string>>;
}

export async function setUpWatch(
  masterOptions: StartOptions = {},
  joinerRole: "admin" | "fedAdmin" = "admin",
): Promise<WatchSetup> {
  const ca = await createTestCa();
  const certificate = { ca };
  const admin = { username: "admin", password, role: "admin" } as const;
  const joiner = { username: "joiner", password: joinPassword, role: joinerRole } as const;
  const start = async (options: StartOptions): Promise<SimulatedController> => {
    const started = await startController({ certificate, timings, users: [admin], ...options });
    onTestFinished(() => started.close());
    return started;
  };
  const master = await start({
    name: "primary",
    role: "master",
    acceptDirectJoin: true,
    users: [admin, joiner],
    ...masterOptions,
  });
  const site = await start({});
  const home = await temporaryFolder();
  const caFile = join(home, "ca.pem");
  writeFileSync(caFile, ca.certificate);
  return {
    master,
    site,
    async reinstall() {
      await site.close();
      return start({ port: site.rest.port });
    },
    env: {
      ...joinEnvironment({ master, site, password, caFile }),
      JOIN_MODE: "watch",
      JOIN_WATCH_INTERVAL_SECONDS: "0.1",
      EXPORTER_STATE_DIR: home,
    },
  };
}

export async function exporter(env: Readonly<Record<string, string>>): Promise<ExporterProcess> {
  const started = await startExporter(env);
  onTestFinished(async () => {
    await started.stop("SIGKILL");
  });
  return started;
}

/** Messages in turn, without time and level. */
export const messages = (process: ExporterProcess): string[] =>
  process
    .output()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.replace(/^\S+ \w+ +/, ""));

export const joins = (master: SimulatedController): number => requestsOf(master, "POST", "/v1/fed/join").length;

/** Waits until the exporter looked at the site twice more, so that a look began after now. */
export async function waitForChecks(site: SimulatedController): Promise<void> {
  const count = (): number => requestsOf(site, "GET", "/v1/fed/member").length;
  const before = count();
  await vi.waitUntil(() => count() >= before + 2, { timeout: 30_000 });
}

/** What the log says of a join that succeeded. */
export const joined = /Federation join completed successfully!/;

/** The join's samples of a scrape, by name and labels. */
export async function joinSamples(process: ExporterProcess): Promise<ReadonlyMap<string, number>> {
  const lines = (await process.scrape()).split("\n").filter((line) => line.startsWith("nv_fed_join_"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

/** The state, of which every scrape shows exactly one. */
export async function stateOf(process: ExporterProcess): Promise<string> {
  const samples = [...(await joinSamples(process))].filter(([name]) => name.startsWith("nv_fed_join_state{"));
  expect(samples).toHaveLength(11);
  const [shown = "", ...more] = samples.filter(([, value]) => value === 1).map(([name]) => name);
  expect(more).toEqual([]);
  return /state="(\w+)"/.exec(shown)?.[1] ?? "";
}
