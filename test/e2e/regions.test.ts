import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { stringify } from "yaml";
import { z } from "zod";
import {
  createProject,
  membershipConfig,
  type Project,
  quietFlags,
  repositoryRoot,
  runCommand,
  type StackConfig,
} from "@fedjoin/testbed";
import { type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { memberNames, at, requestsOf } from "../support/federation";

const timings = { cleanupMs: 200, probePauseMs: 20, intervalMinuteMs: 500 };
/** One for all controllers, since one secret of the configuration is for all. */
const password = "Aa1-for-all";
const regions = ["north", "south"];
const passphrase = "test";

const listed = z.object({ staleEntries: z.array(z.object({ id: z.string(), name: z.string() })) });
const written = z.object({ config: z.looseObject({ "fedjoin:members": z.array(z.looseObject({})) }) });

let dir: string;
let a: SimulatedFederation;
let b: SimulatedFederation;
let stacks: ReadonlyMap<string, Project>;

const ofRegion = (region: string): Project => {
  const project = stacks.get(region);
  if (project === undefined) throw new Error(region);
  return project;
};

/** A stack that takes members from the common file: those of its region, or all. */
function configOf(shard: object | undefined, { master }: SimulatedFederation, defaults = {}): StackConfig {
  const { plain, secrets } = membershipConfig({ ...a, master }, { defaults });
  const { config } = written.parse(plain);
  const shared = {
    "fedjoin:members": undefined,
    "fedjoin:membersFile": "stores.yaml",
    "fedjoin:shard": shard,
  };
  return { plain: { config: { ...config, ...shared } }, secrets };
}

const shardOf = (region: string) => ({ label: "region", value: region, values: regions });

beforeAll(async () => {
  const tools = inject("tools");
  dir = await mkdtemp(join(tmpdir(), "fedjoin-regions-"));
  a = await startFederation({ sites: 6, selfSigned: true, timings, password });
  b = await startFederation({ sites: 0, selfSigned: true, timings, password });
  const project = await createProject(tools, dir, passphrase);
  await project.pulumi.run(["stack", "rm", "demo", "--yes"]);
  const { config } = written.parse(membershipConfig(a).plain);
  const members = config["fedjoin:members"].map((member, index) => ({
    ...member,
    labels: { region: regions[index % 2] },
  }));
  await writeFile(join(project.dir, "stores.yaml"), stringify(members));
  const named: [string, Project][] = [];
  for (const region of regions) named.push([region, await project.addStack(region, passphrase)]);
  stacks = new Map(named);
});

afterAll(async () => {
  await a.close();
  await b.close();
  await rm(dir, { recursive: true, force: true });
});

const fedjoin = (...args: readonly string[]) => {
  const { dir: cwd, env } = ofRegion("north");
  return runCommand(process.execPath, [join(repositoryRoot, "provider/dist/cli/main.js"), ...args, "--cwd", cwd], {
    env,
  });
};
/** What `fedjoin prune` says of the south, by the configuration in that folder. */
const prune = async (cwd: string, ...args: readonly string[]) => {
  const { env } = ofRegion("south");
  const joins = await runCommand(
    process.execPath,
    [join(repositoryRoot, "stacks/dist/joins/main.js"), "--stack", "south", "--cwd", cwd],
    { env },
  );
  const command = [join(repositoryRoot, "provider/dist/cli/main.js"), "prune", "--file", "-", "--json", ...args];
  const { code, stdout } = await runCommand(process.execPath, command, { env, input: joins.stdout });
  return { code, answer: JSON.parse(stdout) as unknown };
};
const check = async () => {
  const { code, stdout } = await fedjoin("members", "--all", "--check");
  return { code, last: stdout.trimEnd().split("\n").at(-1) };
};
const storeIdsOn = ({ master }: SimulatedFederation) =>
  memberNames(master)
    .map((name) => name.slice(0, -7))
    .toSorted();

const namesOf = (storeId: string) => memberNames(a.master).filter((name) => name.startsWith(`${storeId}-`));

const north = ["store-4", "u2204a", "u2206c"];
const south = ["store-3", "store-5", "u2205b"];

// One story: each test goes on where the one before ended.
describe("a stack for each region, from one members file", () => {
  test("a deployed stack is split without a leave or a join: it forgets a part, and the new stack adopts it", async () => {
    const up = async (region: string, config: StackConfig) => {
      await ofRegion(region).configure(config);
      await ofRegion(region).pulumi.run(["up", ...quietFlags]);
    };
    await up("north", configOf(undefined, a));
    expect(storeIdsOn(a)).toEqual([...north, ...south].toSorted());
    const before = a.master.members().map(({ id, name }) => `${id} ${name}`);
    await up("north", configOf(undefined, a, { retainOnDelete: true }));
    await up("north", configOf(shardOf("north"), a, { retainOnDelete: true }));
    await up("south", configOf(shardOf("south"), a));
    await up("north", configOf(shardOf("north"), a));
    expect(a.master.members().map(({ id, name }) => `${id} ${name}`)).toEqual(before);
    for (const site of a.sites) {
      expect(requestsOf(site, "POST", "/v1/fed/join")).toHaveLength(1);
      expect(requestsOf(site, "POST", "/v1/fed/leave")).toHaveLength(0);
    }
    const { stdout } = await fedjoin("members", "--all", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      stacks: regions.map((stack) => ({ stack, members: 3, none: 3 })),
      undeclared: [],
    });
    expect(await check()).toEqual({
      code: 0,
      last: "6 members in 2 stacks: 6 in place, 0 not, 0 undeclared entries",
    });
  });

  test("--check finds the member that somebody removed; refresh and up bring it back", async () => {
    await a.master.kick(at(namesOf("u2204a"), 0));
    expect(await check()).toEqual({
      code: 2,
      last: "6 members in 2 stacks: 5 in place, 1 not, 0 undeclared entries",
    });
    await ofRegion("north").pulumi.run(["up", ...quietFlags, "--refresh"]);
    expect((await check()).code).toBe(0);
  });

  test("one changed master in the north's configuration, one move, and the south stays where it is", async () => {
    await ofRegion("north").configure(configOf(shardOf("north"), b));
    const moved = await fedjoin("rollout", "--stack", "north", "--wave", "2", "--max-failures", "0");
    expect({ code: moved.code, stdout: moved.stdout }).toEqual({ code: 0, stdout: "3 done, 0 failed, 0 not tried.\n" });
    expect([storeIdsOn(a), storeIdsOn(b)]).toEqual([south, north]);
    expect((await check()).code).toBe(0);
  });

  test("with the old master dead the south moves too; once it is back, prune finds the stale entries by the old configuration", async () => {
    const { dir: cwd, pulumi } = ofRegion("south");
    const old = join(dir, "before");
    await cp(cwd, old, { recursive: true });
    const left = a.master.members().map(({ id, name }) => `${id} ${name}`);
    await a.master.goOffline();
    await ofRegion("south").configure(configOf(shardOf("south"), a, { onMasterLost: "force" }));
    await pulumi.run(["up", ...quietFlags]);
    await ofRegion("south").configure(configOf(shardOf("south"), b, { onMasterLost: "force" }));
    const moved = await fedjoin("rollout", "--stack", "south", "--max-failures", "0");
    expect({ code: moved.code, stdout: moved.stdout }).toEqual({ code: 0, stdout: "3 done, 0 failed, 0 not tried.\n" });
    expect(storeIdsOn(b)).toEqual([...north, ...south].toSorted());
    expect((await check()).code).toBe(0);

    await a.master.goOnline();
    await a.master.pingNow();
    expect(await prune(cwd)).toMatchObject({ code: 0, answer: { staleEntries: [], unproven: [], unread: [] } });
    const { code, answer } = await prune(old);
    const found = listed.parse(answer).staleEntries.map(({ id, name }) => `${id} ${name}`);
    expect({ code, found: found.toSorted() }).toEqual({ code: 2, found: left.toSorted() });
    const file = join(dir, "stale.txt");
    await writeFile(file, found.join("\n"));
    expect((await prune(old, "--apply", "--ids", file)).code).toBe(0);
    expect(a.master.members()).toEqual([]);
    expect(storeIdsOn(b)).toEqual([...north, ...south].toSorted());
  });
});
