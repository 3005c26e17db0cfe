import { NeuVectorError } from "@fedjoin/provider/neuvector";
import { describe, expect, test } from "vitest";
import type { Account } from "../../../../provider/src/neuvector/client/account";
import { accountFindings } from "../../../../provider/src/cli/doctor/accountFindings";
import {
  federationPortFindings,
  federalGroupFindings,
  siteRoleFindings,
  versionFindings,
} from "../../../../provider/src/cli/doctor/federationFindings";
import { serverFindings, type ServerFacts } from "../../../../provider/src/cli/doctor/serverFindings";
import { entryOf, inputsOf, jointAs, masterWith } from "../../../support/membershipStates";

/** Typed, unlike the matcher itself. */
const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);

const dayMs = 86_400_000;
const nowMs = Date.parse("2026-11-23T12:00:00Z");

const server = (over: Partial<ServerFacts> = {}, daysLeft = 300): ServerFacts => ({
  side: "controller",
  address: { server: "s.example", port: 10443 },
  tls: {},
  probeResult: {
    state: "tls",
    by: "192.0.2.7, directly",
    certificate: {
      subject: "CN=neuvector",
      names: "DNS:neuvector",
      fingerprint: "AB:CD",
      issuer: "CN=ca",
      validFrom: "Jan 1 00:00:00 2020 GMT",
      validTo: new Date(nowMs + daysLeft * dayMs).toUTCString(),
    },
  },
  greeting: { state: "answered", isController: true, dateMs: nowMs },
  nowMs,
  ...over,
});
const greetedAt = (dateMs: number | undefined) => ({ state: "answered", isController: true, dateMs }) as const;

describe("what is said of a server", () => {
  test.each([
    ["well", server(), ["ok", "ok", "ok"]],
    ["expires soon", server({}, 10), ["ok", "warning", "ok"]],
    ["pinned, and renewed soon", server({ tls: { fingerprint: "AB" } }, 50), ["ok", "warning", "ok"]],
    ["pinned, its successor too", server({ tls: { fingerprint: ["AB:CD", "EF"] } }, 50), ["ok", "ok", "ok"]],
    ["pinned, and a previous one too", server({ tls: { fingerprint: ["EF", "abcd"] } }, 50), ["ok", "warning", "ok"]],
    ["not verified", server({ tls: { verify: false } }), ["ok", "warning", "ok"]],
    ["clock ahead", server({ greeting: greetedAt(nowMs + 90_000) }), ["ok", "ok", "warning"]],
    ["clock a little behind", server({ greeting: greetedAt(nowMs - 59_000) }), ["ok", "ok", "ok"]],
    ["tells no time", server({ greeting: greetedAt(undefined) }), ["ok", "ok", "unknown"]],
    [
      "no controller",
      server({ greeting: { state: "answered", isController: false, dateMs: nowMs } }),
      ["problem", "ok", "ok"],
    ],
    [
      "refused certificate",
      server({ greeting: { state: "failed", error: new NeuVectorError("tls", "x") } }),
      ["ok", "problem"],
    ],
    [
      "no answer over TLS",
      server({ greeting: { state: "failed", error: new NeuVectorError("timeout", "x") } }),
      ["problem", "ok"],
    ],
    ["no TLS", server({ probeResult: { state: "no_tls", code: "EPROTO" } }), ["problem"]],
    ["nobody there", server({ probeResult: { state: "unreachable", code: "ENOTFOUND" } }), ["problem"]],
  ])("%s", (_what, facts, levels) => {
    const findings = serverFindings(facts);
    expect(findings.map(({ level }) => level)).toEqual(levels);
    for (const { level, fix } of findings) if (level === "problem" || level === "warning") expect(fix).toBeTruthy();
  });

  test("an expired certificate says since when, and how to pin the one that is shown", () => {
    const error = new NeuVectorError("tls", "certificate refused (CERT_HAS_EXPIRED)");
    const [, certificate] = serverFindings(server({ greeting: { state: "failed", error } }, -3));
    expect(certificate?.text).toContain("expired 3 days ago");
    expect(certificate?.fix).toContain("controller.tls.fingerprint");
  });
});

describe("what is said of an account", () => {
  const account: Account = {
    kind: "user",
    name: "admin",
    role: "admin",
    actsForFederation: false,
    defaultPassword: false,
    daysLeft: undefined,
  };
  const said = (side: "controller" | "master", over: Partial<Account>, inputs = inputsOf()) =>
    accountFindings(side, { state: "known", account: { ...account, ...over } }, inputs).map(
      ({ level, check }) => `${level} ${check}`,
    );

  test("rights: a site wants a global admin, a master a fedAdmin", () => {
    expect(said("controller", {})).toEqual(["ok login", "ok rights"]);
    expect(said("controller", { role: "reader" })).toEqual(["ok login", "problem rights"]);
    expect(said("master", { actsForFederation: true })).toEqual(["ok login", "ok rights"]);
    expect(said("master", { role: "fedReader" })).toEqual(["ok login", "problem rights"]);
    const withToken = inputsOf({ joinTokenUrl: "https://tokens.example/" });
    expect(said("master", { role: "fedReader" }, withToken)).toEqual(["ok login", "warning rights"]);
  });

  test("the default password, and one that expires soon", () => {
    expect(said("controller", { defaultPassword: true, daysLeft: 3 })).toEqual([
      "ok login",
      "ok rights",
      "warning password",
      "warning password",
    ]);
    expect(said("controller", { daysLeft: 200 })).toEqual(["ok login", "ok rights"]);
  });

  test("an API key at the master cannot tell a member that it was removed", () => {
    const key = { kind: "apiKey", role: "fedAdmin", actsForFederation: true } as const;
    expect(said("master", key)).toEqual(["ok login", "ok rights"]);
    expect(said("master", key, inputsOf({ controller: undefined }))).toEqual([
      "ok login",
      "ok rights",
      "warning rights",
    ]);
  });
});

describe("what is said of a federation", () => {
  test("versions that cannot federate are a problem, others that differ a warning", () => {
    const words = ["joint_upgrade_required", "master_upgrade_required", "joint_version_too_new"];
    for (const status of words) {
      expect(versionFindings(masterWith(entryOf({ status })), "id-1")).toMatchObject([{ level: "problem" }]);
      expect(siteRoleFindings(jointAs(entryOf({ status })))).toMatchObject([{ level: "ok" }, { level: "problem" }]);
    }
    expect(versionFindings(masterWith(entryOf()), "id-1")).toMatchObject([{ level: "ok" }]);
    expect(versionFindings(masterWith(entryOf({ rest_version: "94444768" })), "id-1")).toMatchObject([
      { level: "warning", text: like(/BB38FD65.*94444768/) },
    ]);
    expect(versionFindings(masterWith(), "id-1")).toEqual([]);
  });

  test("federal groups on a standalone site remain from before, on a member they are its rules", () => {
    expect(federalGroupFindings("", ["fed.a", "fed.b"])).toMatchObject([
      { level: "warning", text: like(/fed\.a, fed\.b/) },
    ]);
    expect(federalGroupFindings("", [])).toMatchObject([{ level: "ok" }]);
    expect(federalGroupFindings("", undefined)).toMatchObject([{ level: "unknown" }]);
    expect(federalGroupFindings("joint", ["fed.a"])).toEqual([]);
  });

  test("a federation port that does not answer here is a hint, no problem", () => {
    const look = { state: "unreachable", code: "ECONNREFUSED" } as const;
    expect(federationPortFindings({ server: "m.example", port: 11443 }, look)).toMatchObject([{ level: "warning" }]);
  });
});
