import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  type SimulatedController,
  type SimulatedFederation,
  startController,
  startFederation,
} from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { newLifecycle, at, requestsOf } from "../../../support/federation";
import { runFedjoin } from "../../../support/fedjoinProcess";

/** Typed, unlike the matcher itself. */
const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);

const timings = { cleanupMs: 10, probePauseMs: 5, intervalMinuteMs: 200 };

let federation: SimulatedFederation;
let master: SimulatedController;
let site: SimulatedController;
let inputs: ReturnType<typeof fedJoinInputs>;

beforeEach(async () => {
  federation = await startFederation({ sites: 2, timings });
  ({ master } = federation);
  site = at(federation.sites, 0);
  inputs = fedJoinInputs(master, site, "u2204a");
});

afterEach(() => federation.close());

const finding = z.object({ level: z.string(), check: z.string(), text: z.string(), fix: z.string().optional() });
const report = z.object({
  masters: z.array(
    z.object({
      master: z.string(),
      findings: z.array(finding),
      members: z.array(z.object({ storeId: z.string(), findings: z.array(finding) })),
    }),
  ),
  accounts: z.array(finding),
  problems: z.number(),
  warnings: z.number(),
});

/** Runs the doctor and gives exit code and findings; no password may be in its words. */
async function doctor(...members: object[]) {
  const { code, stdout, stderr } = await runFedjoin(["doctor", "--json", "--file", "-"], { settings: { members } });
  for (const { admin } of [master, ...federation.sites]) expect(stdout + stderr).not.toContain(admin.password);
  const { masters, accounts, problems } = report.parse(JSON.parse(stdout));
  const [first] = masters;
  const ofSite = first?.members[0]?.findings ?? [];
  return { code, problems, accounts, ofMaster: first?.findings ?? [], ofSite };
}

type Findings = z.output<typeof finding>[];
const levels = (findings: Findings) => Object.fromEntries(findings.map(({ check, level }) => [check, level]));
const of = (findings: Findings, wanted: string) => findings.filter(({ check }) => check === wanted);

describe("fedjoin doctor", () => {
  test("a healthy pair: every check is ok", async () => {
    const { code, ofMaster, ofSite, accounts } = await doctor(inputs);
    const ok = { address: "ok", certificate: "ok", clock: "ok", login: "ok", rights: "ok", role: "ok" };
    expect(levels(ofMaster)).toEqual({ ...ok, "federation port": "ok" });
    expect(levels(ofSite)).toEqual({ ...ok, leftovers: "ok", plan: "ok" });
    expect(of(ofSite, "plan")).toMatchObject([{ text: "will join as u2204a-######" }]);
    expect(accounts).toEqual([]);
    expect(code).toBe(0);
  });

  test("a member: its version goes with the master's", async () => {
    await newLifecycle().create(inputs);
    const { ofSite } = await doctor(inputs);
    expect(levels(ofSite)).toMatchObject({ role: "ok", versions: "ok", plan: "ok" });
  });

  test("changes nothing, on either side", async () => {
    await doctor(inputs, fedJoinInputs(master, at(federation.sites, 1), "u2205b"));
    for (const { requests } of [master, ...federation.sites]) {
      expect(requests.map(({ path }) => path)).toContain("/v1/fed/member");
      expect(requests.filter(({ method, path }) => method !== "GET" && path !== "/v1/auth")).toEqual([]);
    }
  });

  test("a wrong password is tried once at each side, and never again", async () => {
    const credentials = { username: "admin", password: "Wrong-password-1" };
    const second = fedJoinInputs(master, at(federation.sites, 1), "u2205b");
    const wrong = { ...inputs.master, credentials };
    const { code, ofMaster, ofSite } = await doctor(
      { ...inputs, master: wrong, controller: { ...inputs.controller, credentials } },
      { ...second, master: wrong },
    );
    expect(of(ofMaster, "login")).toMatchObject([{ level: "problem", fix: like(/five failures/) }]);
    expect(of(ofSite, "login")).toMatchObject([{ level: "problem" }]);
    expect(requestsOf(master, "POST", "/v1/auth")).toHaveLength(1);
    expect(requestsOf(site, "POST", "/v1/auth")).toHaveLength(1);
    expect(code).toBe(2);
  });

  test("an untrusted certificate is shown, with the setting that pins it", async () => {
    const { server, port, credentials } = inputs.controller;
    const { code, ofSite } = await doctor({ ...inputs, controller: { server, port, credentials } });
    const [certificate] = of(ofSite, "certificate");
    expect(certificate).toMatchObject({ level: "problem", fix: like(/controller\.tls\.fingerprint/) });
    expect(certificate?.text).toContain(site.fingerprint256);
    expect(levels(ofSite)).toMatchObject({ address: "ok", plan: "unknown" });
    expect(requestsOf(site, "POST", "/v1/auth")).toHaveLength(0);
    expect(code).toBe(2);
  });

  test("verification that is off is a warning", async () => {
    const controller = { ...inputs.controller, tls: { verify: false } };
    const { code, ofSite } = await doctor({ ...inputs, controller });
    expect(of(ofSite, "certificate")).toMatchObject([{ level: "warning", fix: like(/verify: false/) }]);
    expect(code).toBe(0);
  });

  test("a site that is down, beside a master that is well", async () => {
    await site.goOffline();
    const { code, ofMaster, ofSite } = await doctor(inputs);
    expect(levels(ofMaster)).toMatchObject({ address: "ok", login: "ok" });
    expect(ofSite).toMatchObject([
      { level: "problem", check: "address", text: like(/ECONNREFUSED/) },
      { level: "unknown", check: "plan" },
    ]);
    expect(code).toBe(2);
  });

  test("accounts without the rights, and a secret that is not there", async () => {
    const users = [{ username: "watcher", password: "Watcher-1-only", role: "reader" as const }];
    const readable = await startController({ users, timings });
    try {
      const controller = {
        ...readable.rest,
        credentials: readable.admin,
        tls: { fingerprint: readable.fingerprint256 },
      };
      const asReader = await doctor({ ...inputs, controller, jointRest: readable.rest });
      expect(of(asReader.ofSite, "rights")).toMatchObject([{ level: "problem", text: like(/only read/) }]);
    } finally {
      await readable.close();
    }
    const credentials = { username: "admin", passwordFrom: { env: "NOT_SET_ANYWHERE" } };
    const unset = await doctor({ ...inputs, master: { ...inputs.master, credentials } });
    expect(of(unset.ofMaster, "settings")).toMatchObject([
      { level: "problem", text: like(/NOT_SET_ANYWHERE.* is not set/) },
    ]);
    expect(unset.code).toBe(2);
  });

  test("an address that is not a master, and a site that is one", async () => {
    const second = fedJoinInputs(at(federation.sites, 1), site, "u2204a");
    const noMaster = await doctor(second);
    expect(levels(noMaster.ofMaster)).toMatchObject({ rights: "problem", role: "problem" });
    expect(of(noMaster.ofSite, "plan")).toMatchObject([{ level: "problem" }]);
    const isMaster = await doctor(fedJoinInputs(master, master, "u2204a"));
    expect(levels(isMaster.ofSite)).toMatchObject({ role: "problem", plan: "problem" });
  });

  test("an API key is known by its own endpoint", async () => {
    const apiKeys = [{ name: "joiner", secret: "not-so-secret-1", role: "admin" as const }];
    const keyed = await startController({ apiKeys, timings });
    try {
      const credentials = { apiKey: "joiner:not-so-secret-1" };
      const controller = { ...keyed.rest, credentials, tls: { fingerprint: keyed.fingerprint256 } };
      const { ofSite, code } = await doctor({ ...inputs, controller, jointRest: keyed.rest });
      expect(of(ofSite, "login")).toMatchObject([{ level: "ok", text: "API key joiner is accepted, role admin" }]);
      expect(levels(ofSite)).toMatchObject({ rights: "ok", plan: "ok" });
      expect(code).toBe(0);
    } finally {
      await keyed.close();
    }
  });

  test("shared accounts: one user for many members, one password at several controllers", async () => {
    const second = at(federation.sites, 1);
    const credentials = inputs.controller.credentials;
    const shared = { ...fedJoinInputs(master, second, "u2205b") };
    const { accounts } = await doctor(inputs, { ...shared, controller: { ...shared.controller, credentials } });
    expect(accounts.map(({ text }) => text)).toEqual([
      `user admin at the master 127.0.0.1:${master.rest.port} serves 2 members: one lockout stops them all`,
      expect.stringMatching(/^the same credentials are used at 2 controllers/),
    ]);
  });
});
