import { expect, test } from "vitest";
import { fedJoinInputs, findLeaks } from "@fedjoin/testbed";
import type { SimulatedController, SimulatedFederation } from "@fedjoin/simulator";
import {
  federationOfFile,
  joinProjectOfFile,
  password,
  refusedUp,
  storedFedJoins,
  up as deploy,
} from "../support/deployments";
import { memberNames, at, requestsOf } from "../support/federation";

const timings = { cleanupMs: 20, probePauseMs: 10 };
const retry = { maxRetries: 8, initialDelaySeconds: 0.3, maxDelaySeconds: 1 };

const project = joinProjectOfFile();
const a = federationOfFile({ sites: 3, timings });
const b = federationOfFile({ sites: 0, timings });

/** All three sites as members of this master; `over` replaces arguments of each. */
function declare(master: SimulatedController, over: (args: ReturnType<typeof fedJoinInputs>) => object = () => ({})) {
  const joins = a.sites.map((site, index) => {
    const args = fedJoinInputs(master, site, `s${index}`);
    return [`s${index}`, { ...args, retry, ...over(args) }] as const;
  });
  return project.declare(Object.fromEntries(joins));
}

const up = (...args: string[]) => deploy(project, ...args);
const urn = (name: string) => `urn:pulumi:test::joins::pulumi-nodejs:dynamic/neuvector:FedJoin::${name}`;
const leaves = () => a.sites.flatMap((site) => requestsOf(site, "POST", "/v1/fed/leave")).length;
const storeIds = ({ master }: SimulatedFederation) => memberNames(master).map((name) => name.slice(0, 2));
const state = () => storedFedJoins(project.backendDir, "joins", "test");
const statuses = async () => (await state()).map(({ outputs }) => outputs?.["status"]);

// One story: each test goes on where the one before ended.
test("one wrong digit in master.rest.port: preview says who would leave and why, up fails, all remain members", async () => {
  await declare(a.master);
  await up();
  const before = memberNames(a.master);
  expect(before).toHaveLength(3);
  await declare(a.master, ({ master }) => ({ master: { ...master, rest: { server: "127.0.0.1", port: 1 } } }));
  const { stdout } = await project.pulumi.run(["preview", "--color", "never"]);
  const shown = stdout.replace(/\s+/g, " ");
  for (const name of before)
    expect(shown).toContain(`${name} leaves the master at 127.0.0.1:${a.master.rest.port} and`);
  expect(shown).toContain("master.rest changed");
  expect(shown).toContain("3 to update");
  const said = (await refusedUp(project)).replace(/\s+/g, " ");
  expect(said).toMatch(/nothing was changed, and s\d-\w{6} stays with its master/);
  expect(memberNames(a.master)).toEqual(before);
  expect(leaves()).toBe(0);
});

test("the same master under another name with the same certificate is stored, and nobody leaves", async () => {
  const before = a.master.members().map(({ id }) => id);
  await declare(a.master, ({ master }) => ({ master: { ...master, rest: { ...master.rest, server: "localhost" } } }));
  await up();
  expect(a.master.members().map(({ id }) => id)).toEqual(before);
  expect(leaves()).toBe(0);
});

test("a wrong site password is refused with its path, and a silent side still stores forceLeave", async () => {
  const wrong = { username: "admin", password: "canary-wrong" };
  // One site alone: an update that failed keeps the engine from starting the others.
  await declare(a.master, ({ storeId, controller }) =>
    storeId === "s0" ? { controller: { ...controller, credentials: wrong } } : {},
  );
  const logins = () => requestsOf(at(a.sites, 0), "POST", "/v1/auth").length;
  const before = logins();
  expect(await refusedUp(project)).toContain("controller.credentials: ");
  expect(logins()).toBe(before + 1);
  expect(await refusedUp(project)).toContain("refused them before");
  expect(logins()).toBe(before + 1);
  expect(await statuses()).toEqual(["joined", "joined", "joined"]);

  // Its master under another name is no obstacle for that either.
  const silent = at(a.sites, 0);
  await silent.goOffline();
  const rotated = { username: "admin", password: "canary-rotated" };
  await declare(a.master, ({ storeId, controller }) =>
    storeId === "s0" ? { controller: { ...controller, credentials: rotated }, forceLeave: true } : {},
  );
  await up();
  await silent.goOnline();
  const forced = (await state()).filter(({ outputs }) => outputs?.["forceLeave"] === true);
  expect(forced.map(({ outputs }) => outputs?.["storeId"])).toEqual(["s0"]);
});

test("the previous master that is away stays in the state with its login, encrypted, and no secret in clear", async () => {
  await declare(b.master);
  await up();
  await b.master.goOffline();
  await declare(a.master, () => ({ onMasterLost: "force" }));
  await up("--target", urn("s0"));
  const [moved] = (await state()).filter(({ outputs }) => outputs?.["storeId"] === "s0");
  const previousMasters = { ciphertext: expect.any(String) as string };
  expect(moved?.outputs).toMatchObject({ status: "joined", previousMasters });
  expect(storeIds(a)).toEqual(["s0"]);
  const secrets = new Map(Object.entries({ password, wrong: "canary-wrong" }));
  expect(await findLeaks(project.backendDir, secrets)).toEqual([]);
  await b.master.goOnline();
});
