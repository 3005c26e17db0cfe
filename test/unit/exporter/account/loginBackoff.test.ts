import {
  createLoginAccount,
  createSession,
  errorKinds,
  isLoginRefusal,
  NeuVectorError,
  type BackoffStore,
  type ErrorKind,
  type LoginAccount,
  type LoginBackoff,
} from "@fedjoin/provider/internal/neuvector";
import { Secret } from "@fedjoin/provider/internal/values";
import { createVirtualNetwork } from "@fedjoin/simulator";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { legacyAccountId } from "../../../../exporter/src/account/account";
import { createFileBackoffStore } from "../../../../exporter/src/account/backoffStore";
import {
  backoffAfterReload,
  createBackoffPolicy,
  describeBackoff,
  nextBackoff,
} from "../../../../exporter/src/account/loginBackoff";
import { createMemoryBackoffStore } from "../../../../provider/src/neuvector/session/loginGuard";
import { requestsOf } from "../../../support/federation";
import { memoryStateFiles } from "../../../support/memoryStateFiles";
import { virtualPorts } from "../../../support/virtualPorts";

const minuteMs = 60_000;
const refused = new NeuVectorError("login_rejected", "login");

describe("R15: the pause after a refused login", () => {
  test.each<[ErrorKind, string, readonly number[]]>([
    ["login_rejected", "10 and 60 minutes, and then for ever", [0, 10, 70, Infinity]],
    ["locked_out", "more than the 60 minutes of the lock each time", [0, 65, 130, Infinity]],
    ["password_change_required", "5 minutes, as that is no failed login", [0, 5, 10, 15]],
  ])("R15: after %s lasts %s", (kind, _pause, minutes) => {
    let hold: LoginBackoff | undefined;
    let nowMs = 0;
    for (const expected of minutes) {
      expect(nowMs / minuteMs).toBe(expected);
      hold = nextBackoff(new NeuVectorError(kind, "login"), hold, nowMs);
      nowMs = hold.untilMs;
    }
  });

  test("R15: allows at most four refused logins in any order of attempts and reloads", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 })), (waits) => {
        let [hold, nowMs, refusals]: [LoginBackoff | undefined, number, number] = [undefined, 0, 0];
        for (const minutes of waits) {
          if (hold === undefined || nowMs >= hold.untilMs) {
            hold = nextBackoff(refused, hold, nowMs);
            refusals++;
          }
          nowMs += minutes * minuteMs;
          if (minutes % 3 === 0 && nowMs < hold.untilMs) hold = backoffAfterReload(hold, nowMs) ?? hold;
        }
        expect(refusals).toBeLessThanOrEqual(4);
      }),
    );
  });

  test("no other error begins one", () => {
    const kinds = Object.keys(errorKinds).filter((kind) => isLoginRefusal(new NeuVectorError(kind as ErrorKind, "x")));
    expect(kinds).toEqual(["login_rejected", "locked_out", "password_change_required"]);
  });
});

test.each([
  [undefined, "correct it, or the account there, and reload"],
  ["tried", "correct it and reload"],
] as const)("an endless pause tells what to do, after the reload %s", (reload, advice) => {
  const backoff = { untilMs: Infinity, refusals: 3, reload, cause: refused };
  expect(describeBackoff(backoff, "controller")).toContain(advice);
});

const accountOf = (password: string, address: object = {}): LoginAccount =>
  createLoginAccount(
    { server: "controller", port: 10443, ...address },
    { kind: "user", username: "scraper", password: new Secret(password) },
  );

/** A controller in memory, and sessions at it that share back-offs. */
function start(holds: BackoffStore = createMemoryBackoffStore()) {
  const network = createVirtualNetwork();
  const users = [{ username: "scraper", password: "canary", role: "reader" }] as const;
  const controller = network.addController({ users }, "controller");
  const logged: string[] = [];
  const ports = { ...virtualPorts(network), log: (_level: string, message: string) => logged.push(message) };
  return {
    logged,
    /** Whether a call of a new session gets its answer. */
    session: (password: string) => {
      const backoff = createBackoffPolicy(holds, ports.log);
      const { credentials } = accountOf(password);
      const session = createSession(ports, { protocol: "https", ...controller.rest, tls: {} }, credentials, {
        backoff,
      });
      return () =>
        network.clock.advanceUntil(session.call({ method: "GET", path: "/v1/host" })).then(
          () => "up",
          (error: unknown) => (error instanceof NeuVectorError ? error.kind : error),
        );
    },
    logins: () => requestsOf(controller, "POST", "/v1/auth").length,
    pass: (minutes: number) => network.clock.advance(minutes * minuteMs),
    setPassword: (password: string) => Object.assign(controller.users.get("scraper") ?? {}, { password }),
  };
}

describe("R15: sessions of an account", () => {
  test("R15: share one refused login and its pause, of which the log tells once", async () => {
    const { session, logins, logged } = start();
    const [one, other] = [session("wrong"), session("wrong")];
    expect(await Promise.all([one(), one(), one()])).toEqual(Array(3).fill("login_rejected"));
    expect([await one(), await other(), logins()]).toEqual(["login_rejected", "login_rejected", 1]);
    expect(logged).toEqual([
      expect.stringMatching(
        /^(?!.*wrong).* No login at controller:10443 before 2026-01-01T00:10:00.000Z\. See \S+\/docs\/how-to\/operations\.md#a-login-is-refused$/,
      ),
    ]);
    expect(await session("canary")()).toBe("up");
  });

  test("R15: log in again when the pause is over; a success ends the counting", async () => {
    const files = new Map<string, string>();
    const { session, logins, pass, setPassword } = start(createFileBackoffStore(memoryStateFiles(files)));
    expect(await session("new")()).toBe("login_rejected");
    expect([...files.values()].join()).not.toContain("new");
    setPassword("new");
    await pass(9);
    expect([await session("new")(), logins()]).toEqual(["login_rejected", 1]);
    await pass(1);
    expect([await session("new")(), logins(), files.size]).toEqual(["up", 2, 0]);
  });
});

describe("the files of back-offs", () => {
  const hold: LoginBackoff = { untilMs: Infinity, refusals: 3, cause: refused };
  const storeIn = (files = new Map<string, string>()) => createFileBackoffStore(memoryStateFiles(files));

  test.each(["asked", "tried", undefined] as const)("R15: keep what a reload allowed: %s", (reload) => {
    const files = new Map<string, string>();
    storeIn(files).save(accountOf("x"), { ...hold, reload });
    expect(storeIn(files).load(accountOf("x"))).toEqual({ ...hold, reload });
  });

  const wrongTime = '{"untilMs":"x","refusals":1,"kind":"tls","summary":""}';
  test.each(["", "null", "{}", wrongTime, '{"holds":[{}]}'])("count as none with a foreign text: %s", (text) => {
    const store = createFileBackoffStore({ ...memoryStateFiles(), read: () => text });
    expect(store.load(accountOf("x"))).toBeUndefined();
  });

  test("R15: have no digest of a password in their names, and none without a salt in them", () => {
    const kept = ["canary", "another", "canary"].map((password) => {
      const files = new Map<string, string>();
      storeIn(files).save(accountOf(password), hold);
      return [...files].flat();
    });
    expect(new Set(kept.map(([name]) => name)).size).toBe(1);
    expect(kept[0]?.[0]).toMatch(/^fedjoin-login-pause-[0-9a-f]{32}\.json$/);
    expect(new Set(kept.map(([, text]) => text)).size).toBe(3);
  });

  test("R15: tell controllers behind one ingress apart, though account and password are the same", () => {
    const store = storeIn();
    store.save(accountOf("same", { basePath: "/stores/u1" }), hold);
    const refusals = ["u1", "u2"].map((id) => store.load(accountOf("same", { basePath: `/stores/${id}` }))?.refusals);
    expect(refusals).toEqual([3, undefined]);
  });

  test("R15: tell the passwords of one account apart, also for the next process", () => {
    const files = new Map<string, string>();
    const refusals = () => ["first", "second", "third"].map((each) => storeIn(files).load(accountOf(each))?.refusals);
    storeIn(files).save(accountOf("first"), hold);
    storeIn(files).save(accountOf("second"), { ...hold, refusals: 1 });
    expect(refusals()).toEqual([3, 1, undefined]);
    storeIn(files).save(accountOf("first"), undefined);
    expect(refusals()).toEqual([undefined, 1, undefined]);
  });

  test("R15: replace those that an earlier version named after the password", () => {
    const text = JSON.stringify({ untilMs: null, refusals: 3, kind: "login_rejected", summary: "login" });
    const accounts = [accountOf("canary"), accountOf("canary", { server: "gone" })];
    const files = new Map(accounts.map((each) => [`fedjoin-login-hold-${legacyAccountId(each)}.json`, text]));
    for (let start = 0; start < 2; start++) {
      expect(storeIn(files).load(accountOf("canary"))).toMatchObject({ refusals: 3 });
      expect([...files.keys()]).toEqual([expect.stringMatching(/^fedjoin-login-pause-/)]);
    }
  });
});
