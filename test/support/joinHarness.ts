import { test as base } from "vitest";
import { createSession, type LogLevel, type Ports } from "@fedjoin/provider/internal/neuvector";
import { Secret } from "@fedjoin/provider/internal/values";
import { type ControllerHandle, createVirtualNetwork, type FederationOptions } from "@fedjoin/simulator";
import { createMemoryBackoffStore } from "../../provider/src/neuvector/session/loginGuard";
import { runFederationJoin } from "../../exporter/src/join/federationJoin";
import { createJoinRecorder } from "../../exporter/src/join/joinRecorder";
import type { JoinStatus } from "../../exporter/src/join/joinStatus";
import { readJoinConfig } from "../../exporter/src/settings/joinConfig";
import { requestsOf } from "./federation";
import { noFiles } from "./memoryFiles";
import { memoryStateFiles } from "./memoryStateFiles";
import { virtualPorts } from "./virtualPorts";

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Settings that monitor the membership. */
export const watch = { JOIN_MODE: "watch" };

/** The first names that a harness draws. */
export const [firstName, secondName] = ["u2204a-AAAAAA", "u2204a-BBBBBB"];

export interface ExporterRun {
  readonly lines: readonly string[];
  readonly levels: ReadonlyMap<string, LogLevel>;
  /** Every state that it showed, in turn. */
  readonly states: readonly string[];
  /** What it showed last. */
  readonly facts: JoinStatus;
  readonly requests: readonly string[];
  readonly rejoins: number;
  /** Seconds of each pause. */
  readonly pauses: readonly number[];
  /** Whether it ended by itself. */
  readonly ended: boolean;
}

interface RunOptions {
  /** How long it runs unless it ends by itself; default an hour. */
  readonly forMs?: number;
  /** Stops it, as SIGTERM does, at the first line that matches. */
  readonly stopAt?: RegExp | undefined;
  /** Its state folder; default the harness's own. */
  readonly files?: Map<string, string>;
}

type Settings = Readonly<Record<string, string | undefined>>;

const account = { username: "admin", password: "canary-admin", role: "admin" } as const;

/** Exporters of one site that join it to a master, in memory and on virtual time. */
export async function createJoinHarness(options: Pick<FederationOptions, "acceptDirectJoin" | "masterOptions"> = {}) {
  const network = createVirtualNetwork();
  const { clock } = network;
  const users = [account];
  const { acceptDirectJoin = true, masterOptions } = options;
  // Members poll every ten minutes, so that days pass quickly.
  const timings = { intervalMinuteMs: 10 * minute };
  const master = network.addController(
    { name: "primary", users, timings, acceptDirectJoin, ...masterOptions },
    "m.example",
  );
  await master.promote({ name: "primary" });
  const masterAddress = { server: "m.example", port: 443 };
  network.alias(masterAddress, master.rest);
  const addSite = (): ControllerHandle => network.addController({ users, timings }, "site.example");
  let site = addSite();
  const files = new Map<string, string>();
  const token = master.joinToken(365 * 24 * 60);
  let letters = 0;
  let clockErrorMs = 0;

  const settings: Settings = {
    ENABLE_FED_JOIN: "true",
    PAAS_STORE_ID: "u2204a",
    MASTER_CLUSTER_ADDRESS: "m.example",
    JOINT_REST_SERVER: site.rest.server,
    JOINT_REST_PORT: String(site.rest.port),
    JOIN_TOKEN: token,
  };

  const asAdmin = async (path: string, body: object): Promise<void> => {
    const { status, text } = await site.request("POST", path, { token: await site.logIn(), body });
    if (status !== 200) throw new Error(`${path} answered ${text}`);
  };

  const start = async (given: Settings = {}, run: RunOptions = {}): Promise<ExporterRun> => {
    const lines: string[] = [];
    const levels = new Map<string, LogLevel>();
    const states: string[] = [];
    const pauses: number[] = [];
    const requests: string[] = [];
    let facts: JoinStatus | undefined;
    let rejoins = 0;
    const stopping = new AbortController();
    const inner = virtualPorts(network);
    const ports: Ports = {
      ...inner,
      clock: {
        now: () => clock.now() + clockErrorMs,
        sleep(ms, signal) {
          pauses.push(ms / 1000);
          return inner.clock.sleep(ms, signal);
        },
      },
      random: { below: () => Math.floor(letters++ / 6) },
      log(level, message) {
        lines.push(message);
        levels.set(message, level);
        if (run.stopAt?.test(message) === true) stopping.abort();
      },
    };
    const record = createJoinRecorder(ports.clock, {
      update(status) {
        if (facts !== undefined && status.state !== states.at(-1)) states.push(status.state);
        facts = status;
      },
      countRequest: (result) => void requests.push(result),
      countRejoin: () => (rejoins += 1),
    });
    const credentials = { kind: "user", username: "admin", password: new Secret(account.password) } as const;
    const controller = createSession(inner, { protocol: "https", ...site.rest, tls: {} }, credentials);
    const deadline = clock.after(run.forMs ?? hour, () => {
      stopping.abort();
    });
    await runFederationJoin(
      {
        intent: readJoinConfig({ flags: new Map(), env: { ...settings, ...given }, readFile: noFiles }),
        ports,
        controller,
        backoffs: createMemoryBackoffStore(),
        files: memoryStateFiles(run.files ?? files),
        record,
      },
      stopping.signal,
    );
    deadline.cancel();
    if (facts === undefined) throw new Error("nothing was shown");
    if (/canary|eyJ/.test(lines.join("\n"))) throw new Error("a secret was logged");
    return { lines, levels, states, facts, requests, rejoins, pauses, ended: !stopping.signal.aborted };
  };

  return {
    network,
    startMs: clock.now(),
    master,
    masterAddress,
    token,
    files,
    /** The controller that is the site now. */
    site: (): ControllerHandle => site,
    start,
    /** Runs an exporter with these settings. */
    run: (given?: Settings, run?: RunOptions): Promise<ExporterRun> => clock.advanceUntil(start(given, run)),
    /** Lets something happen in the middle of the next run. */
    after(ms: number, change: () => unknown): void {
      clock.after(ms, () => void change());
    },
    /** Sets the exporter's clock wrong. */
    setClockError: (ms: number) => (clockErrorMs = ms),
    /** How often this master was asked to join a site. */
    joins: (at: ControllerHandle = master): number => requestsOf(at, "POST", "/v1/fed/join").length,
    observations: () => requestsOf(site, "GET", "/v1/fed/member"),
    /** Another owner makes the site a member, after its leave if it is one. */
    async enter(name: string, of: ControllerHandle = master): Promise<void> {
      if (site.role === "joint") {
        await asAdmin("/v1/fed/leave", {});
        await new Promise<void>((resolve) => void clock.after(5_000, resolve));
      }
      await asAdmin("/v1/fed/join", { name, join_token: of.joinToken(), joint_rest_info: site.rest });
    },
    kick: (tell = true): Promise<void> => master.kick(site.clusterName, { tell }),
    leave: (): Promise<void> => asAdmin("/v1/fed/leave", {}),
    /** A new controller takes the site's place; the master keeps the entry of the old one. */
    reinstall(): void {
      site.close().catch(() => undefined);
      site = addSite();
      for (const address of [site.rest, site.federationAddress]) network.setConnectivity(address, "open");
    },
    forgetEvents(): void {
      site.state.federationEvents.length = 0;
    },
    /** From now on the site answers these requests with this status. */
    refuse(path: string, status: number, code?: number): void {
      const what = { what: "status", status, ...(code !== undefined && { code }) } as const;
      site.faults.add({ match: { method: "GET", path }, ...what, times: Infinity });
    },
  };
}

export type JoinHarness = Awaited<ReturnType<typeof createJoinHarness>>;

/** `test` with a new harness for each test. */
export const test = base.extend("world", () => createJoinHarness());
