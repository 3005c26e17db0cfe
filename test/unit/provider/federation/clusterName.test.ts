import { clusterNameFromUid } from "../../../../provider/src/federation/clusterName";
import { joinTokenFingerprint } from "../../../../provider/src/federation/joinToken";
import { systemRandom } from "../../../../provider/src/system/systemPorts";
import { decodeJoinToken, generateClusterName, isClusterNameOf } from "@fedjoin/provider/internal/federation";
import { Secret } from "@fedjoin/provider/internal/values";
import { storeIdPattern } from "../../../../provider/src/values/storeId";
import fc from "fast-check";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";

describe("R5: the cluster name", () => {
  test("is the store id, a hyphen and 6 random alphanumerics", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9-]{0,50}[A-Za-z0-9])?$/), (id) => {
        const name = generateClusterName(id, systemRandom);
        expect([name.slice(0, -6), isClusterNameOf(id, name)]).toEqual([`${id}-`, true]);
        expect(name.slice(-6)).toMatch(/^[A-Za-z0-9]{6}$/);
      }),
    );
    const names = Array.from({ length: 1000 }, () => generateClusterName("u2204a", systemRandom));
    expect(new Set(names).size).toBe(1000);
  });

  test("from a cluster's UID is always the same for that cluster", () => {
    const names = ["uid-1", "uid-2"].map((uid) => clusterNameFromUid("u2204a", uid));
    expect(names).toEqual(["u2204a-MLwAqD", "u2204a-zyIbCE"]);
    for (const name of names) expect(isClusterNameOf("u2204a", name)).toBe(true);
  });

  test.each([
    ["u22", "u22-04a-Xy9K2m"],
    ["u2204a", "u2204a-Xy9K2"],
    ["u2204a", "u2204a-Xy9K2mm"],
  ])("of another store is not taken for one of %s: %s", (storeId, name) => {
    expect(isClusterNameOf(storeId, name)).toBe(false);
  });

  test.each(["u2204a", "prod-cluster-01", "7"])("accepts the store id %s", (id) => {
    expect(id).toMatch(storeIdPattern);
  });

  test.each(["", "-a", "a-", "a b", "a_b", "a.b", "é", "a".repeat(53)])("refuses the store id %j", (id) => {
    expect(id).not.toMatch(storeIdPattern);
  });
});

const tokenOf = (value: unknown): Secret => new Secret(Buffer.from(JSON.stringify(value)).toString("base64"));

describe("R4: the join token's address", () => {
  test("is its server and port", () => {
    fc.assert(
      fc.property(fc.domain(), fc.integer({ min: 1, max: 65535 }), (s, p) => {
        expect(decodeJoinToken(tokenOf({ s, p, t: "x" }))).toEqual({ server: s, port: p });
      }),
    );
  });

  test("is unknown for anything else, without an exception", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(decodeJoinToken(new Secret(text))).toBeUndefined();
      }),
    );
    for (const value of [{ s: "host" }, { s: "host", p: 70000 }])
      expect(decodeJoinToken(tokenOf(value))).toBeUndefined();
  });
});

test("a fingerprint tells tokens apart and holds none of them", () => {
  const [a, b] = ["a", "b"].map((each) => joinTokenFingerprint(tokenOf({ s: "h", p: 1, t: each.repeat(40) })));
  expect(a).toMatch(/^[0-9a-f]{12}$/);
  expect(a).not.toBe(b);
});

test.each(["fixed-token", "", "x".repeat(31)])("R15: a token that can be guessed has no fingerprint: %j", (t) => {
  expect([new Secret(t), tokenOf({ s: "host", p: 11443, t })].map(joinTokenFingerprint)).toEqual(["", ""]);
});

test("R15: a secret shows itself only through reveal", () => {
  const secret = new Secret("hunter2-canary");
  const shown = [String(secret), JSON.stringify({ secret }), inspect({ secret }, { depth: 5 }), inspect(secret)].join();
  expect(shown).not.toContain("hunter2-canary");
  expect(shown).toContain("[redacted]");
  expect(secret.reveal()).toBe("hunter2-canary");
});
