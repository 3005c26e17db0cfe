import { NeuVectorError, type ErrorKind } from "@fedjoin/provider/internal/neuvector";
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

const nowMs = Date.parse("2026-11-23T12:00:00Z");

const server = (over: Partial<ServerFacts> = {}, daysLeft = 300): ServerFacts => ({
  ...{ side: "controller", address: { server: "s.example", port: 10443 }, tls: {}, nowMs },
  probeResult: {
    ...{ state: "tls", by: "192.0.2.7, directly" },
    certificate: {
      ...{ subject: "CN=neuvector", names: "DNS:neuvector", fingerprint: "AB:CD", issuer: "CN=ca" },
      validFrom: "Jan 1 00:00:00 2020 GMT",
      validTo: new Date(nowMs + daysLeft * 86_400_000).toUTCString(),
    },
  },
  greeting: { state: "answered", isController: true, dateMs: nowMs },
  ...over,
});
const pinned = (...fingerprint: string[]) => server({ tls: { fingerprint } }, 50);
const greetedAt = (dateMs: number | undefined, isController = true) =>
  server({ greeting: { state: "answered", isController, dateMs } });
const failing = (kind: ErrorKind) => server({ greeting: { state: "failed", error: new NeuVectorError(kind, "x") } });

describe("what is said of a server", () => {
  test.each([
    ["well", server(), "ok ok ok"],
    ["expires soon", server({}, 10), "ok warning ok"],
    ["pinned, and renewed soon", pinned("AB"), "ok warning ok"],
    ["pinned, its successor too", pinned("AB:CD", "EF"), "ok ok ok"],
    ["pinned, and a previous one too", pinned("EF", "abcd"), "ok warning ok"],
    ["not verified", server({ tls: { verify: false } }), "ok warning ok"],
    ["clock ahead", greetedAt(nowMs + 90_000), "ok ok warning"],
    ["clock a little behind", greetedAt(nowMs - 59_000), "ok ok ok"],
    ["tells no time", greetedAt(undefined), "ok ok unknown"],
    ["no controller", greetedAt(nowMs, false), "problem ok ok"],
    ["refused certificate", failing("tls"), "ok problem"],
    ["no answer over TLS", failing("timeout"), "problem ok"],
    ["no TLS", server({ probeResult: { state: "no_tls", code: "EPROTO" } }), "problem"],
    ["nobody there", server({ probeResult: { state: "unreachable", code: "ENOTFOUND" } }), "problem"],
  ])("%s", (_what, facts, levels) => {
    const findings = serverFindings(facts);
    expect(findings.map(({ level }) => level).join(" ")).toBe(levels);
    for (const { level, fix } of findings) if (level === "problem" || level === "warning") expect(fix).toBeTruthy();
  });

  test("an expired certificate says since when, and how to pin the one that is shown", () => {
    const [, certificate] = serverFindings({ ...server({}, -3), greeting: failing("tls").greeting });
    expect(certificate?.text).toContain("expired 3 days ago");
    expect(certificate?.fix).toContain("controller.tls.fingerprint");
  });
});

describe("what is said of an account", () => {
  const account: Account = {
    ...{ kind: "user", name: "admin", role: "admin", actsForFederation: false, defaultPassword: false },
    daysLeft: undefined,
  };
  const key = { kind: "apiKey", role: "fedAdmin", actsForFederation: true } as const;
  const withToken = inputsOf({ joinTokenUrl: "https://tokens.example/" });

  test.each<[string, "controller" | "master", Partial<Account>, string, ReturnType<typeof inputsOf>?]>([
    ["a site wants a global admin", "controller", {}, "ok rights"],
    ["a reader does not do", "controller", { role: "reader" }, "problem rights"],
    ["a master wants a fedAdmin", "master", { actsForFederation: true }, "ok rights"],
    ["a fedReader does not do", "master", { role: "fedReader" }, "problem rights"],
    ["a fedReader does where a token is given", "master", { role: "fedReader" }, "warning rights", withToken],
    [
      "the default password, and one that expires soon",
      "controller",
      { defaultPassword: true, daysLeft: 3 },
      "ok rights, warning password, warning password",
    ],
    ["a password that lasts", "controller", { daysLeft: 200 }, "ok rights"],
    ["an API key at the master", "master", key, "ok rights"],
    [
      "an API key at the master cannot tell a member that it was removed",
      "master",
      key,
      "ok rights, warning rights",
      inputsOf({ controller: undefined }),
    ],
  ])("%s", (_what, side, over, expected, inputs = inputsOf()) => {
    const findings = accountFindings(side, { state: "known", account: { ...account, ...over } }, inputs);
    expect(findings.map(({ level, check }) => `${level} ${check}`).join(", ")).toBe(`ok login, ${expected}`);
  });
});

describe("what is said of a federation", () => {
  const tooOld = ["joint_upgrade_required", "master_upgrade_required", "joint_version_too_new"];
  test.each(tooOld)("%s is a problem", (status) => {
    expect(versionFindings(masterWith(entryOf({ status })), "id-1")).toMatchObject([{ level: "problem" }]);
    expect(siteRoleFindings(jointAs(entryOf({ status })))).toMatchObject([{ level: "ok" }, { level: "problem" }]);
  });

  test("other versions that differ are a warning", () => {
    expect(versionFindings(masterWith(entryOf()), "id-1")).toMatchObject([{ level: "ok" }]);
    const [differing] = versionFindings(masterWith(entryOf({ rest_version: "94444768" })), "id-1");
    expect([differing?.level, differing?.text]).toEqual(["warning", expect.stringMatching(/BB38FD65.*94444768/)]);
    expect(versionFindings(masterWith(), "id-1")).toEqual([]);
  });

  test.each<[string, string[] | undefined, string[]]>([
    ["", ["fed.a", "fed.b"], ["warning"]],
    ["", [], ["ok"]],
    ["", undefined, ["unknown"]],
    ["joint", ["fed.a"], []],
  ])("federal groups remain from before on a standalone site alone: role %j, %j", (role, groups, levels) => {
    const findings = federalGroupFindings(role, groups);
    expect(findings.map(({ level }) => level)).toEqual(levels);
    if (levels[0] === "warning") expect(findings[0]?.text).toContain("fed.a, fed.b");
  });

  test("a federation port that does not answer here is a hint, no problem", () => {
    const unreachable = { state: "unreachable", code: "ECONNREFUSED" } as const;
    const findings = federationPortFindings({ server: "m.example", port: 11443 }, unreachable);
    expect(findings).toMatchObject([{ level: "warning" }]);
  });
});
