import { systemRandom } from "../../../../provider/src/system/systemPorts";
import {
  createSession,
  errorKinds,
  isLoginRefusal,
  NeuVectorError,
  type BackoffStore,
  type ErrorKind,
  type LoginAccount,
  type LoginBackoff,
  type Ports,
  type TransportResponse,
} from "@fedjoin/provider/neuvector";
import { Secret } from "@fedjoin/provider/values";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { legacyAccountId } from "../../../../exporter/src/account/account";
import { createFileBackoffStore } from "../../../../exporter/src/account/backoffStore";
import { backoffAfterReload, createBackoffPolicy, nextBackoff } from "../../../../exporter/src/account/loginBackoff";
import { createMemoryBackoffStore } from "../../../../provider/src/neuvector/session/loginGuard";
import { memoryStateFiles } from "../../../support/memoryStateFiles";

const minuteMs = 60_000;

/** The minutes at which somebody who always gets `kind` would log in. */
function attemptMinutes(kind: ErrorKind, count: number): number[] {
  const minutes: number[] = [];
  let hold: LoginBackoff | undefined;
  let nowMs = 0;
  for (let attempt = 0; attempt < count; attempt++) {
    minutes.push(nowMs / minuteMs);
    hold = nextBackoff(new NeuVectorError(kind, "login"), hold, nowMs);
    nowMs = hold.untilMs;
  }
  return minutes;
}

describe("R15: the pause after a refused login", () => {
  test("R15: a wrong password is tried again after 10 and 60 minutes, and then never", () => {
    expect(attemptMinutes("login_rejected", 4)).toEqual([0, 10, 70, Infinity]);
  });

  test("R15: a locked account is left alone for more than the 60 minutes of the lock, every time", () => {
    expect(attemptMinutes("locked_out", 4)).toEqual([0, 65, 130, Infinity]);
  });

  test("a password that must be changed is looked at every 5 minutes, since that is no failed login", () => {
    expect(attemptMinutes("password_change_required", 4)).toEqual([0, 5, 10, 15]);
  });

  test("R15: of any order of attempts and reloads no more than four are refused", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 })), (waits) => {
        let [hold, nowMs, refusals]: [LoginBackoff | undefined, number, number] = [undefined, 0, 0];
        for (const minutes of waits) {
          if (hold === undefined || nowMs >= hold.untilMs) {
            hold = nextBackoff(new NeuVectorError("login_rejected", "login"), hold, nowMs);
            refusals++;
          }
          nowMs += minutes * minuteMs;
          if (minutes % 3 === 0 && nowMs < hold.untilMs) hold = backoffAfterReload(hold, nowMs) ?? hold;
        }
        expect(refusals).toBeLessThanOrEqual(4);
      }),
    );
  });

  test("nothing else holds logins back", () => {
    const holding = Object.keys(errorKinds).filter((kind) =>
      isLoginRefusal(new NeuVectorError(kind as ErrorKind, "x")),
    );
    expect(holding).toEqual(["login_rejected", "locked_out", "password_change_required"]);
  });
});

const accountOf = (password: string, server = "controller"): LoginAccount => ({
  address: { server, port: 10443 },
  credentials: { kind: "user", username: "scraper", password: new Secret(password) },
});

const scraper = accountOf("canary");

/** A session over a controller that answers logins with the next of `logins` and everything else with 200 `{}`. */
function scripted(logins: readonly number[], holds: BackoffStore = createMemoryBackoffStore(), password = "canary") {
  let nowMs = 0;
  const sent: string[] = [];
  const logged: string[] = [];
  const left = [...logins];
  const reply = (status: number, body: unknown): Promise<TransportResponse> =>
    Promise.resolve({ status, headers: {}, body: JSON.stringify(body) });
  const ports: Ports = {
    clock: { now: () => nowMs, sleep: () => Promise.reject(new Error("nobody sleeps here")) },
    random: systemRandom,
    log: (_level, message) => logged.push(message),
    transport: {
      send({ method, path }) {
        sent.push(`${method} ${path}`);
        if (path !== "/v1/auth") return reply(200, {});
        const status = left.shift() ?? 200;
        return status === 200
          ? reply(200, { token: { token: "t" } })
          : reply(status, { code: status === 401 ? 3 : 47 });
      },
    },
  };
  const session = createSession(
    ports,
    { protocol: "https", server: "controller", port: 10443, tls: {} },
    { kind: "user", username: "scraper", password: new Secret(password) },
    { backoff: createBackoffPolicy(holds, ports.log) },
  );
  const call = () => session.call({ method: "GET", path: "/v1/x" });
  return {
    call,
    logged,
    logins: () => sent.filter((line) => line === "POST /v1/auth").length,
    passMinutes: (minutes: number) => (nowMs += minutes * minuteMs),
  };
}

describe("R15: a guarded session", () => {
  test("R15: calls that share a refused login count once, and later ones send nothing", async () => {
    const { call, logins, logged } = scripted([401, 401]);
    const calls = await Promise.allSettled([call(), call(), call()]);
    expect(calls.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    await expect(call()).rejects.toMatchObject({ kind: "login_rejected" });
    expect(logins()).toBe(1);
    expect(logged).toEqual([
      expect.stringMatching(
        / No login at controller:10443 before 1970-01-01T00:10:00.000Z\. \[docs\/reference\/errors\.md#\w+\]$/,
      ),
    ]);
    expect(logged.join()).not.toContain("canary");
  });

  test("R15: it logs in again when the pause is over, and a success ends the counting", async () => {
    const { call, logins, passMinutes } = scripted([401, 200]);
    await expect(call()).rejects.toMatchObject({ kind: "login_rejected" });
    passMinutes(10);
    await expect(call()).resolves.toEqual({});
    expect(logins()).toBe(2);
  });

  test("R15: a restart waits too, unless the password is another one", async () => {
    const files = new Map<string, string>();
    const holds = createFileBackoffStore(memoryStateFiles(files));
    await expect(scripted([401], holds).call()).rejects.toMatchObject({ kind: "login_rejected" });
    expect([...files.values()].join()).not.toContain("canary");

    const restarted = scripted([200], holds);
    await expect(restarted.call()).rejects.toMatchObject({ kind: "login_rejected" });
    expect(restarted.logins()).toBe(0);
    restarted.passMinutes(10);
    await expect(restarted.call()).resolves.toEqual({});
    expect(files.size).toBe(0);

    await expect(scripted([401], holds).call()).rejects.toMatchObject({ kind: "login_rejected" });
    await expect(scripted([200], holds, "another").call()).resolves.toEqual({});
  });

  test("R15: a refusal holds every session of the account, and only those", async () => {
    const holds = createFileBackoffStore(memoryStateFiles());
    const [first, second, other] = [scripted([401], holds), scripted([200], holds), scripted([200], holds, "other")];
    await expect(first.call()).rejects.toMatchObject({ kind: "login_rejected" });
    await expect(second.call()).rejects.toMatchObject({ kind: "login_rejected" });
    await expect(other.call()).resolves.toEqual({});
    expect(second.logins()).toBe(0);
    second.passMinutes(10);
    await expect(second.call()).resolves.toEqual({});
    first.passMinutes(10);
    await expect(first.call()).resolves.toEqual({});
  });

  test("R15: what a reload brought outlives a restart", () => {
    const files = new Map<string, string>();
    const store = () => createFileBackoffStore(memoryStateFiles(files));
    const cause = new NeuVectorError("login_rejected", "login");
    for (const reload of ["asked", "tried", undefined] as const) {
      const hold: LoginBackoff = { untilMs: Infinity, refusals: 3, reload, cause };
      store().save(scraper, hold);
      expect(store().load(scraper)).toEqual(hold);
    }
  });

  test.each(["", "null", "{}", '{"untilMs":"x","refusals":1,"kind":"tls","summary":""}', '{"holds":[{}]}'])(
    "a file that is not ours counts as none: %s",
    (text) => {
      const holds = createFileBackoffStore({ ...memoryStateFiles(), read: () => text });
      expect(holds.load(scraper)).toBeUndefined();
    },
  );
});

describe("what the state folder tells of a password", () => {
  const hold: LoginBackoff = { untilMs: Infinity, refusals: 3, cause: new NeuVectorError("login_rejected", "login") };

  function kept(password: string): [string, string] {
    const files = new Map<string, string>();
    createFileBackoffStore(memoryStateFiles(files)).save(accountOf(password), hold);
    const [entry] = files;
    return entry ?? ["", ""];
  }

  test("R15: no digest of it stands in the name of a file, and none without a salt in it", () => {
    const [[name, text], [otherName, otherText], [, again]] = [kept("canary"), kept("another"), kept("canary")];
    expect(otherName).toBe(name);
    expect(name).toMatch(/^fedjoin-login-pause-[0-9a-f]{32}\.json$/);
    expect(new Set([text, otherText, again]).size).toBe(3);
  });

  test("R15: controllers behind one ingress do not share a pause, though account and password are the same", () => {
    const store = createFileBackoffStore(memoryStateFiles());
    const at = (basePath: string): LoginAccount => {
      const { address, credentials } = accountOf("same");
      return { credentials, address: { ...address, basePath } };
    };
    store.save(at("/stores/u1"), hold);
    expect(store.load(at("/stores/u1"))).toMatchObject({ refusals: 3 });
    expect(store.load(at("/stores/u2"))).toBeUndefined();
  });

  test("R15: several passwords of one account are told apart, also by the next process", () => {
    const files = new Map<string, string>();
    const store = createFileBackoffStore(memoryStateFiles(files));
    store.save(accountOf("first"), hold);
    store.save(accountOf("second"), { ...hold, refusals: 1 });
    const restarted = createFileBackoffStore(memoryStateFiles(files));
    expect(["first", "second", "third"].map((each) => restarted.load(accountOf(each))?.refusals)).toEqual([
      3,
      1,
      undefined,
    ]);
    restarted.save(accountOf("first"), undefined);
    expect(createFileBackoffStore(memoryStateFiles(files)).load(accountOf("second"))).toMatchObject({ refusals: 1 });
  });

  test("R15: a file that an earlier version named after the password is taken over and removed, every other one removed", () => {
    const text = JSON.stringify({ untilMs: null, refusals: 3, kind: "login_rejected", summary: "login" });
    const nameOf = (account: LoginAccount) => `fedjoin-login-hold-${legacyAccountId(account)}.json`;
    const names = [nameOf(scraper), nameOf(accountOf("canary", "gone"))];
    const files = new Map(names.map((name) => [name, text]));
    expect(createFileBackoffStore(memoryStateFiles(files)).load(scraper)).toMatchObject({ refusals: 3 });
    expect([...files.keys()]).toEqual([expect.stringMatching(/^fedjoin-login-pause-/)]);
    expect(createFileBackoffStore(memoryStateFiles(files)).load(scraper)).toMatchObject({ refusals: 3 });
  });
});
