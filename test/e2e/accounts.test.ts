import { createSession } from "@fedjoin/provider/internal/neuvector";
import { createSystemPorts, systemClock } from "@fedjoin/provider/internal/system";
import { Secret } from "@fedjoin/provider/internal/values";
import { expect, inject, test } from "vitest";
import {
  createExampleProject,
  encodingsOf,
  fedJoinInputs,
  findLeaks,
  installForExamples,
  quietFlags,
  storedResources,
} from "@fedjoin/testbed";
import { federationOfFile, folderOfFile, ofFile } from "../support/deployments";
import { scraperOf } from "../support/scraper";
import { memberNames, newLifecycle, at } from "../support/federation";

/** They hold what breaks careless quoting. */
const admin = `Aa1"\\/+&% admin`;
const first = `Aa1"\\/+&% first`;
const second = `Aa1"\\/+&% second`;
const joiner = `Aa1"\\/+&% joiner`;

const federation = federationOfFile({ selfSigned: false, password: admin });
const folder = folderOfFile();
const project = ofFile(createProject, () => Promise.resolve());
const said: string[] = [];

async function createProject() {
  const { rest, fingerprint256: fingerprint } = at(federation.sites, 0);
  await installForExamples(folder.path);
  return createExampleProject(inject("tools"), folder.path, "accounts", {
    stack: "dev",
    config: { site: { rest, tls: { fingerprint } } },
    secrets: { readerPassword: first, joinerPassword: joiner },
    variables: { FEDJOIN_ADMIN_PASSWORD: admin },
  });
}

async function pulumi(...args: string[]): Promise<string> {
  const { stdout, stderr } = await project.pulumi.run(args);
  said.push(stdout, stderr);
  return stdout;
}

/** Whether each collector succeeds in one scrape by this account. */
async function scrapedBy(username: string, password: string): Promise<readonly boolean[]> {
  const { rest, fingerprint256: fingerprint } = at(federation.sites, 0);
  const target = { protocol: "https", ...rest, tls: { fingerprint } } as const;
  const ports = createSystemPorts(() => undefined);
  const session = createSession(ports, target, { kind: "user", username, password: new Secret(password) });
  try {
    return (await scraperOf(session, systemClock).scrape(30_000).all).map(({ error }) => error === undefined);
  } finally {
    await session.close();
  }
}

/** A join of the site with this account there. */
async function joinAs(credentials: object): Promise<string> {
  const inputs = fedJoinInputs(federation.master, at(federation.sites, 0), "u2204a");
  const { id } = await newLifecycle().create({ ...inputs, controller: { ...inputs.controller, credentials } });
  return id;
}

test("R15: the example accounts makes a reader that scrapes and cannot join, and an account that joins", async () => {
  const site = at(federation.sites, 0);
  await pulumi("up", ...quietFlags, "--diff");
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

  await pulumi("up", ...quietFlags, "--refresh", "--expect-no-changes");

  // Somebody makes it more than a reader: up --refresh takes it back.
  const token = await site.logIn();
  const config = { fullname: "metrics-reader", role: "admin" };
  expect((await site.request("PATCH", "/v1/user/metrics-reader", { token, body: { config } })).status).toBe(200);
  await pulumi("up", ...quietFlags, "--refresh");
  expect(site.users.get("metrics-reader")).toMatchObject({ role: "reader" });

  await pulumi("config", "set-all", "--secret", `readerPassword=${second}`);
  await pulumi("up", ...quietFlags, "--diff");
  expect(await scrapedBy("metrics-reader", second)).not.toContain(false);

  // Another name: the new user is there before the previous one goes.
  await pulumi("config", "set", "readerName", "metrics-2");
  await pulumi("up", ...quietFlags);
  expect([...site.users.keys()].toSorted()).toEqual(["admin", "fedjoin", "metrics-2"]);
  const orderOf = (method: string, path: string): number =>
    site.requests.findLastIndex((entry) => entry.method === method && entry.path === path);
  expect(orderOf("POST", "/v1/user")).toBeLessThan(orderOf("DELETE", "/v1/user/metrics-reader"));

  const secrets = new Map(Object.entries({ admin, first, second, joiner }));
  expect(await findLeaks(project.backendDir, secrets)).toEqual([]);
  for (const disguise of [...secrets.values()].flatMap(encodingsOf)) expect(said.join("\n")).not.toContain(disguise);
  const stored = await storedResources(project.backendDir, "accounts", "dev");
  expect(stored.find(({ id }) => id === "metrics-2")?.outputs).toMatchObject({
    controller: { credentials: { passwordFrom: { env: "FEDJOIN_ADMIN_PASSWORD" } } },
  });

  await pulumi("destroy", ...quietFlags);
  expect([...site.users.keys()]).toEqual(["admin"]);
});
