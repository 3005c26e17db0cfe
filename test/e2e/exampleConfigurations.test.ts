import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { checkPreview } from "../../stacks/src/policy/checkPreview";
import { encodingsOf, kubeconfigOf, repositoryRoot, type StackConfig, storedObjects } from "@fedjoin/testbed";
import { caCertificate } from "../support/caCertificate";
import { expectNoChanges, ownTestbedOfFile, up } from "../support/deployments";

const folder = join(repositoryRoot, "stacks/config");
/** The contexts that the examples name, and one for each member; here they are all one cluster. */
const contexts = ["u2204a", "2207", "u2210c", "s1", "s2", "tools", "n1001", "n1002", "2203", "s2204"];

const mapping = z.looseObject({});
const written = z.object({
  config: z.looseObject({
    "fedjoin:defaults": mapping,
    "fedjoin:members": z.array(z.looseObject({ storeId: z.string() })).optional(),
  }),
});
const summary = z.object({ steps: z.array(z.object({ newState: z.object({ type: z.string() }) })) });

const testbed = ownTestbedOfFile({ federation: { sites: 1 } });

/** An example as its file says to make it: each command sets a secret, each CA is put in its place. */
function exampleOf(name: string): StackConfig {
  const source = readFileSync(join(folder, `Pulumi.${name}.yaml`), "utf8")
    .replaceAll(/"-----BEGIN CERTIFICATE-----[^"]*"/g, () => JSON.stringify(caCertificate))
    .replace("stacks/config/stores", join(folder, "stores"));
  const paths = [...source.matchAll(/--secret --path '([^']+)'/g)].map(([, path = ""]) => path);
  const secrets = paths.map((path, index) => [path, `https://canary.example.com/Canary-${name}-${index}-q7`] as const);
  return { plain: written.parse(parse(source)), secrets: new Map(secrets) };
}

/** The example with exporters alone: nobody is at its addresses. */
function exportersOf({ plain, secrets }: StackConfig): StackConfig {
  const { config } = written.parse(plain);
  const inherited = config["fedjoin:defaults"];
  const members = config["fedjoin:members"]?.map((member) => {
    const joinedBy = member["joinedBy"] ?? inherited["joinedBy"] ?? "none";
    return { ...member, joinedBy, kubernetes: { context: `store-${member.storeId}` } };
  });
  const owned = members === undefined ? { joinedBy: "none" } : {};
  const defaults = { ...inherited, kubernetes: { timeoutSeconds: 60 }, ...owned };
  const changed = { ...config, "fedjoin:defaults": defaults, ...(members && { "fedjoin:members": members }) };
  return { plain: { config: changed }, secrets };
}

beforeAll(async () => {
  const kube = join(testbed.project.env["HOME"] ?? "", ".kube");
  await mkdir(kube, { recursive: true });
  const access = Object.fromEntries(contexts.map((storeId) => [`store-${storeId}`, testbed.controlPlane]));
  await writeFile(join(kube, "config"), kubeconfigOf(access));
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

describe("an example configuration, on a real API server", () => {
  test.each([
    { name: "dev", kept: 3, joins: 2, exporters: 3, secrets: 3 },
    { name: "staging", kept: 0, joins: 0, exporters: 3, secrets: 0 },
    { name: "prod", kept: 0, joins: 4, exporters: 4, secrets: 0 },
  ])("R15: $name breaks no rule of the policy, shows no secret in any disguise, and deploys", async (row) => {
    const stack = await testbed.project.addStack(row.name, "test");
    const example = exampleOf(row.name);
    expect(example.secrets.size).toBe(row.kept);
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
    await stack.pulumi.run(["destroy", "--yes", "--skip-preview", "--non-interactive"]);
  });

  test("a preview that fails breaks the policy, which says why", async () => {
    await testbed.project.configure({
      plain: { config: { "fedjoin:master": { rest: { port: 0 } } } },
      secrets: new Map(),
    });
    const { stdout } = await testbed.project.pulumi.tryRun(["preview", "--json", "--non-interactive"]);
    const violations = checkPreview(stdout)?.violations ?? [];
    expect(violations.join("\n")).toContain("master.rest.port: expected a port number, 1 to 65535");
  });
});
