import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { stringify } from "yaml";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { z } from "zod";

import {
  type ControlPlane,
  KubeError,
  pulumiCli,
  type PulumiCli,
  pulumiEnvironment,
  repositoryRoot,
  connectControlPlane,
  type Tools,
  waitFor,
} from "@fedjoin/testbed";

const objects = `
const pulumi = require("@pulumi/pulumi");
const k8s = require("@pulumi/kubernetes");
const config = new pulumi.Config();
const provider = new k8s.Provider("cluster", { kubeconfig: config.requireSecret("kubeconfig") });
const namespace = new k8s.core.v1.Namespace("space", { metadata: { name: "made-by-pulumi" } }, { provider });
new k8s.core.v1.ConfigMap("settings", {
  metadata: { name: "settings", namespace: namespace.metadata.name },
  data: { greeting: config.require("greeting") },
}, { provider });
console.log("written by the program");
exports.password = config.requireSecret("password");
`;

const dynamic = `
const pulumi = require("@pulumi/pulumi");
const provider = { create: async (inputs) => ({ id: "made", outs: { doubled: inputs.value * 2 } }) };
class Doubled extends pulumi.dynamic.Resource {
  constructor(name, value) { super(provider, name, { value, doubled: undefined }); }
}
exports.doubled = new Doubled("two", 2).doubled;
`;

const hanging = `
const { renameSync, writeFileSync } = require("node:fs");
writeFileSync("pids.new", JSON.stringify({ program: process.pid, languageHost: process.ppid }));
renameSync("pids.new", "pids");
setInterval(() => undefined, 1000);
`;

let dir: string;
let tools: Tools;
let controlPlane: ControlPlane;

beforeAll(async () => {
  tools = inject("tools");
  dir = await mkdtemp(join(tmpdir(), "fedjoin-pulumi-"));
  controlPlane = connectControlPlane(inject("controlPlane"));
});

afterAll(async () => {
  await controlPlane.stop();
  await rm(dir, { recursive: true });
});

interface Project {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly pulumi: PulumiCli;
}

/** A project of its own with the program in index.js, a fresh backend, and the stack "test". */
async function createProject(name: string, program: string): Promise<Project> {
  const folder = join(dir, name);
  await mkdir(folder);
  await symlink(join(repositoryRoot, "node_modules"), join(folder, "node_modules"));
  const project = { name, runtime: { name: "nodejs", options: { typescript: false } }, main: "index.js" };
  await writeFile(join(folder, "Pulumi.yaml"), stringify(project));
  await writeFile(join(folder, "index.js"), program);
  const env = await pulumiEnvironment(tools, {
    home: join(dir, "home"),
    backendDir: join(dir, `${name}-state`),
    passphrase: "a passphrase",
  });
  const pulumi = pulumiCli(tools, folder, env);
  await pulumi.run(["stack", "init", "test"]);
  return { folder, env, pulumi };
}

async function exists(path: string): Promise<boolean> {
  try {
    await controlPlane.client.get(path, z.unknown());
    return true;
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("the pulumi CLI with our language host", () => {
  test("creates objects in the cluster, then sees no change, then removes them", async () => {
    const { pulumi } = await createProject("objects", objects);
    await pulumi.run(["config", "set", "greeting", "hello"]);
    await pulumi.run(["config", "set", "--secret", "password", "canary-1"]);
    await pulumi.run(["config", "set", "--secret", "kubeconfig", controlPlane.kubeconfigPath]);

    const up = await pulumi.run(["up", "--yes", "--skip-preview"]);
    expect(up.stdout).toContain("written by the program");
    expect(up.stdout).not.toContain("canary-1");
    const settings = await controlPlane.client.get(
      "/api/v1/namespaces/made-by-pulumi/configmaps/settings",
      z.object({ data: z.record(z.string(), z.string()) }),
    );
    expect(settings.data).toEqual({ greeting: "hello" });
    const outputs = await pulumi.run(["stack", "output", "--json", "--show-secrets"]);
    expect(JSON.parse(outputs.stdout)).toEqual({ password: "canary-1" });

    await pulumi.run(["preview", "--expect-no-changes"]);

    await pulumi.run(["destroy", "--yes", "--skip-preview"]);
    expect(await exists("/api/v1/namespaces/made-by-pulumi")).toBe(false);
  });

  test("runs dynamic resources in the SDK's own provider process", async () => {
    const { pulumi } = await createProject("dynamic", dynamic);
    await pulumi.run(["up", "--yes", "--skip-preview"]);
    const outputs = await pulumi.run(["stack", "output", "--json"]);
    expect(JSON.parse(outputs.stdout)).toEqual({ doubled: 4 });
  });

  test("an error of the program is shown, and nothing is added to it", async () => {
    const { pulumi } = await createProject("throws", `throw new Error("no such store");`);
    const up = await pulumi.tryRun(["up", "--yes", "--skip-preview"]);
    expect(up.code).not.toBe(0);
    expect(up.stdout).toContain("Error: no such store");
    expect(up.stdout).not.toContain("exited with code");
  });

  test("a program that exits without an error message is reported with its exit code", async () => {
    const { pulumi } = await createProject("exits", "process.exit(3);");
    const up = await pulumi.tryRun(["up", "--yes", "--skip-preview"]);
    expect(up.code).not.toBe(0);
    expect(up.stdout).toContain("Program exited with code 3");
  });

  test("language host and program end when the CLI is killed", async () => {
    const { folder, env } = await createProject("hanging", hanging);
    const cli = spawn(tools.pulumi, ["up", "--yes", "--skip-preview"], { cwd: folder, env, stdio: "ignore" });
    const file = join(folder, "pids");
    await waitFor("the program runs", () => Promise.resolve(existsSync(file) ? true : undefined));
    const pids = z
      .object({ program: z.number(), languageHost: z.number() })
      .parse(JSON.parse(await readFile(file, "utf8")));
    expect([pids.program, pids.languageHost].map(isAlive)).toEqual([true, true]);
    cli.kill("SIGKILL");
    await waitFor("both have ended", () =>
      Promise.resolve(isAlive(pids.program) || isAlive(pids.languageHost) ? undefined : true),
    );
  });
});
