import type { Call } from "../../../provider/src/neuvector/rest/call";
import { createSessionPool } from "../../../provider/src/neuvector/session/sessionPool";
import {
  createSession,
  getFederation,
  NeuVectorError,
  type Credentials,
  type LogLevel,
  type Target,
} from "@fedjoin/provider/neuvector";
import { createSystemPorts } from "@fedjoin/provider/system";
import { Secret } from "@fedjoin/provider/values";
import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { type SimulatedController, startController, type StartOptions } from "@fedjoin/simulator";
import { requestsOf } from "../../support/federation";

const canary = "Canary-4711-pass";
const member: Call = { method: "GET", path: "/v1/fed/member" };
const logged: string[] = [];
const ports = createSystemPorts((level: LogLevel, message) => logged.push(`${level} ${message}`));

let controller: SimulatedController;

afterEach(() => controller.close());

async function start(options: StartOptions = {}): Promise<{ target: Target; user: Credentials }> {
  controller = await startController({ users: [{ username: "admin", password: canary, role: "admin" }], ...options });
  return {
    target: { protocol: "https", ...controller.rest, tls: { fingerprint: controller.fingerprint256 } },
    user: { kind: "user", username: "admin", password: new Secret(canary) },
  };
}

const logins = () => requestsOf(controller, "POST", "/v1/auth");
const logouts = () => requestsOf(controller, "DELETE", "/v1/auth");
const expire = (status: 401 | 408, times = 1) => {
  controller.faults.add({ match: { method: "GET", path: "/v1/fed/member" }, what: "status", status, code: 3, times });
};

describe("a session", () => {
  test("shares one login among concurrent calls, and logs out once", async () => {
    const { target, user } = await start();
    const session = createSession(ports, target, user);
    await Promise.all(Array.from({ length: 10 }, () => session.call(member)));
    expect(logins()).toHaveLength(1);
    await session.close();
    await session.close();
    expect(logouts()).toHaveLength(1);
  });

  test.each([401, 408] as const)("R7: renews itself once on %i", async (status) => {
    const { target, user } = await start();
    const session = createSession(ports, target, user);
    await session.call(member);
    expire(status);
    await session.call(member);
    expect(logins()).toHaveLength(2);
    await session.close();
  });

  test("R7: concurrent calls whose session the controller ended renew it once together", async () => {
    const { target, user } = await start();
    const session = createSession(ports, target, user);
    await session.call(member);
    const before = logins().length;
    // A promotion ends all sessions of the admin.
    await controller.promote();
    await Promise.all(Array.from({ length: 5 }, () => session.call(member)));
    expect(logins()).toHaveLength(before + 1);
    await session.close();
  });

  test("R7: a lasting 401 is renewed once and never in a loop", async () => {
    const { target, user } = await start();
    const session = createSession(ports, target, user);
    await session.call(member);
    expire(401, Infinity);
    await expect(session.call(member)).rejects.toMatchObject({ kind: "unauthorized" });
    expect(logins()).toHaveLength(2);
    await session.close();
  });

  test("an API key logs in and out nowhere", async () => {
    const secret = "k".repeat(64);
    const { target } = await start({ apiKeys: [{ name: "scrape", secret, role: "reader" }] });
    const session = createSession(ports, target, { kind: "apiKey", key: new Secret(`scrape:${secret}`) });
    await getFederation(session);
    await session.close();
    expect(controller.requests.map(({ path, credential }) => [path, credential])).toEqual([
      ["/v1/fed/member", "apiKey"],
    ]);
  });

  test("a forced reset is explained, and is no wrong password", async () => {
    const { target, user } = await start({
      users: [{ username: "admin", password: canary, role: "admin", mustResetPassword: true }],
    });
    await expect(createSession(ports, target, user).call(member)).rejects.toMatchObject({
      kind: "password_change_required",
      message: expect.stringMatching(/set a new password/) as string,
    });
  });

  test("a blocked account stops at once, says how long and who unblocks it", async () => {
    const { target, user } = await start();
    const wrong: Credentials = { kind: "user", username: "admin", password: new Secret("wrong") };
    for (let count = 0; count < 5; count++) {
      await expect(createSession(ports, target, wrong).call(member)).rejects.toBeInstanceOf(NeuVectorError);
    }
    const before = logins().length;
    await expect(createSession(ports, target, user).call(member)).rejects.toMatchObject({
      kind: "locked_out",
      message: expect.stringMatching(/60 minutes.*unblock/) as string,
    });
    expect(logins()).toHaveLength(before + 1);
  });

  test("a controller without sessions is asked without one", async () => {
    const { target, user } = await start();
    controller.faults.add({ match: { method: "POST", path: "/v1/auth" }, what: "status", status: 404, code: 1 });
    await expect(createSession(ports, target, user).call({ method: "GET", path: "/v1/eula" })).resolves.toBeDefined();
  });
});

describe("keeping a session alive", () => {
  const keptAlive = () => requestsOf(controller, "PATCH", "/v1/auth");

  test("sends nothing without a login, and keeps the one there is", async () => {
    const { target, user } = await start();
    const session = createSession(ports, target, user);
    expect(await session.keepAlive()).toBe("none");
    expect(session.idleSeconds()).toBeUndefined();
    expect(controller.requests).toEqual([]);
    await session.call(member);
    expect(session.idleSeconds()).toBe(300);
    expect(await session.keepAlive()).toBe("kept");
    expect(keptAlive()).toHaveLength(1);
    await session.close();
    expect(session.idleSeconds()).toBeUndefined();
  });

  test.each([401, 408] as const)(
    "forgets a session that ended (%i), and leaves the login to the next call",
    async (status) => {
      const { target, user } = await start();
      const session = createSession(ports, target, user);
      await session.call(member);
      controller.faults.add({
        match: { method: "PATCH", path: "/v1/auth" },
        what: "status",
        status,
        code: 3,
        times: 1,
      });
      expect(await session.keepAlive()).toBe("none");
      expect(await session.keepAlive()).toBe("none");
      expect(keptAlive()).toHaveLength(1);
      expect(logins()).toHaveLength(1);
      await session.call(member);
      expect(logins()).toHaveLength(2);
      await session.close();
    },
  );
});

describe("answers for a sink", () => {
  test("R7: an answer that is refused never reaches the sink, the one after the new login does", async () => {
    const { target, user } = await start();
    const session = createSession(ports, target, user);
    await session.call(member);
    expire(401);
    const chunks: Uint8Array[] = [];
    expect(await session.call({ ...member, sink: (chunk) => chunks.push(chunk) })).toBeUndefined();
    expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject({ fed_role: "" });
    expect(logins()).toHaveLength(2);
    await session.close();
  });
});

describe("sessions of a process", () => {
  test("R15: one rejected login stops everybody with the same account and password, and nobody else", async () => {
    const { target, user } = await start();
    const sessions = createSessionPool(ports);
    const wrong: Credentials = { kind: "user", username: "admin", password: new Secret("canary-wrong") };
    const call = (credentials: Credentials) => sessions.use(target, credentials, (session) => session.call(member));
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => call(wrong)));
    expect(results.every(({ status }) => status === "rejected")).toBe(true);
    for (let count = 0; count < 10; count++)
      await expect(call(wrong)).rejects.toMatchObject({ kind: "login_rejected" });
    expect(logins()).toHaveLength(1);
    await expect(call(user)).resolves.toBeDefined();
  });

  test("R15: a rejected login counts for the account, however the controller is verified", async () => {
    const { target } = await start();
    const sessions = createSessionPool(ports);
    const wrong: Credentials = { kind: "user", username: "admin", password: new Secret("canary-wrong") };
    const call = (tls: Target["tls"]) => sessions.use({ ...target, tls }, wrong, (session) => session.call(member));
    await expect(call(target.tls)).rejects.toMatchObject({ kind: "login_rejected" });
    await expect(call({ verify: false })).rejects.toMatchObject({ kind: "login_rejected" });
    expect(logins()).toHaveLength(1);
  });

  test("the 32 sessions of a user are not used up: every use is logged out", async () => {
    const { target, user } = await start();
    const sessions = createSessionPool(ports);
    for (let count = 0; count < 40; count++) await sessions.use(target, user, (session) => session.call(member));
    expect(logouts()).toHaveLength(40);
  });

  test("work that fails logs out too", async () => {
    const { target, user } = await start();
    const work = createSessionPool(ports).use(target, user, async (session) => {
      await session.call(member);
      throw new Error("a bug");
    });
    await expect(work).rejects.toThrow("a bug");
    expect(logouts()).toHaveLength(1);
  });
});

test("R15: neither password, key nor token is in an error however it is shown, nor in a log line", async () => {
  const { target, user } = await start();
  const errors: unknown[] = [];
  const fail = async (credentials: Credentials, at: Target = target): Promise<void> => {
    await createSession(ports, at, credentials)
      .call(member)
      .catch((error: unknown) => errors.push(error));
  };
  await fail({ kind: "user", username: "admin", password: new Secret(`${canary}-wrong`) });
  await fail({ kind: "apiKey", key: new Secret(`name:${canary}`) });
  await fail(user, { ...target, tls: {} });
  controller.faults.add({ match: { method: "GET", path: "/v1/fed/member" }, what: "truncated" });
  await fail(user);
  await controller.goOffline();
  await fail(user);
  expect(errors).toHaveLength(5);
  const shown = errors.map((error) => [
    inspect(error, { depth: 10, showHidden: true }),
    JSON.stringify(error),
    String(error),
  ]);
  expect([...shown.flat(), ...logged].join("\n")).not.toContain(canary);
  await controller.goOnline();
});
