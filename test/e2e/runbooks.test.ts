import { fingerprint256, selfSignedCertificate } from "@fedjoin/simulator";
import { createTemplateProject, fedJoinInputs, type Project, quickRetry, type StackConfig } from "@fedjoin/testbed";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, inject, test } from "vitest";
import { federationOfFile, folderOfFile, ofFile, password, up } from "../support/deployments";
import { pageBlocks, pageSection } from "../support/docsBlock";
import { at, memberNames, newLifecycle, requestsOf } from "../support/federation";
import { startShell } from "../support/shellSession";

const [oldKey, newKey, newPassword] = ["old:Canary-old-key-1", "new:Canary-new-key-2", "Aa1-changed"];
const fedAdminKey = (text: string) => {
  const [name = "", secret = ""] = text.split(":");
  return { name, secret, role: "fedAdmin" } as const;
};

const federation = federationOfFile({ sites: 3, masterOptions: { apiKeys: [oldKey, newKey].map(fedAdminKey) } });
const folder = folderOfFile();
const project: Project = ofFile(
  async () => {
    const template = await createTemplateProject(inject("tools"), folder.path, { passphrase: "test" });
    return template.addStack("prod", "test");
  },
  () => Promise.resolve(),
);

/** Two sites, and what the pages rotate as secrets of the stack. The first site's certificate is one of `pinned`. */
function declared(...pinned: readonly string[]): StackConfig {
  const { master, sites } = federation;
  const members = sites.slice(0, 2).map(({ rest, admin, fingerprint256: own }, index) => ({
    storeId: `site${index}`,
    controller: {
      ...rest,
      tls: { fingerprint: index === 0 ? pinned : own },
      credentials: { username: admin.username },
    },
    jointRest: rest,
  }));
  const config = {
    "fedjoin:master": { rest: master.rest, tls: { fingerprint: master.fingerprint256 } },
    "fedjoin:defaults": { exporter: { enabled: false }, retry: quickRetry, timeoutSeconds: 60 },
    "fedjoin:members": members,
  };
  const secrets = new Map([["fedjoin:master.credentials.apiKey", oldKey]]);
  for (const index of members.keys())
    secrets.set(`fedjoin:members[${index}].controller.credentials.password`, password);
  return { plain: { config }, secrets };
}

async function deploy(...pinned: readonly string[]): Promise<void> {
  await project.configure(declared(...pinned));
  await up(project);
}

/** A shell in the project, as its user has it. */
async function shellOfUser() {
  const variables = { PULUMI_SKIP_CONFIRMATIONS: "true", NEUVECTOR_MASTER_APIKEY: newKey };
  const shell = startShell(folder.path, { ...project.env, ...variables });
  await shell.run(`cd '${project.dir}'`);
  return shell;
}

/** Lines of commands that end with 2, as they do if they have found something. */
const withFindings = (lines: string): string => lines.replaceAll(/^(npx .*?)( +#.*)?$/gm, "$1 || [ $? = 2 ]");

beforeAll(() => deploy(at(federation.sites, 0).fingerprint256));

// One story: each test goes on where the one before ended.
test("a certificate rotates by the steps of docs/how-to/operations.md, and the site stays a member", async () => {
  const spans = [...pageSection("docs/how-to/operations.md", "Rotate certificates").matchAll(/`([^`\n]+)`/g)];
  const span = (begin: string) => spans.find(([, text = ""]) => text.startsWith(begin))?.[1] ?? expect.fail(begin);
  const site = at(federation.sites, 0);
  const shell = await shellOfUser();

  const next = await selfSignedCertificate();
  await writeFile(join(project.dir, "new.pem"), next.certificate);
  const computed = (await shell.run(span("openssl x509 -in new.pem"))).trim().replace(/^.*=/, "");
  expect(computed.replaceAll(":", "")).toBe(fingerprint256(next.certificate).replaceAll(":", ""));
  await deploy(site.fingerprint256, computed);
  await site.installCertificate(next);
  expect(await shell.run(withFindings(span("npx fedjoin doctor")))).toContain(span("pinned, "));
  await deploy(computed);

  expect(site.membership).toBeDefined();
  expect(requestsOf(site, "POST", "/v1/fed/join")).toHaveLength(1);
  expect(requestsOf(site, "POST", "/v1/fed/leave")).toHaveLength(0);
});

test("every command of docs/how-to/stolen.md does what the page says", async () => {
  const blocksOf = (heading: string) => pageBlocks("docs/how-to/stolen.md", heading).map(({ text }) => text);
  const { master, sites } = federation;
  const shell = await shellOfUser();

  await newLifecycle().create(fedJoinInputs(master, at(sites, 2), "stranger"));
  const [evidence = ""] = blocksOf("After a theft: what to do now");
  await shell.run(withFindings(evidence));
  expect(await shell.run("jq -r '.events[].member' audit.json; jq -r '.undeclared[].name' members.json")).toMatch(
    /^(?=[^]*^site0-)(?=[^]*^stranger-\w{6}\n[^]*^stranger-\w{6}$)/m,
  );

  const [token = ""] = blocksOf("A join token");
  const shown = await shell.run(withFindings(token));
  expect(shown).toMatch(/undeclared +stranger-\w{6}/);
  expect(shown).toMatch(/ Join .*stranger-\w{6}/);
  for (const name of memberNames(master).filter((each) => each.startsWith("stranger"))) await master.kick(name);

  const admin = at(sites, 0).users.get("admin") ?? expect.fail("the site has no admin");
  admin.password = newPassword;
  const [store = ""] = blocksOf("A site password");
  expect(await shell.run(store, newPassword)).toMatch(/FedJoin +site0 +updated/);

  const [audit = "", byReference = ""] = blocksOf("The master's API key or password");
  expect(await shell.run(audit)).toMatch(/ Kick .*stranger-\w{6}/);
  master.apiKeys.delete("old");
  expect(await shell.run(byReference)).toMatch(/ 2 updated/);

  const [compare = "", changeKey = ""] = blocksOf("The state with its passphrase");
  await shell.run("pulumi stack export --stack prod --file backup.json");
  expect(await shell.run(compare)).toBe("");
  expect(pageSection("docs/how-to/stolen.md", "The state with its passphrase")).toContain(
    `\`${(await shell.run("jq -r '.deployment.resources[].inputs.__provider // empty' now.json | sort -u")).trim()}\``,
  );
  await shell.run(changeKey, "changed\nchanged\n");
  await shell.run("export PULUMI_CONFIG_PASSPHRASE=changed");

  const [preview = ""] = blocksOf("A CI runner");
  expect(await shell.run(preview)).toContain("0 members would leave");
});
