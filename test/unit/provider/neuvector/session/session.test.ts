import type { Call } from "../../../../../provider/src/neuvector/rest/call";
import {
  createSession,
  getFederation,
  type Credentials,
  type Session,
  type Target,
} from "@fedjoin/provider/internal/neuvector";
import { Secret } from "@fedjoin/provider/internal/values";
import { createVirtualNetwork, type ControllerHandle } from "@fedjoin/simulator";
import { inspect } from "node:util";
import { describe, expect, test as base } from "vitest";
import { requestsOf } from "../../../../support/federation";
import { startProcess } from "../../../../support/virtualProcess";

const canary = "Canary-4711-pass";
const key = "k".repeat(64);
const member: Call = { method: "GET", path: "/v1/fed/member" };
const account = (password: string): Credentials => ({
  kind: "user",
  username: "admin",
  password: new Secret(password),
});
const [right, wrong] = [account(canary), account("canary-wrong")];

/** A controller, and what a process asks of it. */
function createWorld() {
  const network = createVirtualNetwork();
  const controller = network.addController({
    users: [{ username: "admin", password: canary, role: "admin" }],
    apiKeys: [{ name: "scrape", secret: key, role: "reader" }],
  });
  const { deps, logged } = startProcess(network);
  const target: Target = { protocol: "https", ...controller.rest, tls: {} };
  const sent = (method: string) => requestsOf(controller, method, "/v1/auth").length;
  return {
    ...{ controller, logged, target },
    /** A session that has logged in. */
    loggedIn: async (): Promise<Session> => {
      const session = createSession(deps.ports, target, right);
      await session.call(member);
      return session;
    },
    session: (credentials: Credentials) => createSession(deps.ports, target, credentials),
    /** A call with a session of the process's pool. */
    use: (credentials: Credentials, tls: Target["tls"] = {}) =>
      deps.sessions.use({ ...target, tls }, credentials, (session) => session.call(member)),
    sessions: deps.sessions,
    expire: (status: number, times = 1, method = "GET") => {
      const path = method === "GET" ? "/v1/fed/member" : "/v1/auth";
      controller.faults.add({ match: { method, path }, what: "status", status, code: 3, times });
    },
    /** Requests to /v1/auth. */
    counts: () => ({ logins: sent("POST"), keptAlive: sent("PATCH"), logouts: sent("DELETE") }),
  };
}
const test = base.extend("world", createWorld);

const failLogins = ({ request }: ControllerHandle) =>
  request("POST", "/v1/auth", { body: { password: { username: "admin", password: "wrong" } } });

describe("a session", () => {
  test("shares one login among concurrent calls, and logs out once", async ({ world: { session, counts } }) => {
    const shared = session(right);
    await Promise.all(Array.from({ length: 10 }, () => shared.call(member)));
    for (let round = 0; round < 2; round++) await shared.close();
    expect(counts()).toEqual({ logins: 1, keptAlive: 0, logouts: 1 });
  });

  test.for([401, 408])("R7: renews itself once on %i; only that answer reaches a sink", async (status, { world }) => {
    const session = await world.loggedIn();
    world.expire(status);
    const chunks: Uint8Array[] = [];
    expect(await session.call({ ...member, sink: (chunk) => chunks.push(chunk) })).toBeUndefined();
    expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject({ fed_role: "" });
    expect(world.counts().logins).toBe(2);
  });

  test("R7: concurrent calls whose session the controller ended renew it once together", async ({ world }) => {
    const session = await world.loggedIn();
    // A promotion ends all sessions of the admin.
    await world.controller.promote();
    await Promise.all(Array.from({ length: 5 }, () => session.call(member)));
    expect(world.counts().logins).toBe(2);
  });

  test("R7: a lasting 401 is renewed once and never in a loop", async ({ world }) => {
    const session = await world.loggedIn();
    world.expire(401, Infinity);
    await expect(session.call(member)).rejects.toMatchObject({ kind: "unauthorized" });
    expect(world.counts().logins).toBe(2);
  });

  test("an API key logs in and out nowhere", async ({ world: { session, controller } }) => {
    const byKey = session({ kind: "apiKey", key: new Secret(`scrape:${key}`) });
    await getFederation(byKey);
    await byKey.close();
    expect(controller.requests).toMatchObject([{ path: "/v1/fed/member", credential: "apiKey" }]);
  });

  test("a forced reset is explained, and is no wrong password", async ({ world: { session, controller } }) => {
    Object.assign(controller.users.get("admin") ?? {}, { mustResetPassword: true });
    await expect(session(right).call(member)).rejects.toThrow(/set a new password.*#a-login-is-refused/);
  });

  test("a blocked account stops at once, says how long and who unblocks it", async ({ world }) => {
    for (let count = 0; count < 5; count++) await failLogins(world.controller);
    const blocked = world.session(right);
    for (let tries = 0; tries < 2; tries++) {
      await expect(blocked.call(member)).rejects.toThrow(/60 minutes.*unblock.*#a-login-is-refused/);
    }
    expect(world.counts().logins).toBe(6);
  });

  test("a controller without sessions is asked without one", async ({ world: { session, controller } }) => {
    controller.faults.add({ match: { method: "POST", path: "/v1/auth" }, what: "status", status: 404, code: 1 });
    await expect(session(right).call({ method: "GET", path: "/v1/eula" })).resolves.toBeDefined();
  });

  test("a login that is not found is no refused login: the next call logs in", async ({ world }) => {
    const { session, controller, counts } = world;
    controller.faults.add({ match: { method: "POST", path: "/v1/auth" }, what: "status", status: 404, code: 1 });
    const interrupted = session(right);
    await expect(interrupted.call(member)).rejects.toThrow(/POST \S+\/v1\/auth answered .*HTTP 404/);
    await expect(interrupted.call(member)).resolves.toBeDefined();
    expect(counts().logins).toBe(2);
  });
});

describe("keeping a session alive", () => {
  test("sends nothing without a login, and keeps the one there is", async ({ world: { session, counts } }) => {
    const kept = session(right);
    expect([await kept.keepAlive(), kept.idleSeconds(), counts().logins]).toEqual(["none", undefined, 0]);
    await kept.call(member);
    expect([await kept.keepAlive(), kept.idleSeconds(), counts().keptAlive]).toEqual(["kept", 300, 1]);
    await kept.close();
    expect(kept.idleSeconds()).toBeUndefined();
  });

  test.for([401, 408])("forgets a session that ended (%i); the next call logs in", async (status, { world }) => {
    const session = await world.loggedIn();
    world.expire(status, 1, "PATCH");
    for (let round = 0; round < 2; round++) expect(await session.keepAlive()).toBe("none");
    expect(world.counts()).toMatchObject({ logins: 1, keptAlive: 1 });
    await session.call(member);
    expect(world.counts().logins).toBe(2);
  });
});

describe("sessions of a process", () => {
  test("R15: one rejected login stops all with that account and password, and nobody else", async ({ world }) => {
    const { use, counts } = world;
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => use(wrong)));
    expect(results.every(({ status }) => status === "rejected")).toBe(true);
    // However the controller is verified.
    for (const tls of [{}, { verify: false }]) {
      await expect(use(wrong, tls)).rejects.toMatchObject({ kind: "login_rejected" });
    }
    expect(counts().logins).toBe(1);
    await expect(use(right)).resolves.toBeDefined();
  });

  test("the 32 sessions of a user are not used up: every use is logged out", async ({ world: { use, counts } }) => {
    for (let count = 0; count < 40; count++) await use(right);
    expect(counts().logouts).toBe(40);
  });

  test("work that fails logs out too", async ({ world: { sessions, target, counts } }) => {
    const work = sessions.use(target, right, async (session) => {
      await session.call(member);
      throw new Error("a bug");
    });
    await expect(work).rejects.toThrow("a bug");
    expect(counts().logouts).toBe(1);
  });
});

test("R15: no password, key or token is in an error, however it is shown, or in a log line", async ({ world }) => {
  const { session, controller, logged } = world;
  const shown: string[] = [];
  const fail = async (credentials: Credentials): Promise<void> => {
    const error: unknown = await session(credentials)
      .call(member)
      .catch((caught: unknown) => caught);
    shown.push(inspect(error, { depth: 10, showHidden: true }), JSON.stringify(error), String(error));
  };
  await fail(account(`${canary}-wrong`));
  await fail({ kind: "apiKey", key: new Secret(`name:${canary}`) });
  controller.faults.add({ match: member, what: "truncated" });
  await fail(right);
  await controller.goOffline();
  await fail(right);
  for (const text of [...shown, ...logged]) expect(text).not.toContain(canary);
  expect(shown.filter((text) => text.includes("NeuVectorError")).length).toBeGreaterThanOrEqual(4);
});
