import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { membershipConfig, repositoryRoot, runCommand } from "@fedjoin/testbed";
import { federationOfFile, password, projectOfFile } from "../support/deployments";
import { at, memberNames, joinedStoreIds } from "../support/federation";

const [first, second] = ["u2204a", "u2205b"];

const project = projectOfFile();
const federation = federationOfFile({ sites: 2 });

/** Memberships without exporters. The master's password is only referred to, as in the examples. */
async function configure({ port = federation.master.rest.port, members = {} } = {}): Promise<void> {
  const { plain, secrets } = membershipConfig(federation, { members });
  const { config } = plain as { config: Record<string, object> };
  const { master } = federation;
  const credentials = { username: "admin", passwordFrom: { env: "FEDJOIN_MASTER_PASSWORD" } };
  const masterKeys = { rest: { ...master.rest, port }, credentials, tls: { fingerprint: master.fingerprint256 } };
  await project.configure({
    plain: { config: { ...config, "fedjoin:master": masterKeys } },
    secrets: new Map([...secrets].filter(([path]) => !path.startsWith("fedjoin:master"))),
  });
}

/** The example's script in the folder of Pulumi.yaml. */
async function pipeline(args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const { code, stdout, stderr } = await runCommand(join(repositoryRoot, "examples/template/pipeline.sh"), args, {
    cwd: project.dir,
    env: { ...project.env, FEDJOIN_MASTER_PASSWORD: password, ...variables },
  });
  expect(stdout + stderr).not.toContain(password);
  return { code, stdout, stderr, said: `${stdout}${stderr}` };
}

async function succeeds(task: string): Promise<string> {
  const { code, said } = await pipeline([task, "demo"]);
  expect(code, said).toBe(0);
  return said;
}

beforeAll(async () => {
  await configure();
  const policy = `node ${join(repositoryRoot, "stacks/dist/policy/main.js")}`;
  const fedjoin = `node ${join(repositoryRoot, "provider/dist/cli/main.js")}`;
  await writeFile(join(project.dir, "package.json"), JSON.stringify({ private: true, scripts: { policy, fedjoin } }));
});

// One story: each test goes on where the one before ended.
describe("the shell example", () => {
  test("D4: previews who joins, and joins nobody", async () => {
    const said = await succeeds("preview");
    for (const storeId of [first, second]) expect(said).toContain(`neuvector:FedJoin::${storeId}`);
    expect(memberNames(federation.master)).toEqual([]);
  });

  test("R15: fails for a stack that breaks the policy, before anybody is joined", async () => {
    const path = "fedjoin:defaults.controller.credentials.password";
    await project.pulumi.run(["config", "set", "--plaintext", "--path", path, "Canary-plain-1f"]);
    const { code, stdout, stderr } = await pipeline(["policy", "demo"]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "configuration fedjoin:defaults: defaults.controller.credentials.password is not encrypted\n",
    });
    expect(stdout).not.toContain("Canary-plain-1f");
    await configure();
  });

  test("D4: joins every site, and finds a kick as drift, which it leaves to `repair`", async () => {
    expect(await succeeds("up")).toContain("every rule is kept");
    expect(joinedStoreIds(federation.master)).toEqual([first, second]);
    const name = at(memberNames(federation.master), 0);
    await federation.master.kick(name, { tell: false });
    const { code, said } = await pipeline(["drift", "demo"]);
    expect(code).not.toBe(0);
    expect(said).toContain("no changes were expected");
    expect(memberNames(federation.master)).not.toContain(name);
    await succeeds("repair");
    expect(memberNames(federation.master)).toContain(name);
    await succeeds("drift");
  });

  test("refuses a wrong digit in the master's port before anybody leaves, and says who would; a planned removal passes", async () => {
    const names = memberNames(federation.master);
    await configure({ port: federation.master.rest.port + 1 });
    const { code, stdout, stderr } = await pipeline(["up", "demo"]);
    expect(code).toBe(1);
    for (const name of names) expect(stdout).toContain(`${name} leaves`);
    expect(stderr).toContain("2 memberships would end, and --max-leaves allows 0");
    expect(memberNames(federation.master)).toEqual(names);

    await configure({ members: { [second]: undefined } });
    expect(await pipeline(["up", "demo"], { FEDJOIN_MAX_LEAVES: "1" })).toMatchObject({ code: 0 });
    expect(memberNames(federation.master)).toEqual(names.filter((name) => name.startsWith(first)));
  });

  test("says what it takes", async () => {
    const tasks = "expected preview, policy, up, repair, drift or render\n";
    expect(await pipeline(["destroy", "demo"])).toMatchObject({ code: 2, stdout: "", stderr: tasks });
    expect(await pipeline(["up"])).toMatchObject({ code: 1, stdout: "" });
  });
});
