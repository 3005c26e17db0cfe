import type { TransportRequest } from "../../../../provider/src/neuvector/ports";
import {
  createSession,
  NeuVectorError,
  type Clock,
  type Ports,
  type TransportResponse,
} from "@fedjoin/provider/neuvector";
import { describe, expect, test } from "vitest";
import { createMemoryBackoffStore } from "../../../../provider/src/neuvector/session/loginGuard";
import { runFederationJoin } from "../../../../exporter/src/join/federationJoin";
import { createJoinRecorder } from "../../../../exporter/src/join/joinRecorder";
import { readJoinConfig } from "../../../../exporter/src/settings/joinConfig";
import { createInstantClock } from "../../../support/instantClock";
import { memoryStateFiles } from "../../../support/memoryStateFiles";

type Answer = { readonly status: number; readonly body?: unknown } | "refused";

/** What the world answers, by `METHOD host path`; the last answer of a list stays. */
type Script = Readonly<Record<string, Answer | readonly Answer[]>>;

const token = Buffer.from(JSON.stringify({ s: "m.example", p: 11443, t: "canary-ticket" })).toString("base64");
const join = "POST m.example /v1/fed/join";
const look = "GET site /v1/fed/member";
const fetchToken = "GET tokens.example /join_token";

const env = {
  ENABLE_FED_JOIN: "true",
  PAAS_STORE_ID: "u2204a",
  MASTER_CLUSTER_ADDRESS: "m.example",
  JOINT_REST_SERVER: "192.168.8.209",
  JOINT_REST_PORT: "10443",
  JOIN_TOKEN: token,
};

const byUrl = {
  ...env,
  JOIN_TOKEN: undefined,
  JOIN_TOKEN_URL: "https://canary-user:canary-pass@tokens.example/join_token?canary=1",
};

const entry = (name: string, server: string, port: number, status: string) => ({
  name,
  id: `${name}-id`,
  status,
  rest_info: { server, port },
});

const standalone = { status: 200, body: { fed_role: "", joint_clusters: null } };

const memberOf = (name: string, master = "m.example") => ({
  status: 200,
  body: {
    fed_role: "joint",
    master_cluster: entry("primary", master, 11443, "connected"),
    joint_clusters: [entry(name, "192.168.8.209", 10443, "joined")],
  },
});

const errorBody = (code: number, message: string) => ({ code, error: message, message });

interface Run {
  /** Messages from the start on, without banners' lines of `=`. */
  readonly lines: string[];
  readonly levels: ReadonlyMap<string, string>;
  readonly sent: readonly TransportRequest[];
  readonly states: readonly string[];
  readonly requests: readonly string[];
  readonly sleptSeconds: readonly number[];
}

/** Runs the join of `settings` against `script`, on a clock on which waiting takes no time. */
async function run(settings: Readonly<Record<string, string | undefined>>, script: Script): Promise<Run> {
  const sent: TransportRequest[] = [];
  const lines: string[] = [];
  const levels = new Map<string, string>();
  const sleptSeconds: number[] = [];
  const states: string[] = [];
  const requests: string[] = [];
  const left = new Map<string, Answer[]>(Object.entries(script).map(([key, answers]) => [key, [answers].flat()]));
  const virtual = createInstantClock();
  const clock: Clock = {
    now: () => virtual.now(),
    sleep(ms, signal) {
      sleptSeconds.push(ms / 1000);
      return virtual.sleep(ms, signal);
    },
  };
  const ports: Ports = {
    clock,
    random: { below: () => 0 },
    log(level, message) {
      lines.push(message);
      levels.set(message, level);
    },
    transport: {
      send(request): Promise<TransportResponse> {
        sent.push(request);
        const { method, target, path } = request;
        const answers = left.get(`${method} ${target.server} ${path.split("?", 1)[0] ?? ""}`) ?? [];
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        if (answer === undefined || answer === "refused") {
          return Promise.reject(
            new NeuVectorError("network", `${method} https://${target.server}${path}: ECONNREFUSED`),
          );
        }
        const body = answer.body === undefined ? "" : JSON.stringify(answer.body);
        return Promise.resolve({ status: answer.status, headers: {}, body });
      },
    },
  };
  const controller = createSession(
    ports,
    { protocol: "https", server: "site", port: 10443, tls: {} },
    { kind: "none" },
  );
  const readFile = (): string => {
    throw new Error("no files here");
  };
  await runFederationJoin(
    {
      intent: readJoinConfig({ flags: new Map(), env: settings, readFile }),
      ports,
      controller,
      backoffs: createMemoryBackoffStore(),
      files: memoryStateFiles(),
      record: createJoinRecorder(clock, {
        update: ({ state }) => {
          if (state !== states.at(-1)) states.push(state);
        },
        countRequest: (result) => requests.push(result),
        countRejoin: () => undefined,
      }),
    },
    new AbortController().signal,
  );
  expect(lines.join("\n")).not.toMatch(/canary/);
  return {
    lines,
    levels,
    sent,
    states: states.slice(states[0] === "off" && states.length > 1 ? 1 : 0),
    requests,
    sleptSeconds,
  };
}

const banner = "=".repeat(60);

const opening = [
  banner,
  "Starting federation join process...",
  banner,
  "Cluster name: u2204a-AAAAAA",
  "Master cluster address: m.example:443",
  "Joint REST info: 192.168.8.209:10443",
];

const closing = [banner, "Federation join completed successfully!", banner];

describe("R10: the log of a join", () => {
  test("R1 R3 R5 R6 R10: a join with a token from a URL", async () => {
    const { lines, sent, states, requests } = await run(byUrl, {
      [look]: [standalone, standalone, memberOf("u2204a-AAAAAA")],
      [fetchToken]: { status: 200, body: { context: token } },
      [join]: { status: 200 },
    });
    expect(lines).toEqual([
      ...opening,
      "Fetching join token from URL: https://tokens.example/join_token",
      "Successfully fetched join token from URL",
      "Sending join request to https://m.example:443/v1/fed/join",
      "Join request successful: 200",
      ...closing,
    ]);
    expect(states).toEqual(["joining", "joined"]);
    expect(requests).toEqual(["accepted"]);
    const posted = sent.find(({ method }) => method === "POST");
    expect(JSON.parse(posted?.body ?? "")).toEqual({
      name: "u2204a-AAAAAA",
      join_token: token,
      joint_rest_info: { server: "192.168.8.209", port: 10443 },
    });
    expect(posted?.headers).toEqual({ "Content-Type": "application/json" });
  });

  test("R7 R8 R10: an answer of 500 is tried again after 10 seconds", async () => {
    const { lines, sleptSeconds } = await run(env, {
      [look]: [standalone, standalone, standalone, memberOf("u2204a-AAAAAA")],
      [join]: [{ status: 500, body: errorBody(39, "canned") }, { status: 200 }],
    });
    expect(lines.filter((line) => !line.startsWith("POST "))).toEqual([
      ...opening,
      "Sending join request to https://m.example:443/v1/fed/join",
      "Join request failed: 500 - Internal Server Error",
      "Retryable error: 500 - Internal Server Error",
      "Retry 1/10 after 10 seconds...",
      "Sending join request to https://m.example:443/v1/fed/join",
      "Join request successful: 200",
      ...closing,
    ]);
    expect(sleptSeconds).toEqual([10]);
  });

  test("R7 R8 R10: no answer at all has status 0 and is tried ten times, at most 300 seconds apart", async () => {
    const { lines, states, requests, sleptSeconds } = await run(env, { [look]: standalone, [join]: "refused" });
    expect(sleptSeconds).toEqual([10, 20, 40, 80, 160, 300, 300, 300, 300, 300]);
    expect(lines).toContain("Join request failed: 0 - POST https://m.example/v1/fed/join: ECONNREFUSED");
    expect(lines).toContain("Retryable error: 0 - POST https://m.example/v1/fed/join: ECONNREFUSED");
    expect(lines.filter((line) => line.startsWith("Retry "))).toHaveLength(10);
    expect(lines).toContain("Retry 10/10 after 300 seconds...");
    expect(lines.at(-1)).toBe("Federation join failed; metrics are not affected");
    expect(states).toEqual(["joining", "failed"]);
    expect(requests).toEqual(Array<string>(11).fill("failed"));
  });

  test("R7 R10: 400 stops with an error", async () => {
    const { lines, levels, sent, states } = await run(env, {
      [look]: standalone,
      [join]: { status: 400, body: errorBody(6, "Request in wrong format") },
    });
    const line = "Non-retryable error: 400 - Bad Request";
    expect(lines).toContain(line);
    expect(levels.get(line)).toBe("error");
    expect(sent.filter(({ method }) => method === "POST")).toHaveLength(1);
    expect(states).toEqual(["joining", "failed"]);
  });

  test("R7 R10: 400 code 4 of a stock master names the other route and its setting", async () => {
    const { lines } = await run(env, {
      [look]: standalone,
      [join]: { status: 400, body: errorBody(4, "Operation not allowed") },
    });
    expect(lines.join("\n")).toContain("JOIN_VIA=controller");
  });

  test("R7 R10: 409 stops with a warning", async () => {
    const { lines, levels } = await run(env, {
      [look]: standalone,
      [join]: { status: 409, body: errorBody(41, "Duplicate cluster name") },
    });
    const line = "Non-retryable error: 409 - Conflict";
    expect(lines).toContain(line);
    expect(levels.get(line)).toBe("warn");
  });

  test("R7 R10: 401 without an account is a failed authentication", async () => {
    const { lines } = await run(
      { ...env, JOIN_CREDENTIALS: "none" },
      { [look]: standalone, [join]: { status: 401, body: errorBody(3, "Authentication failed") } },
    );
    expect(lines).toContain("Authentication failed");
    expect(lines).toContain("Non-retryable error: 401 - Unauthorized");
  });

  test("R3 R10: a token URL that answers no token", async () => {
    const { lines, sent } = await run(byUrl, { [look]: standalone, [fetchToken]: { status: 404 } });
    expect(lines).toContain("Failed to fetch join token");
    expect(lines).toContain("Non-retryable error: 404 - Not Found");
    expect(sent.some(({ method }) => method === "POST")).toBe(false);
  });

  test("R3 R8 R10: a token URL that fails is tried again", async () => {
    const { lines, states } = await run(byUrl, {
      [look]: [standalone, standalone, standalone, memberOf("u2204a-AAAAAA")],
      [fetchToken]: [{ status: 503 }, { status: 200, body: { context: token } }],
      [join]: { status: 200 },
    });
    const failure = lines.indexOf("Failed to fetch join token");
    expect(lines[failure + 1]).toBe("Retryable error: 503 - Service Unavailable");
    expect(lines).toContain("Retry 1/10 after 10 seconds...");
    expect(states).toEqual(["joining", "joined"]);
  });

  test("R2 R10: a wrong configuration is skipped, each problem on its line", async () => {
    const { lines, states, sent } = await run({ ...env, PAAS_STORE_ID: "", JOINT_REST_PORT: "x" }, {});
    expect(lines).toEqual([
      banner,
      "Starting federation join process...",
      banner,
      "Configuration validation failed: PAAS_STORE_ID is required",
      "Configuration validation failed: JOINT_REST_PORT must be a port number, 1 to 65535",
      "Skipping federation join",
    ]);
    expect(states).toEqual(["invalid"]);
    expect(sent).toEqual([]);
  });

  test("R1: switched off it says and sends nothing", async () => {
    const { lines, sent, states } = await run({ ...env, ENABLE_FED_JOIN: undefined }, {});
    expect([lines, sent, states]).toEqual([[], [], ["off"]]);
  });
});

describe("R9: what is there already", () => {
  test("R9: a site that is a member is not joined again after a restart, whatever its name's end", async () => {
    const { lines, states, sent } = await run(env, { [look]: memberOf("u2204a-Xy9K2m") });
    expect(lines).toEqual([...opening, "Already a member as u2204a-Xy9K2m", ...closing]);
    expect(states).toEqual(["joining", "joined"]);
    expect(sent.some(({ method }) => method === "POST")).toBe(false);
  });

  test("R9: with a token URL the token tells whether the member's master is the wanted one", async () => {
    const script = { [fetchToken]: { status: 200, body: { context: token } } };
    const same = await run(byUrl, { ...script, [look]: memberOf("u2204a-Xy9K2m") });
    expect(same.states).toEqual(["joining", "joined"]);
    const other = await run(byUrl, { ...script, [look]: memberOf("u2204a-Xy9K2m", "other.example") });
    expect(other.states).toEqual(["joining", "elsewhere"]);
    expect([...same.sent, ...other.sent].some(({ method }) => method === "POST")).toBe(false);
  });

  test("R9: a site that this account may not read joins without looking, and says that it is unconfirmed", async () => {
    const { lines, states } = await run(env, { [look]: { status: 403 }, [join]: { status: 200 } });
    expect(states).toEqual(["joining", "unconfirmed"]);
    expect(lines).toContainEqual(expect.stringMatching(/^The join continues without reading/));
    expect(lines).toContainEqual(expect.stringMatching(/was accepted, but no side/));
    expect(lines.slice(-3)).toEqual(closing);
  });

  test("R9: an absent controller is waited for before anything is sent", async () => {
    const { states, sleptSeconds } = await run(env, {
      [look]: ["refused", "refused", standalone, memberOf("u2204a-AAAAAA")],
      [join]: { status: 200 },
    });
    expect(states).toEqual(["joining", "joined"]);
    expect(sleptSeconds).toEqual([10]);
  });
});

describe("JOIN_VIA=controller", () => {
  test("R6: the join goes to the site's own controller, with the master's address only when set", async () => {
    const script = {
      [look]: [standalone, standalone, memberOf("u2204a-AAAAAA")],
      "POST site /v1/fed/join": { status: 200 },
    };
    const plain = await run({ ...env, JOIN_VIA: "controller" }, script);
    expect(plain.lines).toContain("Sending join request to https://site:10443/v1/fed/join");
    expect(plain.lines).toContain("Master cluster address: m.example:11443");
    expect(JSON.parse(plain.sent.find(({ method }) => method === "POST")?.body ?? "")).not.toHaveProperty("server");
    const explicit = await run({ ...env, JOIN_VIA: "controller", JOIN_FEDERATION_SERVER: "m.example" }, script);
    expect(JSON.parse(explicit.sent.find(({ method }) => method === "POST")?.body ?? "")).toMatchObject({
      server: "m.example",
      port: 11443,
    });
  });
});
