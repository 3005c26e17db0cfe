import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createProject, type Project, repositoryRoot, runCommand, type StackConfig } from "@fedjoin/testbed";
import { type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { memberNames } from "../support/federation";

const storeIds = ["u1", "u2"];
const timings = { cleanupMs: 200, probePauseMs: 20, intervalMinuteMs: 500 };

let dir: string;
let federation: SimulatedFederation;
let project: Project;

beforeAll(async () => {
  const tools = inject("tools");
  dir = await mkdtemp(join(tmpdir(), "fedjoin-pipeline-"));
  federation = await startFederation({ sites: storeIds.length, selfSigned: true, timings });
  project = await createProject(tools, dir, randomBytes(12).toString("hex"));
  await project.configure(membershipsOf(federation));
  const policy = `node ${join(repositoryRoot, "stacks/dist/policy/main.js")}`;
  const fedjoin = `node ${join(repositoryRoot, "provider/dist/cli/main.js")}`;
  await writeFile(join(project.dir, "package.json"), JSON.stringify({ private: true, scripts: { policy, fedjoin } }));
});

afterAll(async () => {
  await federation.close();
  await rm(dir, { recursive: true });
});

/** Memberships without exporters: no cluster is needed. The master's password is only referred to, as in the examples. */
function membershipsOf(
  { master, sites: all }: SimulatedFederation,
  { port = master.rest.port, count = all.length }: { readonly port?: number; readonly count?: number } = {},
): StackConfig {
  const sites = all.slice(0, count);
  const credentials = { username: master.admin.username, passwordFrom: { env: "FEDJOIN_MASTER_PASSWORD" } };
  const members = sites.map(({ rest, admin, fingerprint256: fingerprint }, index) => ({
    storeId: storeIds[index],
    controller: { ...rest, credentials: { username: admin.username }, tls: { fingerprint } },
    jointRest: rest,
    exporter: { enabled: false },
    timeoutSeconds: 60,
  }));
  const tls = { fingerprint: master.fingerprint256 };
  return {
    plain: {
      config: { "fedjoin:master": { rest: { ...master.rest, port }, credentials, tls }, "fedjoin:members": members },
    },
    secrets: new Map(
      sites.map(({ admin }, index) => [`fedjoin:members[${index}].controller.credentials.password`, admin.password]),
    ),
  };
}

/** The example's script in the folder of Pulumi.yaml. */
function pipeline(...args: string[]) {
  return pipelineWith({}, ...args);
}

function pipelineWith(variables: Readonly<Record<string, string>>, ...args: string[]) {
  return runCommand(join(repositoryRoot, "examples/pipelines/shell/pipeline.sh"), args, {
    cwd: project.dir,
    env: { ...project.env, FEDJOIN_MASTER_PASSWORD: federation.master.admin.password, ...variables },
  });
}

async function succeeds(task: string): Promise<string> {
  const { code, stdout, stderr } = await pipeline(task, "demo");
  const said = `${stdout}${stderr}`;
  expect(code, said).toBe(0);
  expect(said).not.toContain(federation.master.admin.password);
  return said;
}

// One story: each test goes on where the one before ended.
describe("the shell example", () => {
  test("D4: previews who joins, and joins nobody", async () => {
    const said = await succeeds("preview");
    for (const storeId of storeIds) expect(said).toContain(`neuvector:FedJoin::${storeId}`);
    expect(memberNames(federation.master)).toEqual([]);
  });

  test("R15: lets a stack pass that keeps the policy, and fails for one that does not, before anybody is joined", async () => {
    expect(await succeeds("policy")).toContain("every rule is kept");
    const config = membershipsOf(federation);
    const plain = new Map([["fedjoin:members[0].controller.credentials.password", "Canary-plain-1f"]]);
    await project.configure({ ...config, secrets: new Map([...config.secrets].slice(1)) });
    for (const [path, password] of plain)
      await project.pulumi.run(["config", "set", "--plaintext", "--path", path, password]);
    const { code, stdout, stderr } = await pipeline("policy", "demo");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "configuration fedjoin:members: members[0].controller.credentials.password is not encrypted\n",
    });
    expect(stdout).not.toContain("Canary-plain-1f");
    await project.configure(config);
    expect(memberNames(federation.master)).toEqual([]);
  });

  test("D4: joins every site, and finds no drift then", async () => {
    await succeeds("up");
    expect(memberNames(federation.master).map((name) => name.slice(0, -7))).toEqual(storeIds);
    await succeeds("drift");
  });

  test("finds a kick as drift, leaves it to `repair`, and is content after that", async () => {
    const [name = ""] = memberNames(federation.master);
    await federation.master.kick(name, { tell: false });
    const { code, stdout, stderr } = await pipeline("drift", "demo");
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toContain("no changes were expected");
    expect(memberNames(federation.master)).not.toContain(name);
    await succeeds("repair");
    expect(memberNames(federation.master)).toContain(name);
    await succeeds("drift");
  });

  test("refuses a wrong digit in the master's port and an unplanned removal before anybody leaves, and says who would", async () => {
    const names = memberNames(federation.master);
    await project.configure(membershipsOf(federation, { port: federation.master.rest.port + 1 }));
    const moved = await pipeline("up", "demo");
    expect(moved.code).toBe(1);
    for (const name of names) expect(moved.stdout).toContain(`${name} leaves`);
    expect(moved.stderr).toContain("2 memberships would end, and --max-leaves allows 0");

    await project.configure(membershipsOf(federation, { count: 1 }));
    const { code, stdout, stderr } = await pipeline("up", "demo");
    expect(code).toBe(1);
    expect(stdout).toContain(`u2: ${names[1] ?? ""} leaves the master at`);
    expect(stderr).toContain(
      "1 membership would end, and --max-leaves allows 0; for a planned removal pass --max-leaves 1",
    );
    expect(memberNames(federation.master)).toEqual(names);

    expect(await pipelineWith({ FEDJOIN_MAX_LEAVES: "1" }, "up", "demo")).toMatchObject({ code: 0 });
    expect(memberNames(federation.master)).toEqual(names.slice(0, 1));
  });

  test("says what it takes", async () => {
    expect(await pipeline("destroy", "demo")).toEqual({
      code: 2,
      stdout: "",
      stderr: "expected preview, policy, up, repair, drift or render\n",
    });
    expect(await pipeline("up")).toMatchObject({ code: 1, stdout: "" });
  });
});
