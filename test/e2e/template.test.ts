import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { checkPreview } from "../../stacks/src/policy/checkPreview";
import {
  createTemplateProject,
  encodingsOf,
  exporterImage,
  findLeaks,
  kubeconfigOf,
  type Project,
  quickRetry,
  repositoryRoot,
  runCommand,
  scrape,
  type StackConfig,
  storedObjects,
} from "@fedjoin/testbed";
import { caCertificate } from "../support/caCertificate";
import {
  destroy,
  expectNoChanges,
  folderOfFile,
  ofFile,
  ownTestbedOfFile,
  password,
  podUrl,
  refused,
  refusedUp,
  up,
} from "../support/deployments";
import { at, joinedStoreIds } from "../support/federation";

/** The clusters of the environments; here they are all one. */
const clusters = ["u2204a", "2207", "s1", "s2", "tools", "n1001", "n1002", "2203", "s2204"];
const passwordPath = "fedjoin:defaults.controller.credentials.password";

const mapping = z.looseObject({});
const member = z.looseObject({ storeId: z.string(), controller: mapping.default({}) });
const written = z.object({
  config: z.looseObject({
    "fedjoin:master": mapping,
    "fedjoin:defaults": z.looseObject({ controller: mapping, exporter: mapping }),
    "fedjoin:members": z.array(member).optional(),
  }),
});
const summary = z.object({ steps: z.array(z.object({ newState: z.object({ type: z.string() }) })) });

const testbed = ownTestbedOfFile({ federation: { sites: 2, selfSigned: false } });
const folder = folderOfFile();
const project: Project = ofFile(
  () =>
    createTemplateProject(inject("tools"), folder.path, {
      passphrase: "test",
      variables: {
        FEDJOIN_MASTER_PASSWORD: password,
        FEDJOIN_SITE_PASSWORD: password,
        KUBECONFIG: join(folder.path, "kubeconfig"),
      },
    }),
  () => Promise.resolve(),
);

/** The text of an environment, with a CA where it leaves one out. */
const sourceOf = (name: string): string =>
  readFileSync(join(repositoryRoot, `examples/template/Pulumi.${name}.yaml`), "utf8").replaceAll(
    /"-----BEGIN CERTIFICATE-----[^"]*"/g,
    () => JSON.stringify(caCertificate),
  );

/** An environment as the template has it, with the secrets that its comment says to set. */
function environment(name: string): StackConfig {
  const source = sourceOf(name);
  const paths = [...source.matchAll(/--secret --path '([^']+)'/g)].map(([, path = ""]) => path);
  const secrets = paths.map((path, index) => [path, `Canary-${name}-${index}-q7`] as const);
  return { plain: written.parse(parse(source)), secrets: new Map(secrets) };
}

/** The environment with exporters alone: nobody is at its addresses. */
function exportersOf({ plain, secrets }: StackConfig): StackConfig {
  const { config } = written.parse(plain);
  const inherited = config["fedjoin:defaults"];
  const members = config["fedjoin:members"]?.map((each) => ({
    ...each,
    kubernetes: { context: `store-${each.storeId}` },
  }));
  const defaults = { ...inherited, kubernetes: { timeoutSeconds: 60 }, joinedBy: inherited["joinedBy"] ?? "none" };
  const changed = { ...config, "fedjoin:defaults": defaults, ...(members && { "fedjoin:members": members }) };
  return { plain: { config: changed }, secrets };
}

/** What an environment says of the master, with the simulated one in its place. */
function simulatedMaster(declared: object): object {
  const { rest, federation, admin, fingerprint256: fingerprint } = testbed.federation.master;
  const credentials = { username: admin.username, passwordFrom: { env: "FEDJOIN_MASTER_PASSWORD" } };
  expect(Object.keys(declared).toSorted()).toEqual(["credentials", "federation", "rest", "tls"]);
  return { rest, federation, credentials, tls: { fingerprint } };
}

/** The environment dev with the simulated controllers in it, as a user edits it. */
function edited(): object {
  const { config } = written.parse(parse(sourceOf("dev")));
  const { controller, exporter } = config["fedjoin:defaults"];
  const members = config["fedjoin:members"]?.map((each, index) => {
    const { rest, fingerprint256: fingerprint } = at(testbed.federation.sites, index);
    return { ...each, controller: { ...each.controller, ...rest, tls: { fingerprint } }, jointRest: rest };
  });
  const defaults = {
    controller: { ...controller, service: undefined },
    exporter: { ...exporter, image: exporterImage },
    kubernetes: { timeoutSeconds: 60 },
    retry: quickRetry,
  };
  const master = simulatedMaster(config["fedjoin:master"]);
  return { config: { "fedjoin:master": master, "fedjoin:defaults": defaults, "fedjoin:members": members } };
}

const members = () => joinedStoreIds(testbed.federation.master);

/** A command line in the folder of the project; nothing that it prints is a secret. */
async function shell(command: string) {
  const result = await runCommand("bash", ["-c", command], { cwd: project.dir, env: project.env });
  expect(result.stdout + result.stderr).not.toContain(password);
  return result;
}

beforeAll(async () => {
  const access = Object.fromEntries(clusters.map((storeId) => [`store-${storeId}`, testbed.controlPlane]));
  await writeFile(join(folder.path, "kubeconfig"), kubeconfigOf(access), { mode: 0o600 });
  await mkdir(join(folder.path, "rendered"));
  const own = "/api/v1/namespaces/neuvector";
  for (const [path, kind, name] of [
    ["/api/v1/namespaces", "Namespace", "neuvector"],
    [`${own}/configmaps`, "ConfigMap", "neuvector-init"],
    [`${own}/secrets`, "Secret", "neuvector-exporter"],
    [`${own}/secrets`, "Secret", "neuvector-reader"],
  ] as const) {
    await testbed.controlPlane.client.post(path, { apiVersion: "v1", kind, metadata: { name } });
  }
});

describe("an environment of the template, on a real API server", () => {
  test.each([
    { name: "dev", kept: 1, joins: 2, exporters: 2, secrets: 2 },
    { name: "staging", kept: 0, joins: 0, exporters: 3, secrets: 0 },
    { name: "prod", kept: 0, joins: 4, exporters: 4, secrets: 0 },
  ])("R15: $name breaks no rule of the policy, shows no secret in any disguise, and deploys", async (row) => {
    const example = environment(row.name);
    const stack = row.name === "dev" ? project : await project.addStack(row.name, "test");
    expect(example.secrets.size).toBe(row.kept);
    if (row.kept > 0)
      expect(await refusedUp(stack)).toContain("members[0].controller.credentials.password: is required");
    await stack.configure(example);
    const { stdout, stderr } = await stack.pulumi.run(["preview", "--json", "--non-interactive"]);
    const secrets = [...example.secrets.values()];
    expect(checkPreview(stdout, { secrets })?.violations).toEqual([]);
    for (const disguise of secrets.flatMap(encodingsOf)) expect(stdout + stderr).not.toContain(disguise);
    const types = summary.parse(JSON.parse(stdout)).steps.map(({ newState }) => newState.type);
    const count = (end: string) => types.filter((type) => type.endsWith(end)).length;
    expect([count(":FedJoin"), count(":Deployment"), count(":Secret")]).toEqual([
      row.joins,
      row.exporters,
      row.secrets,
    ]);

    await stack.configure(exportersOf(example));
    await up(stack);
    await expectNoChanges(stack);
    const kinds = (await storedObjects(stack.backendDir, row.name)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "Deployment")).toHaveLength(row.exporters);
    expect(kinds.filter((kind) => kind === "Secret")).toHaveLength(row.secrets);
    await destroy(stack);
  });
});

describe("a project from the template", () => {
  test("D5: joins the sites of dev and deploys their exporters by the commands of its page, changes nothing again, and is destroyed", async () => {
    const { pulumi } = project;
    expect(await shell("pulumi stack select dev")).toMatchObject({ code: 0 });
    await project.configure({ plain: edited(), secrets: new Map([[passwordPath, password]]) });
    expect(await shell("npx fedjoin-joins --stack dev | npx fedjoin doctor --file -")).toMatchObject({ code: 0 });
    expect(await shell("./pipeline.sh up dev")).toMatchObject({ code: 0 });
    expect(members()).toEqual(["2207", "u2204a"]);
    for (const pod of testbed.pods.pods()) expect(await scrape(podUrl(pod))).toContain("nv_up 1");
    expect(testbed.pods.pods()).toHaveLength(2);
    expect(await shell("./pipeline.sh drift dev")).toMatchObject({ code: 0 });
    expect(await findLeaks(project.backendDir, new Map([["password", password]]))).toEqual([]);
    await pulumi.run(["up", "--yes", "--skip-preview", "--non-interactive", "--expect-no-changes"]);
    await destroy(project);
    expect(members()).toEqual([]);
  });

  test("keeps a membership of prod until its protection is removed, as its page says", async () => {
    const { config } = written.parse(parse(sourceOf("prod")));
    const { rest, admin, fingerprint256: fingerprint } = at(testbed.federation.sites, 0);
    const { controller, ...defaults } = config["fedjoin:defaults"];
    const credentials = { ...mapping.parse(controller["credentials"]), username: admin.username };
    const changed = {
      ...{ ...config, "fedjoin:master": simulatedMaster(config["fedjoin:master"]) },
      "fedjoin:defaults": {
        ...defaults,
        controller: { credentials, tls: { fingerprint } },
        exporter: { enabled: false },
      },
    };
    const stack = await project.addStack("prod-1", "test");
    await stack.configure({ plain: { config: changed }, secrets: new Map() });
    const list = (protect: string) =>
      writeFile(
        join(project.dir, "stores.csv"),
        `storeId,protect,kubernetes.context,controller.server,controller.port,jointRest.server,jointRest.port
n1001,${protect},store-n1001,${rest.server},${rest.port},${rest.server},${rest.port}
`,
      );
    await list("");
    await up(stack);
    expect(members()).toEqual(["n1001"]);
    expect(await refused(stack, "destroy", "--yes", "--skip-preview", "--non-interactive")).toContain("protect");
    expect(members()).toEqual(["n1001"]);
    await list("false");
    await up(stack);
    await destroy(stack);
    expect(members()).toEqual([]);
  });
});
