import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { z } from "zod";
import { checkPreview } from "../../stacks/src/policy/checkPreview";
import {
  type ControlPlane,
  createProject,
  encodingsOf,
  kubeconfigOf,
  type Project,
  pulumiCli,
  type PulumiCli,
  repositoryRoot,
  runCommand,
  startControlPlane,
} from "@fedjoin/testbed";
import { createTestCa } from "@fedjoin/simulator";

const folder = "stacks/config";
/** The contexts that the worked environments name; here they are all one cluster. */
const stores = ["u2204a", "2207", "u2210c", "s1", "s2", "n1001", "n1002", "2203", "s2204"];
const summary = z.object({
  steps: z.array(z.object({ newState: z.object({ type: z.string() }) })),
});

let dir: string;
let controlPlane: ControlPlane;
let project: Project;
let pulumi: PulumiCli;

beforeAll(async () => {
  const say = () => undefined;
  const tools = inject("tools");
  dir = await mkdtemp(join(tmpdir(), "fedjoin-policy-"));
  controlPlane = await startControlPlane({ tools, dir: join(dir, "control-plane"), say });
  const { client } = controlPlane;
  await client.post("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "neuvector" } });
  // Staging looks whether its stores join by themselves.
  await client.post("/api/v1/namespaces/neuvector/configmaps", {
    ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "neuvector-init" } },
    data: { "sysinitcfg.yaml": "Cluster_Name: store" },
  });
  project = await createProject(tools, dir, "policy");
  const kubeconfig = join(dir, "kubeconfig");
  await writeFile(kubeconfig, kubeconfigOf(Object.fromEntries(stores.map((id) => [`store-${id}`, controlPlane]))));
  pulumi = pulumiCli(tools, project.dir, { ...project.env, KUBECONFIG: kubeconfig });
  await cp(join(repositoryRoot, folder), join(project.dir, folder), { recursive: true });
});

afterAll(async () => {
  await controlPlane.stop();
  await rm(dir, { recursive: true });
});

/** A stack of a worked environment as its file says to make one: each command sets a secret, each CA is put in its place. */
async function createStack(name: string): Promise<ReadonlyMap<string, string>> {
  await pulumi.run(["stack", "init", name]);
  const file = join(project.dir, `Pulumi.${name}.yaml`);
  const salt = await readFile(file, "utf8");
  const source = await readFile(join(repositoryRoot, folder, `Pulumi.${name}.yaml`), "utf8");
  const { certificate } = await createTestCa();
  const ca = JSON.stringify(certificate);
  await writeFile(file, `${source.replaceAll(/"-----BEGIN CERTIFICATE-----[^"]*"/g, () => ca)}\n${salt}`);
  const paths = [...source.matchAll(/--secret --path '([^']+)'/g)].map(([, path = ""]) => path);
  const secrets = new Map(paths.map((path, index) => [path, `https://canary.example.com/Canary-${name}-${index}-q7`]));
  for (const [path, secret] of secrets) {
    await pulumi.run(["config", "set", "--secret", "--path", path, "--stack", name], { input: secret });
  }
  return secrets;
}

const preview = (stack: string) => pulumi.run(["preview", "--json", "--non-interactive", "--stack", stack]);

describe("the policy, over a preview of the worked environments against a real API server", () => {
  test.each([
    ["dev", 3, 2, 3, 3],
    ["staging", 0, 0, 3, 0],
    ["prod", 0, 4, 4, 0],
  ])(
    "R15: %s breaks no rule, and shows none of its %i secrets in any disguise",
    async (stack, kept, joins, pods, own) => {
      const secrets = await createStack(stack);
      expect(secrets.size).toBe(kept);
      const { stdout, stderr } = await preview(stack);
      const verdict = checkPreview(stdout, { secrets: [...secrets.values()] });
      expect(verdict?.violations).toEqual([]);
      for (const secret of secrets.values()) {
        for (const disguise of encodingsOf(secret)) expect(stdout + stderr).not.toContain(disguise);
      }
      const types = summary.parse(JSON.parse(stdout)).steps.map(({ newState }) => newState.type);
      const count = (end: string) => types.filter((type) => type.endsWith(end)).length;
      expect([count(":FedJoin"), count(":Deployment"), count(":Secret")]).toEqual([joins, pods, own]);
    },
  );

  test("R15: the command says which rule a stack breaks, and where, but not the secret", async () => {
    const path = "fedjoin:defaults.controller.credentials.password";
    await pulumi.run(["config", "set", "--plaintext", "--path", path, "Canary-plain-1f", "--stack", "dev"]);
    const main = join(repositoryRoot, "stacks/dist/policy/main.js");
    const { stdout: input } = await preview("dev");
    expect(input).toContain("Canary-plain-1f");
    expect(await runCommand(process.execPath, [main], { input })).toEqual({
      code: 1,
      stdout: expect.stringMatching(/^24 resources, 15 of them Kubernetes objects: rules broken: 1\n$/) as unknown,
      stderr: "configuration fedjoin:defaults: defaults.controller.credentials.password is not encrypted\n",
    });
  });

  test("the command fails for a preview that failed, and for what is none", async () => {
    await pulumi.run(["config", "set", "--path", "fedjoin:master.rest.port", "0", "--stack", "dev"]);
    const main = join(repositoryRoot, "stacks/dist/policy/main.js");
    const { stdout: input } = await pulumi.tryRun(["preview", "--json", "--non-interactive", "--stack", "dev"]);
    const failed = await runCommand(process.execPath, [main], { input });
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining("rules broken") as unknown });
    expect(failed.stderr).toContain("master.rest.port: expected a port number, 1 to 65535");
    expect(failed.stderr).not.toContain("Canary");
    expect(await runCommand(process.execPath, [main, "--file", join(dir, "kubeconfig")])).toEqual({
      code: 2,
      stdout: "",
      stderr: `${join(dir, "kubeconfig")} is not what \`pulumi preview --json\` writes\n`,
    });
    expect(await runCommand(process.execPath, [main, "--file", join(dir, "absent")])).toMatchObject({
      code: 2,
      stderr: `${join(dir, "absent")} cannot be read (ENOENT)\n`,
    });
    expect(await runCommand(process.execPath, [main, "dev"])).toMatchObject({ code: 2, stdout: "" });
  });
});
