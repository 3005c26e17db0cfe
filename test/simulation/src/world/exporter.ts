import { createSession, type Credentials, type Session } from "@fedjoin/provider/internal/neuvector";
import { Secret } from "@fedjoin/provider/internal/values";
import { createFileBackoffStore } from "../../../../exporter/src/account/backoffStore";
import { createBackoffPolicy } from "../../../../exporter/src/account/loginBackoff";
import { runFederationJoin } from "../../../../exporter/src/join/federationJoin";
import { createJoinRecorder } from "../../../../exporter/src/join/joinRecorder";
import { readJoinConfig, type JoinIntent } from "../../../../exporter/src/settings/joinConfig";
import type { StateFiles } from "../../../../exporter/src/state/stateFiles";
import { ourUser } from "./controllers";
import type { Process } from "./process";
import { tokenUrl } from "./tokenServer";
import type { World } from "./world";

export interface ExporterConfig {
  readonly site: string;
  readonly storeId: string;
  readonly master: string;
  readonly route: "controller" | "master";
  readonly mode: "once" | "watch";
  /** Settings instead of those with which outages are short. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A pod with an exporter. A process that ends is started again, with the files of the one before. */
export interface Exporter {
  start(): void;
  /** Asks the process to stop, and starts no other. */
  stop(): Promise<void>;
  /** Replaces the pod, as a rollout does. */
  restart(): Promise<void>;
}

const restartMs = 5_000;

export function createExporter(config: ExporterConfig, world: World): Exporter {
  const files = new Map<string, string>();
  let starts = 0;
  const wanted = { isUp: false };
  const isStopped = (): boolean => !wanted.isUp;
  let process: Process | undefined;
  let running: Promise<unknown> = Promise.resolve();

  const runProcess = async (): Promise<void> => {
    const own = world.spawn({
      name: `exporter-${config.site}#${++starts}`,
      command: `fedjoin-exporter (${config.mode})`,
      site: config.site,
    });
    process = own;
    await own.run(() => serve(own, config, stateFiles(files, own), world));
    if (isStopped()) return;
    await world.delay(restartMs);
    if (!isStopped()) await runProcess();
  };

  const start = (): void => {
    wanted.isUp = true;
    running = runProcess();
  };
  const stop = async (): Promise<void> => {
    wanted.isUp = false;
    process?.interrupt();
    await running;
  };
  return {
    start,
    stop,
    async restart() {
      await stop();
      start();
    },
  };
}

async function serve(
  process: Process,
  config: ExporterConfig,
  files: StateFiles,
  world: World,
): Promise<{ readonly how: "stopped"; readonly problems: readonly string[] }> {
  const controller = await joinAsExporter(process, config, files, world);
  // The process keeps serving metrics until it is told to stop.
  await untilAborted(process.signal);
  await controller.close();
  return { how: "stopped", problems: [] };
}

/** Joins, and monitors the membership in watch mode. Resolves to the session that scrapes. */
async function joinAsExporter(
  { ports, signal }: Process,
  config: ExporterConfig,
  files: StateFiles,
  { controllers }: World,
): Promise<Session> {
  const { site } = config;
  const target = { protocol: "https", ...controllers.handle(site).rest, tls: {} } as const;
  const credentials: Credentials = {
    kind: "user",
    username: ourUser.site,
    // The pod's secret is mounted as a file: it may change while the process runs.
    password: new Secret(() => controllers.password(site)),
  };
  const backoffs = createFileBackoffStore(files);
  const controller = createSession(ports, target, credentials, { backoff: createBackoffPolicy(backoffs, ports.log) });
  const ignore = (): void => undefined;
  const record = createJoinRecorder(ports.clock, { update: ignore, countRequest: ignore, countRejoin: ignore });
  await runFederationJoin({ intent: readIntent(config), ports, controller, backoffs, files, record }, signal);
  return controller;
}

/** Joins once, as an exporter does when it starts, and stops. */
export async function joinOnce(process: Process, config: ExporterConfig, world: World): Promise<void> {
  const controller = await joinAsExporter(process, config, stateFiles(new Map(), process), world);
  await controller.close();
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      resolve();
    });
  });
}

/** Files that outlive the process; a crashed one writes no more. */
function stateFiles(files: Map<string, string>, { isAlive }: Process): StateFiles {
  return {
    names: () => [...files.keys()],
    read: (name) => files.get(name),
    write(name, text) {
      if (isAlive()) files.set(name, text);
      return isAlive();
    },
    remove(name) {
      if (isAlive()) files.delete(name);
    },
  };
}

function readIntent({ site, storeId, master, route, mode, settings }: ExporterConfig): JoinIntent {
  const env = {
    ENABLE_FED_JOIN: "true",
    PAAS_STORE_ID: storeId,
    JOIN_MODE: mode,
    JOIN_VIA: route,
    MASTER_CLUSTER_ADDRESS: master,
    MASTER_CLUSTER_PORT: "10443",
    JOINT_REST_SERVER: site,
    JOINT_REST_PORT: "10443",
    JOIN_TOKEN_URL: tokenUrl(master),
    MAX_JOIN_RETRIES: "4",
    JOIN_INITIAL_DELAY_SECONDS: "2",
    JOIN_MAX_DELAY_SECONDS: "10",
    ...(mode === "watch" && { JOIN_WATCH_INTERVAL_SECONDS: "60", JOIN_REJOIN_MIN_INTERVAL_SECONDS: "120" }),
    ...settings,
  };
  const readFile = (): string => {
    throw new Error("no setting names a file");
  };
  return readJoinConfig({ flags: new Map(), env, readFile });
}
