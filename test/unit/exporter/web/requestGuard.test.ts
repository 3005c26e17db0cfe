import { describe, expect, test } from "vitest";
import { createAuthenticator } from "../../../../exporter/src/web/basicAuth";
import { isClientAllowed } from "../../../../exporter/src/web/clientCertificate";
import { createRateLimiter } from "../../../../exporter/src/web/rateLimiter";
import { createRequestGuard } from "../../../../exporter/src/web/requestGuard";
import type { WebConfig } from "../../../../exporter/src/webConfig/webConfig";
import { createVirtualClock } from "@fedjoin/simulator";
import { virtualClock } from "../../../support/virtualPorts";

const basic = (password: string, user = "alice"): string => `Basic ${btoa(`${user}:${password}`)}`;
const users = new Map([["alice", "$2y$10$alice"]]);
const { signal } = new AbortController();

/** An authenticator whose bcrypt takes the password `right`, and answers only when told to. */
function start() {
  const waiting: (() => void)[] = [];
  const hashes: string[] = [];
  let [running, mostAtOnce] = [0, 0];
  const authenticate = createAuthenticator(async (password, hash) => {
    hashes.push(hash);
    mostAtOnce = Math.max(mostAtOnce, ++running);
    await new Promise<void>((resolve) => waiting.push(resolve));
    running--;
    return password === "right";
  });
  return {
    hashes,
    mostAtOnce: () => mostAtOnce,
    ask: (password: string, { known = users, user = "alice", stop = signal } = {}) =>
      authenticate(known, basic(password, user), stop),
    authenticate,
    /** The results when bcrypt answered everything, and what was asked after that. */
    settle: async <T>(...results: readonly Promise<T>[]): Promise<T[]> => {
      for (let idle = 0; idle < 20; idle++) {
        if (waiting.length > 0) idle = 0;
        for (const answer of waiting.splice(0)) answer();
        await Promise.resolve();
      }
      return Promise.all(results);
    },
  };
}

describe("basic authentication", () => {
  test("computes one hash for each password, good or bad, however often it is sent", async () => {
    const { ask, settle, hashes } = start();
    const results = [];
    for (const password of ["right", "right", "wrong", "wrong"]) results.push(...(await settle(ask(password))));
    expect(results).toEqual(["admitted", "admitted", "refused", "refused"]);
    expect(hashes).toHaveLength(2);
  });

  test("computes one hash at a time, and one for a password that is sent many times at once", async () => {
    const { ask, settle, hashes, mostAtOnce } = start();
    const results = await settle(ask("right"), ask("right"), ask("wrong"), ask("other"));
    expect(results).toEqual(["admitted", "admitted", "refused", "refused"]);
    expect([hashes.length, mostAtOnce()]).toEqual([3, 1]);
  });

  test("turns away a flood of guesses, and still admits whom it has admitted", async () => {
    const { ask, settle } = start();
    expect(await settle(ask("right"))).toEqual(["admitted"]);
    const flood = Array.from({ length: 40 }, (_, guess) => ask(`guess ${guess}`));
    expect(await ask("right")).toBe("admitted");
    const results = await settle(...flood);
    const count = (result: string) => results.filter((each) => each === result).length;
    expect([count("busy"), count("refused")]).toEqual([24, 16]);
    expect(await ask("right")).toBe("admitted");
  });

  test("an unknown user costs as much as the costliest known one, and never gets in", async () => {
    const { ask, settle, hashes } = start();
    const known = new Map([...users, ["bob", "$2y$12$bob"]]);
    expect(await settle(ask("right", { known, user: "mallory" }))).toEqual(["refused"]);
    expect(hashes).toEqual([expect.stringMatching(/^\$2b\$12\$.{53}$/)]);
  });

  test("forgets what it admitted with a changed hash or a removed user", async () => {
    const { ask, settle, hashes } = start();
    const results = [];
    for (const known of [users, new Map([["alice", "$2y$10$other"]]), new Map([["bob", "$2y$10$bob"]])]) {
      results.push(...(await settle(ask("right", { known }))), hashes.length);
    }
    expect(results).toEqual(["admitted", 1, "admitted", 2, "refused", 3]);
  });

  const noPasswords = [undefined, "", "Basic", "Basic !!", `Basic ${btoa("alice")}`, "Bearer YWxpY2U6cmlnaHQ="];
  test.each(noPasswords)("refuses the header %j without a hash", async (header) => {
    const { authenticate, hashes } = start();
    expect([await authenticate(users, header, signal), hashes]).toEqual(["refused", []]);
  });

  test("computes no hash for a client that went away while it waited", async () => {
    const { ask, settle, hashes } = start();
    expect(await settle(ask("guess"), ask("right", { stop: AbortSignal.abort() }))).toEqual(["refused", "refused"]);
    expect(hashes).toHaveLength(1);
  });

  test.each(["$2a$", "$2b$", "$2y$"])("takes bcrypt hashes of the kind %s, and any password", async (kind) => {
    const known = new Map([["alice", `${kind}04$jSwEqTJ8jwaOVPHYCEJ2AO/TUNIRQi3whv9DDq3v/ScZWd.53bpcW`]]);
    const authenticate = createAuthenticator();
    const header = `basic ${Buffer.from("alice:pass:wörd").toString("base64")}`;
    expect(await authenticate(known, header, signal)).toBe("admitted");
    expect(await authenticate(known, basic("pass"), signal)).toBe("refused");
  });
});

test("the rate limit lets a burst through, and then one request for each interval", () => {
  const limiter = createRateLimiter({ intervalMs: 1000, burst: 2 });
  const times = [0, 0, 0, 999, 1000, 1001, 2500, 3000, 60_000, 60_000, 60_000, 0];
  const allowed = times.map((now, index) => (limiter.allows(now) ? index : -1)).filter((index) => index >= 0);
  expect(allowed).toEqual([0, 1, 4, 6, 7, 8, 9]);
});

describe("the guard", () => {
  const open: WebConfig = { tls: undefined, headers: {}, users: new Map(), rateLimit: undefined };
  const guardOf = (config: WebConfig | undefined) =>
    createRequestGuard(config && { current: () => config }, virtualClock(createVirtualClock(0)));

  test.each([undefined, open])("lets everybody pass with the web config %j", async (config) => {
    expect(await guardOf(config).reject(undefined, signal)).toBeUndefined();
  });

  test("answers 401 with a challenge, and 429 with a time to wait before it checks a password", async () => {
    const guard = guardOf({ ...open, users, rateLimit: { intervalMs: 2500, burst: 1 } });
    const challenge = { "WWW-Authenticate": 'Basic realm="fedjoin-exporter", charset="UTF-8"' };
    expect(await guard.reject(undefined, signal)).toMatchObject({ status: 401, headers: challenge });
    expect(await guard.reject(undefined, signal)).toMatchObject({ status: 429, headers: { "Retry-After": "3" } });
  });
});

describe("a client's certificate", () => {
  const subjectAltName = "DNS:prometheus.example.com, IP Address:FD00:0:0:0:0:0:0:7";
  const verified = { isVerified: true, subjectAltName };
  const shown = [undefined, { ...verified, isVerified: false }, verified];

  test.each([
    ["NoClientCert", [true, true, true]],
    ["RequestClientCert", [true, true, true]],
    ["RequireAnyClientCert", [false, true, true]],
    ["VerifyClientCertIfGiven", [true, false, true]],
    ["RequireAndVerifyClientCert", [false, false, true]],
  ] as const)("%s: none, unverified, verified: %j", (clientAuth, expected) => {
    expect(shown.map((each) => isClientAllowed({ clientAuth, allowedSans: undefined }, each))).toEqual(expected);
  });

  const smuggled = 'URI:"http://x/, DNS:admin", email:a@b';
  test.each([
    ["prometheus.example.com", subjectAltName, true],
    ["fd00::7", subjectAltName, true],
    ["example.com", subjectAltName, false],
    ["PROMETHEUS.example.com", subjectAltName, false],
    ["fd00::8", subjectAltName, false],
    ["prometheus.example.com", undefined, false],
    ["admin", smuggled, false],
    ["a@b", smuggled, true],
    ["http://x/, DNS:admin", smuggled, true],
  ])("with client_allowed_sans [%s] and the names %s: %s", (name, names, isAllowed) => {
    const tls = { clientAuth: "RequireAndVerifyClientCert", allowedSans: ["other", name] } as const;
    expect(isClientAllowed(tls, { isVerified: true, subjectAltName: names })).toBe(isAllowed);
  });
});
