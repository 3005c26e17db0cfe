import {
  createSession,
  NeuVectorError,
  type Credentials,
  type LogLevel,
  type Ports,
  type TransportResponse,
} from "@fedjoin/provider/neuvector";
import { z } from "zod";
import { createMemoryBackoffStore } from "../../provider/src/neuvector/session/loginGuard";
import { runFederationJoin } from "../../exporter/src/join/federationJoin";
import { createJoinRecorder } from "../../exporter/src/join/joinRecorder";
import type { JoinStatus } from "../../exporter/src/join/joinStatus";
import { readJoinConfig } from "../../exporter/src/settings/joinConfig";
import { createInstantClock } from "./instantClock";
import { memoryStateFiles } from "./memoryStateFiles";

/** A join token of the master `m.example`. */
export const harnessToken = Buffer.from(JSON.stringify({ s: "m.example", p: 11443, t: "canary-ticket" })).toString(
  "base64",
);

/** Settings of an exporter that joins the site `u2204a` by that master. */
export const harnessSettings = {
  ENABLE_FED_JOIN: "true",
  PAAS_STORE_ID: "u2204a",
  MASTER_CLUSTER_ADDRESS: "m.example",
  JOINT_REST_SERVER: "192.168.8.209",
  JOINT_REST_PORT: "10443",
  JOIN_TOKEN: harnessToken,
};

type Answer = { readonly status: number; readonly body?: unknown } | "refused";

/** The federation of one site, on a clock on which waiting takes no time. */
export interface JoinHarness {
  readonly files: Map<string, string>;
  /** What was sent, as `METHOD host path`, and when. */
  readonly sent: { readonly what: string; readonly atMs: number; readonly authorization: string | undefined }[];
  /** Answers that take the place of the controllers' own, by `METHOD host path`. */
  readonly instead: Map<string, Answer>;
  /** A membership that this exporter did not ask for. */
  enter(name: string, master?: string): void;
  /** The master removes the site, which hears of it or not. */
  kick(heard?: boolean): void;
  leave(): void;
  loseState(): void;
  forgetEvents(): void;
  /** From now on joins are carried out, and their answers are lost. */
  loseAnswers(): void;
  /** The master lists this name from now on, of whomever. */
  take(name: string): void;
  /** Lets something happen at this time. */
  at(ms: number, change: () => void): void;
  /** Sets the clock, as an operator or a time server does. */
  setClock(ms: number): void;
  now(): number;
  /** An exporter with these settings, from now on until `untilMs`. */
  run(settings: Readonly<Record<string, string>>, untilMs: number, options?: RunOptions): Promise<ExporterRun>;
}

export interface RunOptions {
  readonly credentials?: Credentials;
  /** Ends the run as SIGTERM does, at the first line that matches. */
  readonly stopAt?: RegExp | undefined;
}

export interface ExporterRun {
  readonly lines: readonly string[];
  readonly levels: ReadonlyMap<string, LogLevel>;
  /** Every state that it showed, in turn. */
  readonly states: readonly string[];
  /** What it showed last. */
  readonly facts: JoinStatus;
  readonly rejoins: number;
  /** True when it had ended by itself. */
  readonly ended: boolean;
}

const joinBody = z.object({ name: z.string() });

export function createJoinHarness(startMs = Date.UTC(2026, 0, 1)): JoinHarness {
  const virtual = createInstantClock();
  let offset = startMs;
  const now = (): number => virtual.now() + offset;
  const files = new Map<string, string>();
  const sent: JoinHarness["sent"] = [];
  const instead = new Map<string, Answer>();
  const due: { readonly ms: number; readonly change: () => void }[] = [];
  let member: { readonly name: string; readonly id: string; readonly master: string; status: string } | undefined;
  const taken = new Set<string>();
  let letters = 0;
  let isLosing = false;
  let count = 0;
  let local = "";
  let events: string[] = [];

  const enter = (name: string, master = "m.example"): void => {
    count += 1;
    member = { name, id: `id-${count}`, master, status: "joined" };
    local = "192.168.8.209";
    events.unshift("Federation.Join");
  };

  const reply = (): unknown => {
    const local_rest_info = { server: local, port: local === "" ? 0 : 10443 };
    if (member === undefined) return { fed_role: "", local_rest_info, joint_clusters: null };
    const { name, id, master, status } = member;
    const rest_info = { server: master, port: 11443 };
    return {
      fed_role: "joint",
      local_rest_info,
      master_cluster: { name: `primary of ${master}`, id: `master ${master}`, status: "connected", rest_info },
      joint_clusters: [{ name, id, status, rest_info: local_rest_info }],
    };
  };

  const accept = (name: string): Answer => {
    if (taken.has(name)) return { status: 409, body: { code: 41, error: "taken", message: "taken" } };
    enter(name);
    return isLosing ? "refused" : { status: 200 };
  };

  const answer = (what: string, body: string): Answer => {
    const replaced = instead.get(what);
    if (replaced !== undefined) return replaced;
    switch (what) {
      case "GET site /v1/fed/member":
        return { status: 200, body: reply() };
      case "GET site /v1/log/event":
        return { status: 200, body: { events: events.map((name) => ({ name })) } };
      case "POST m.example /v1/fed/join":
        if (member !== undefined) return { status: 400, body: { code: 40, error: "busy", message: "busy" } };
        return accept(joinBody.parse(JSON.parse(body)).name);
      default:
        return what.endsWith("/v1/auth") ? { status: 200, body: { token: { token: "session" } } } : "refused";
    }
  };

  return {
    files,
    sent,
    instead,
    enter,
    kick(heard = true) {
      if (heard) {
        member = undefined;
        events.unshift("Federation.Kick");
      } else if (member !== undefined) member.status = "kicked";
    },
    leave() {
      member = undefined;
      events.unshift("Federation.Leave");
    },
    loseState() {
      member = undefined;
      local = "";
      events = [];
    },
    forgetEvents() {
      events = [];
    },
    loseAnswers() {
      isLosing = true;
    },
    take(name) {
      taken.add(name);
    },
    at(ms, change) {
      due.push({ ms, change });
    },
    setClock(ms) {
      offset = ms - virtual.now();
    },
    now,
    async run(settings, untilMs, { credentials = { kind: "none" } as const, stopAt } = {}) {
      const lines: string[] = [];
      const levels = new Map<string, LogLevel>();
      const states: string[] = [];
      let shown: JoinStatus | undefined;
      let rejoins = 0;
      const stopping = new AbortController();
      const ports: Ports = {
        clock: {
          now,
          async sleep(ms, signal) {
            const wakes = virtual.now() + ms;
            for (const each of due.splice(0)) {
              if (each.ms <= wakes) each.change();
              else due.push(each);
            }
            if (wakes > untilMs) stopping.abort();
            await virtual.sleep(ms, signal);
          },
        },
        random: { below: () => Math.floor(letters++ / 6) },
        log(level, message) {
          lines.push(message);
          levels.set(message, level);
          if (stopAt?.test(message) === true) stopping.abort();
        },
        transport: {
          send({ method, target, path, headers, body, signal }): Promise<TransportResponse> {
            if (signal?.aborted === true) return Promise.reject(new NeuVectorError("cancelled", "stopped"));
            const what = `${method} ${target.server} ${path.split("?", 1)[0] ?? ""}`;
            sent.push({ what, atMs: now(), authorization: headers["X-Auth-Apikey"] ?? headers["X-Auth-Token"] });
            const given = answer(what, body ?? "");
            if (given === "refused") return Promise.reject(new NeuVectorError("network", `${what}: ECONNREFUSED`));
            return Promise.resolve({
              status: given.status,
              headers: {},
              body: given.body === undefined ? "" : JSON.stringify(given.body),
            });
          },
        },
      };
      const kept = memoryStateFiles(files);
      const record = createJoinRecorder(ports.clock, {
        update(facts) {
          shown = facts;
          if (facts.state !== states.at(-1)) states.push(facts.state);
        },
        countRequest: () => undefined,
        countRejoin() {
          rejoins += 1;
        },
      });
      const readFile = (): string => {
        throw new Error("no files here");
      };
      await runFederationJoin(
        {
          intent: readJoinConfig({ flags: new Map(), env: { ...harnessSettings, ...settings }, readFile }),
          ports,
          controller: createSession(ports, { protocol: "https", server: "site", port: 10443, tls: {} }, credentials),
          backoffs: createMemoryBackoffStore(),
          files: kept,
          record,
        },
        stopping.signal,
      );
      if (shown === undefined) throw new Error("nothing was shown");
      return { lines, levels, states: states.slice(1), facts: shown, rejoins, ended: !stopping.signal.aborted };
    },
  };
}
