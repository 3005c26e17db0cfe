import { createSession } from "@fedjoin/provider/neuvector";
import { createSystemPorts, systemClock } from "@fedjoin/provider/system";
import { Secret } from "@fedjoin/provider/values";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import {
  createJoinProject,
  encodingsOf,
  fedJoinInputs,
  findLeaks,
  type JoinProject,
  quietFlags,
  storedResources,
} from "@fedjoin/testbed";
import { type SimulatedController, type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { scraperOf } from "../support/scraper";
import { memberNames, newLifecycle, at } from "../support/federation";

/** They hold what breaks careless quoting. */
const admin = `Aa1"\\/+&% admin`;
const first = `Aa1"\\/+&% first`;
const second = `Aa1"\\/+&% second`;
const joiner = `Aa1"\\/+&% joiner`;

let dir: string;
let project: JoinProject;
let federation: SimulatedFederation;
let site: SimulatedController;
const said: string[] = [];

beforeEach(async () => {
  const tools = inject("tools");
  dir = await mkdtemp(join(tmpdir(), "fedjoin-accounts-"));
  project = await createJoinProject(tools, dir, { NEUVECTOR_ADMIN_PASSWORD: admin });
  federation = await startFederation({ sites: 1, password: admin, timings: { cleanupMs: 50, probePauseMs: 10 } });
  site = at(federation.sites, 0);
});

afterEach(async () => {
  await federation.close();
  await rm(dir, { recursive: true, force: true });
});

async function pulumi(...args: string[]): Promise<string> {
  const { stdout, stderr } = await project.pulumi.run(args);
  said.push(stdout, stderr);
  return stdout;
}

async function setSecret(key: string, value: string): Promise<void> {
  await project.pulumi.run(["config", "set", "--secret", key], { input: value });
}

/** Whether each collector succeeds in one scrape by this account. */
async function scrapedBy(username: string, password: string): Promise<readonly boolean[]> {
  const target = { protocol: "https", ...site.rest, tls: { fingerprint: site.fingerprint256 } } as const;
  const credentials = { kind: "user", username, password: new Secret(password) } as const;
  const session = createSession(
    createSystemPorts(() => undefined),
    target,
    credentials,
  );
  try {
    return (await scraperOf(session, systemClock).scrape(30_000).all).map(({ error }) => error === undefined);
  } finally {
    await session.close();
  }
}

const stored = async (name: string) =>
  (await storedResources(project.backendDir, "joins", "test")).find(
    ({ type, id }) => type.endsWith(":NeuVectorUser") && id === name,
  );

/** A join of the site with this account there. */
async function joinAs(credentials: object): Promise<string> {
  const inputs = fedJoinInputs(federation.master, site, "u2204a");
  const { id } = await newLifecycle().create({ ...inputs, controller: { ...inputs.controller, credentials } });
  return id;
}

test("R15: the example accounts makes a reader that scrapes and cannot join, and an account that joins", async () => {
  await project.replaceProgram("examples/accounts/index.js");
  await project.pulumi.run(["config", "set", "server", site.rest.server]);
  await project.pulumi.run(["config", "set", "port", String(site.rest.port)]);
  await project.pulumi.run(["config", "set", "fingerprint", site.fingerprint256]);
  await setSecret("readerPassword", first);
  await setSecret("joinerPassword", joiner);

  await pulumi("preview", "--diff", "--color", "never", "--non-interactive");
  expect(site.users.has("metrics-reader")).toBe(false);
  await pulumi("up", ...quietFlags);
  expect(JSON.parse(await pulumi("stack", "output", "accounts", "--json"))).toEqual([
    { username: "metrics-reader", role: "reader", status: "ready" },
    { username: "fedjoin", role: "admin", status: "ready" },
  ]);
  const scraped = await scrapedBy("metrics-reader", first);
  expect(scraped.length).toBeGreaterThan(5);
  expect(scraped).not.toContain(false);
  await expect(joinAs({ username: "metrics-reader", password: first })).rejects.toThrow(/forbidden/);
  const member = await joinAs({ username: "fedjoin", password: joiner });
  expect(memberNames(federation.master)).toEqual([member]);

  await pulumi("up", ...quietFlags, "--expect-no-changes");
  await pulumi("refresh", ...quietFlags, "--expect-no-changes");

  // Somebody makes it more than a reader: refresh shows it, up takes it back.
  const token = await site.logIn();
  const config = { fullname: "metrics-reader", role: "admin" };
  expect((await site.request("PATCH", "/v1/user/metrics-reader", { token, body: { config } })).status).toBe(200);
  await pulumi("refresh", ...quietFlags);
  expect((await stored("metrics-reader"))?.outputs).toMatchObject({ role: "admin", status: "ready" });
  await pulumi("up", ...quietFlags);
  expect(site.users.get("metrics-reader")).toMatchObject({ role: "reader" });

  await setSecret("readerPassword", second);
  await pulumi("up", ...quietFlags, "--diff");
  expect(await scrapedBy("metrics-reader", second)).not.toContain(false);
  await pulumi("up", ...quietFlags, "--expect-no-changes");

  // Another name: the new user is there before the previous one goes.
  await project.pulumi.run(["config", "set", "readerName", "metrics-2"]);
  await pulumi("up", ...quietFlags);
  expect([...site.users.keys()]).toEqual(expect.arrayContaining(["metrics-2", "fedjoin"]));
  expect(site.users.has("metrics-reader")).toBe(false);
  const orderOf = (method: string, path: string): number =>
    site.requests.findLastIndex((entry) => entry.method === method && entry.path === path);
  expect(orderOf("POST", "/v1/user")).toBeLessThan(orderOf("DELETE", "/v1/user/metrics-reader"));

  said.push(await pulumi("stack", "export"));
  const secrets = new Map(Object.entries({ admin, first, second, joiner }));
  expect(await findLeaks(project.backendDir, secrets)).toEqual([]);
  for (const secret of secrets.values()) {
    for (const disguise of encodingsOf(secret)) expect(said.join("\n")).not.toContain(disguise);
  }
  expect((await stored("metrics-2"))?.outputs).toMatchObject({
    controller: { credentials: { passwordFrom: { env: "NEUVECTOR_ADMIN_PASSWORD" } } },
  });

  await pulumi("destroy", ...quietFlags);
  expect([...site.users.keys()]).toEqual(["admin"]);
});
