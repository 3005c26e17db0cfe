import type { PartialControllerOptions } from "../../../../simulator/src/core/options";
import { expect } from "vitest";
import * as z from "zod";
import { fedJoinInputs } from "@fedjoin/testbed";
import { at, requestsOf } from "../../../../support/federation";
import { test as base, type CommandScenario } from "../../../../support/commandScenario";

const finding = z.object({ level: z.string(), check: z.string(), text: z.string(), fix: z.string().optional() });
const site = z.object({ findings: z.array(finding) });
const report = z.object({
  masters: z.tuple([z.object({ findings: z.array(finding), members: z.array(site) })], z.unknown()),
  accounts: z.array(finding),
});
type Findings = z.output<typeof finding>[];

const levels = (findings: Findings) => Object.fromEntries(findings.map(({ check, level }) => [check, level]));
const textsOf = (findings: Findings, wanted: string) =>
  findings.filter(({ check }) => check === wanted).map(({ level, text, fix }) => `${level}: ${text}. ${fix ?? ""}`);

/** Runs the doctor for these members; gives the exit code and the findings. */
async function examine({ fedjoin }: CommandScenario, ...members: object[]) {
  const { exitCode, output } = await fedjoin("doctor --json", { members });
  const { masters, accounts } = report.parse(JSON.parse(output));
  const [{ findings: ofMaster, members: sites }] = masters;
  return { exitCode, accounts, ofMaster, ofSite: sites[0]?.findings ?? [] };
}

/** A standalone controller beside the federation, and the inputs with it in place of the site. */
const withSite = ({ network, declared }: CommandScenario, options: PartialControllerOptions, credentials: object) => {
  const added = network.addController(options);
  return { ...at(declared, 1), controller: { ...added.rest, credentials }, jointRest: added.rest };
};

const test = base.extend("inputs", ({ scenario }) => at(scenario.declared, 1));
const credentials = { username: "admin", password: "Wrong-password-1" };

test("a healthy pair: every check is ok", async ({ scenario, inputs }) => {
  const { exitCode, ofMaster, ofSite, accounts } = await examine(scenario, inputs);
  const ok = { address: "ok", certificate: "ok", clock: "unknown", login: "ok", rights: "ok", role: "ok" };
  expect(levels(ofMaster)).toEqual({ ...ok, "federation port": "ok" });
  expect(levels(ofSite)).toEqual({ ...ok, leftovers: "ok", plan: "ok" });
  expect(textsOf(ofSite, "plan")).toEqual(["ok: will join as store1-######. "]);
  expect([accounts, exitCode]).toEqual([[], 0]);
});

test("a member: its version goes with the master's", async ({ scenario }) => {
  const { ofSite } = await examine(scenario, at(scenario.declared, 0));
  expect(levels(ofSite)).toMatchObject({ role: "ok", versions: "ok", plan: "ok" });
});

test("a wrong password is tried once at each side, and never again", async ({ scenario, inputs }) => {
  const { master, neighbour, declared } = scenario;
  const logins = () => [master, neighbour].map((each) => requestsOf(each, "POST", "/v1/auth").length);
  const [atMaster = 0, atSite = 0] = logins();
  const wrong = { ...inputs, master: { ...inputs.master, credentials } };
  const { exitCode, ofMaster, ofSite } = await examine(
    scenario,
    { ...wrong, controller: { ...inputs.controller, credentials } },
    { ...declared[0], master: wrong.master },
  );
  expect(textsOf(ofMaster, "login")).toEqual([expect.stringMatching(/^problem: .*five failures/)]);
  expect(levels(ofSite)).toMatchObject({ login: "problem" });
  expect([logins(), exitCode]).toEqual([[atMaster + 1, atSite + 1], 2]);
});

test("an account that only reads lacks the rights", async ({ scenario }) => {
  const reader = { username: "watcher", password: "Watcher-1-only" };
  const { ofSite } = await examine(scenario, withSite(scenario, { users: [{ ...reader, role: "reader" }] }, reader));
  expect(textsOf(ofSite, "rights")).toEqual([expect.stringMatching(/^problem: .*only read/)]);
});

test("a secret that is not there is a problem of the settings", async ({ scenario, inputs }) => {
  const passwordFrom = { env: "NOT_SET_ANYWHERE" };
  const master = { ...inputs.master, credentials: { username: "admin", passwordFrom } };
  const { exitCode, ofMaster } = await examine(scenario, { ...inputs, master });
  expect(textsOf(ofMaster, "settings")).toEqual([expect.stringMatching(/^problem: .*NOT_SET_ANYWHERE.* is not set/)]);
  expect(exitCode).toBe(2);
});

test("an address that is not a master, and a site that is one", async ({ scenario }) => {
  const { master, sites, site: member } = scenario;
  const noMaster = await examine(scenario, fedJoinInputs(at(sites, 1), member, "u1"));
  expect(levels(noMaster.ofMaster)).toMatchObject({ rights: "problem", role: "problem" });
  expect(levels(noMaster.ofSite)).toMatchObject({ plan: "problem" });
  const isMaster = await examine(scenario, fedJoinInputs(master, master, "u1"));
  expect(levels(isMaster.ofSite)).toMatchObject({ role: "problem", plan: "problem" });
});

test("an API key is known by its own endpoint", async ({ scenario }) => {
  const key = { name: "joiner", secret: "not-so-secret-1", role: "admin" } as const;
  const declared = withSite(scenario, { apiKeys: [key] }, { apiKey: "joiner:not-so-secret-1" });
  const { ofSite, exitCode } = await examine(scenario, declared);
  expect(textsOf(ofSite, "login")).toEqual(["ok: API key joiner is accepted, role admin. "]);
  expect(levels(ofSite)).toMatchObject({ rights: "ok", plan: "ok" });
  expect(exitCode).toBe(0);
});

test("one user for many members, and one password at several controllers, are told", async ({ scenario, inputs }) => {
  const other = at(scenario.declared, 0);
  const same = { ...other, controller: { ...other.controller, credentials: inputs.controller.credentials } };
  const { accounts } = await examine(scenario, inputs, same);
  expect(accounts.map(({ text }) => text)).toEqual([
    "user admin at the master c1.test:10443 serves 2 members: one lockout stops them all",
    expect.stringMatching(/^the same credentials are used at 2 controllers/),
  ]);
});

test("row f: the default password is known by the login's answer, since selfuser says false", async ({ scenario }) => {
  const factory = { username: "admin", password: "admin" };
  const { ofSite } = await examine(scenario, withSite(scenario, {}, factory));
  expect(textsOf(ofSite, "password")).toEqual([expect.stringMatching(/^warning: .*default password/)]);
});
