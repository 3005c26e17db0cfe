import { describe, expect, test } from "vitest";
import { createAuthenticator } from "../../../../exporter/src/web/basicAuth";
import { isClientAllowed } from "../../../../exporter/src/web/clientCertificate";
import { createRequestGuard } from "../../../../exporter/src/web/requestGuard";
import { createRateLimiter } from "../../../../exporter/src/web/rateLimiter";
import type { WebConfig } from "../../../../exporter/src/webConfig/webConfig";
import { createInstantClock } from "../../../support/instantClock";

const basic = (user: string, password: string): string => `Basic ${btoa(`${user}:${password}`)}`;
const users = new Map([["alice", "$2y$10$alice"]]);
const { signal } = new AbortController();

/** Stands in for bcrypt: says yes to `right`, counts, and answers only when told to. */
function slowBcrypt() {
  const asked: (() => void)[] = [];
  const hashes: string[] = [];
  let mostAtOnce = 0;
  let running = 0;
  const matches = async (password: string, hash: string): Promise<boolean> => {
    hashes.push(hash);
    mostAtOnce = Math.max(mostAtOnce, ++running);
    await new Promise<void>((resolve) => asked.push(resolve));
    running--;
    return password === "right";
  };
  return {
    matches,
    hashes,
    mostAtOnce: () => mostAtOnce,
    /** Answers everything that is asked, and what is asked after it. */
    async answerAll() {
      for (let idle = 0; idle < 20; idle++) {
        if (asked.length > 0) idle = 0;
        for (const answer of asked.splice(0)) answer();
        await Promise.resolve();
      }
    },
  };
}

describe("basic authentication", () => {
  test("computes one hash for each password, good or bad, however often it is sent", async () => {
    const bcrypt = slowBcrypt();
    const judge = createAuthenticator(bcrypt.matches);
    const ask = async (password: string) => {
      const verdict = judge(users, basic("alice", password), signal);
      await bcrypt.answerAll();
      return verdict;
    };
    expect([await ask("right"), await ask("right"), await ask("right")]).toEqual(Array(3).fill("admitted"));
    expect([await ask("wrong"), await ask("wrong")]).toEqual(["refused", "refused"]);
    expect(bcrypt.hashes).toHaveLength(2);
  });

  test("computes one hash at a time, also for the same password asked many times at once", async () => {
    const bcrypt = slowBcrypt();
    const judge = createAuthenticator(bcrypt.matches);
    const asked = ["right", "right", "wrong", "other"].map((password) =>
      judge(users, basic("alice", password), signal),
    );
    await bcrypt.answerAll();
    expect(await Promise.all(asked)).toEqual(["admitted", "admitted", "refused", "refused"]);
    expect([bcrypt.hashes.length, bcrypt.mostAtOnce()]).toEqual([3, 1]);
  });

  test("turns away a flood of guesses, and still knows whom it has admitted", async () => {
    const bcrypt = slowBcrypt();
    const judge = createAuthenticator(bcrypt.matches);
    const first = judge(users, basic("alice", "right"), signal);
    await bcrypt.answerAll();
    expect(await first).toBe("admitted");
    const flood = Array.from({ length: 40 }, (_, guess) => judge(users, basic("alice", `guess ${guess}`), signal));
    expect(await judge(users, basic("alice", "right"), signal)).toBe("admitted");
    await bcrypt.answerAll();
    const verdicts = await Promise.all(flood);
    expect(verdicts.filter((verdict) => verdict === "busy")).toHaveLength(24);
    expect(verdicts.filter((verdict) => verdict === "refused")).toHaveLength(16);
    expect(await judge(users, basic("alice", "right"), signal)).toBe("admitted");
  });

  test("a user who is not known costs as much as the costliest who is, and never gets in", async () => {
    const bcrypt = slowBcrypt();
    const judge = createAuthenticator(bcrypt.matches);
    const known = new Map([...users, ["bob", "$2y$12$bob"]]);
    const verdict = judge(known, basic("mallory", "right"), signal);
    await bcrypt.answerAll();
    expect(await verdict).toBe("refused");
    expect(bcrypt.hashes).toEqual([expect.stringMatching(/^\$2b\$12\$.{53}$/)]);
  });

  test("a changed hash ends what was remembered, and so does a removed user", async () => {
    const bcrypt = slowBcrypt();
    const judge = createAuthenticator(bcrypt.matches);
    const asked = [users, new Map([["alice", "$2y$10$other"]]), new Map([["bob", "$2y$10$bob"]])];
    for (const [index, each] of asked.entries()) {
      const verdict = judge(each, basic("alice", "right"), signal);
      await bcrypt.answerAll();
      expect([await verdict, bcrypt.hashes.length]).toEqual([index < 2 ? "admitted" : "refused", index + 1]);
    }
  });

  test.each([undefined, "", "Basic", "Basic !!", `Basic ${btoa("alice")}`, "Bearer YWxpY2U6cmlnaHQ="])(
    "the header %j costs nothing and is refused",
    async (header) => {
      const bcrypt = slowBcrypt();
      expect(await createAuthenticator(bcrypt.matches)(users, header, signal)).toBe("refused");
      expect(bcrypt.hashes).toEqual([]);
    },
  );

  test("a client that went away while it waited costs no hash", async () => {
    const bcrypt = slowBcrypt();
    const judge = createAuthenticator(bcrypt.matches);
    const first = judge(users, basic("alice", "guess"), signal);
    const gone = judge(users, basic("alice", "right"), AbortSignal.abort());
    await bcrypt.answerAll();
    expect([await first, await gone, bcrypt.hashes.length]).toEqual(["refused", "refused", 1]);
  });

  test("understands bcrypt hashes of every usual kind, and passwords with a colon and beyond ASCII", async () => {
    const hash = "$2b$04$jSwEqTJ8jwaOVPHYCEJ2AO/TUNIRQi3whv9DDq3v/ScZWd.53bpcW";
    for (const kind of ["$2a$", "$2b$", "$2y$"]) {
      const judge = createAuthenticator();
      const known = new Map([["alice", hash.replace(/^\$2.\$/, kind)]]);
      const header = `basic ${Buffer.from("alice:pass:wörd").toString("base64")}`;
      expect(await judge(known, header, signal)).toBe("admitted");
      expect(await judge(known, basic("alice", "pass"), signal)).toBe("refused");
    }
  });
});

test("the rate limit lets a burst through, and then one request for each interval", () => {
  const limiter = createRateLimiter({ intervalMs: 1000, burst: 2 });
  const times = [0, 0, 0, 999, 1000, 1001, 2500, 3000, 60_000, 60_000, 60_000, 0];
  expect(times.map((now) => limiter.allows(now))).toEqual([
    ...[true, true, false, false, true, false, true, true],
    ...[true, true, false, false],
  ]);
});

describe("the gate", () => {
  const open: WebConfig = { tls: undefined, headers: {}, users: new Map(), rateLimit: undefined };
  const gateOf = (config: WebConfig) => createRequestGuard({ current: () => config }, createInstantClock());

  test("lets everybody pass without a web config, and with an empty one", async () => {
    expect(await createRequestGuard(undefined, createInstantClock()).reject(undefined, signal)).toBeUndefined();
    expect(await gateOf(open).reject(undefined, signal)).toBeUndefined();
  });

  test("answers 401 with a challenge, and 429 with a time to wait before it looks at a password", async () => {
    const gate = gateOf({ ...open, users, rateLimit: { intervalMs: 2500, burst: 1 } });
    expect(await gate.reject(undefined, signal)).toMatchObject({
      status: 401,
      headers: { "WWW-Authenticate": 'Basic realm="fedjoin-exporter", charset="UTF-8"' },
    });
    expect(await gate.reject(undefined, signal)).toMatchObject({ status: 429, headers: { "Retry-After": "3" } });
  });
});

describe("a client's certificate", () => {
  const verified = { isVerified: true, subjectAltName: "DNS:prometheus.example.com, IP Address:FD00:0:0:0:0:0:0:7" };
  const unverified = { ...verified, isVerified: false };

  test.each([
    ["NoClientCert", [true, true, true]],
    ["RequestClientCert", [true, true, true]],
    ["RequireAnyClientCert", [false, true, true]],
    ["VerifyClientCertIfGiven", [true, false, true]],
    ["RequireAndVerifyClientCert", [false, false, true]],
  ] as const)("%s: none, unverified, verified: %j", (clientAuth, expected) => {
    const tls = { clientAuth, allowedSans: undefined };
    expect([undefined, unverified, verified].map((shown) => isClientAllowed(tls, shown))).toEqual(expected);
  });

  test.each([
    ["prometheus.example.com", true],
    ["fd00::7", true],
    ["example.com", false],
    ["PROMETHEUS.example.com", false],
    ["fd00::8", false],
  ])("with client_allowed_sans [%s]: %s", (name, isAdmitted) => {
    const tls = { clientAuth: "RequireAndVerifyClientCert", allowedSans: ["other", name] } as const;
    expect(isClientAllowed(tls, verified)).toBe(isAdmitted);
    expect(isClientAllowed(tls, { ...verified, subjectAltName: undefined })).toBe(false);
  });

  test("a name that is smuggled into another one does not count", () => {
    const tls = { clientAuth: "RequireAnyClientCert", allowedSans: ["admin"] } as const;
    const shown = { isVerified: true, subjectAltName: 'URI:"http://x/, DNS:admin", email:a@b' };
    expect(isClientAllowed(tls, shown)).toBe(false);
    expect(isClientAllowed({ ...tls, allowedSans: ["a@b"] }, shown)).toBe(true);
    expect(isClientAllowed({ ...tls, allowedSans: ["http://x/, DNS:admin"] }, shown)).toBe(true);
  });
});
