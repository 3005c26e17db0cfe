import { createTemplateProject, type Project, quickRetry } from "@fedjoin/testbed";
import { beforeAll, expect, inject, test } from "vitest";
import { federationOfFile, folderOfFile, ofFile, password, up } from "../support/deployments";
import { pageSection } from "../support/docsBlock";
import { at, requestsOf } from "../support/federation";
import { startShell } from "../support/shellSession";

const section = pageSection("docs/how-to/operations.md", "Rotate credentials");
const rows = new Map(
  [...section.matchAll(/^\| +([^|]*?) +\| +([^|]*?) +\|$/gm)]
    .slice(2)
    .map(([, credential = "", steps = ""]) => [credential, steps]),
);

const [oldKey, newKey] = ["old:Canary-old-key-1", "new:Canary-new-key-2"];
const fedAdminKey = (text: string) => {
  const [name = "", secret = ""] = text.split(":");
  return { name, secret, role: "fedAdmin" } as const;
};

const federation = federationOfFile({ sites: 2, masterOptions: { apiKeys: [fedAdminKey(oldKey)] } });
const folder = folderOfFile();
const project: Project = ofFile(
  async () => {
    const variables = { PULUMI_SKIP_CONFIRMATIONS: "true", SITE_PASSWORD: password };
    const template = await createTemplateProject(inject("tools"), folder.path, { passphrase: "test", variables });
    return template.addStack("prod", "test");
  },
  () => Promise.resolve(),
);

/** The password of the first site is in the state, that of the second in a variable. */
beforeAll(async () => {
  const { master, sites } = federation;
  const members = sites.map(({ rest, admin: { username }, fingerprint256: fingerprint }, index) => ({
    storeId: `site${index}`,
    controller: {
      ...rest,
      tls: { fingerprint },
      credentials: { username, ...(index === 1 && { passwordFrom: { env: "SITE_PASSWORD" } }) },
    },
    jointRest: rest,
  }));
  const config = {
    "fedjoin:master": { rest: master.rest, tls: { fingerprint: master.fingerprint256 } },
    "fedjoin:defaults": { exporter: { enabled: false }, retry: quickRetry, timeoutSeconds: 60 },
    "fedjoin:members": members,
  };
  const secrets = new Map([
    ["fedjoin:master.credentials.apiKey", oldKey],
    ["fedjoin:master.joinToken", master.joinToken(60)],
    ["fedjoin:members[0].controller.credentials.password", password],
  ]);
  await project.configure({ plain: { config }, secrets });
  await up(project);
});

/** A shell in the project, as its user has it. */
async function shellOfUser(variables: Readonly<Record<string, string>> = {}) {
  const shell = startShell(folder.path, { ...project.env, ...variables });
  await shell.run(`cd '${project.dir}'`);
  return shell;
}

/** Runs the commands of a row that store a secret of the configuration; returns what `up` prints. */
async function store(credential: string, path: string, secret: string): Promise<string> {
  const spans = [...(rows.get(credential) ?? "").matchAll(/`(pulumi [^`]+)`/g)].map(([, span = ""]) => span);
  const commands = spans.length > 0 ? spans : ["pulumi config set --secret --path …", "pulumi up"];
  const shell = await shellOfUser();
  return shell.run(commands.join("\n").replace("…", `'${path}'`), secret);
}

function setPassword(index: number, next: string): void {
  const admin = at(federation.sites, index).users.get("admin") ?? expect.fail("the site has no admin");
  admin.password = next;
}

const loginsAt = (index: number): number => requestsOf(at(federation.sites, index), "POST", "/v1/auth").length;

test("every row of the page is run, here or by another test", () => {
  expect([...rows.keys()]).toEqual([
    "password of a site or master in the state",
    "the same by reference (`passwordFrom`)",
    "the exporter's reader", // accounts.test.ts
    "the exporter's password file", // test/integration/exporter/reload.test.ts
    "API key",
    "join token, fixed token",
    "passphrase or key of the stack", // runbooks.test.ts
  ]);
});

// One story: each test goes on where the one before ended.
test("a password in the state is used by refresh until up has proven the new one by one login", async () => {
  setPassword(0, "Aa1-changed");
  const shell = await shellOfUser();
  const refused = await shell.run("pulumi refresh --target '**::site0' 2>&1 || true");
  expect(refused).toContain("use the password in the state, not the one in the program");
  const before = loginsAt(0);
  const path = "fedjoin:members[0].controller.credentials.password";
  expect(await store("password of a site or master in the state", path, "Aa1-changed")).toMatch(/ 1 updated/);
  expect(loginsAt(0) - before).toBe(1);
});

test("a password by reference needs no up", async () => {
  setPassword(1, "Aa1-referenced");
  const shell = await shellOfUser({ SITE_PASSWORD: "Aa1-referenced" });
  await shell.run("pulumi refresh --target '**::site1' --expect-no-changes");
});

test("a second API key replaces the first", async () => {
  const { master } = federation;
  master.apiKeys.set("new", { ...fedAdminKey(newKey), description: "", createdMs: 0 });
  expect(await store("API key", "fedjoin:master.credentials.apiKey", newKey)).toMatch(/ 2 updated/);
  master.apiKeys.delete("old");
  const shell = await shellOfUser({ SITE_PASSWORD: "Aa1-referenced" });
  await shell.run("pulumi refresh --expect-no-changes");
});

test("a new join token changes no membership", async () => {
  const { master, sites } = federation;
  const shown = await store("join token, fixed token", "fedjoin:master.joinToken", master.joinToken(60));
  expect(shown).toMatch(/ 3 unchanged/);
  expect(sites.map((site) => requestsOf(site, "POST", "/v1/fed/join").length)).toEqual([1, 1]);
  expect(sites.map((site) => requestsOf(site, "POST", "/v1/fed/leave").length)).toEqual([0, 0]);
});
