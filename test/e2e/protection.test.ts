import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import {
  createProject,
  isFedJoin,
  membershipConfig,
  type MembershipOptions,
  type Project,
  quietFlags,
  repositoryRoot,
  runCommand,
  storedResources,
  type Tools,
} from "@fedjoin/testbed";
import { type SimulatedController, type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { memberNames, at } from "../support/federation";

const timings = { cleanupMs: 50, probePauseMs: 10 };
const [first, second] = ["u2204a", "u2205b"];

let tools: Tools;
let dir: string;
let project: Project;
let federation: SimulatedFederation;
let site: SimulatedController;

beforeAll(() => {
  tools = inject("tools");
});

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "fedjoin-protection-"));
  federation = await startFederation({ sites: 2, selfSigned: true, timings, password: "Aa1-for-all" });
  site = at(federation.sites, 0);
  project = await createProject(tools, dir, "test");
});

afterEach(async () => {
  await federation.close();
  await rm(dir, { recursive: true, force: true });
});

const configure = (options: MembershipOptions) => project.configure(membershipConfig(federation, options));
const up = () => project.pulumi.run(["up", ...quietFlags]);
const storeIdsJoined = () => memberNames(federation.master).map((name) => name.slice(0, -7));
const state = async () => (await storedResources(project.backendDir, "fedjoin", "demo")).filter(isFedJoin);
const storedIds = async () => (await state()).map(({ outputs }) => outputs?.["storeId"]);
const renamed = { name: `${first}-abc123` };

async function fails(...args: string[]): Promise<string> {
  const { code, stdout } = await project.pulumi.tryRun(args);
  expect(code).not.toBe(0);
  return stdout;
}

/** The command with the stack's own configuration. */
async function fedjoin(command: string, args: readonly string[], input?: string) {
  const main = join(repositoryRoot, "provider/dist/cli/main.js");
  return runCommand(process.execPath, [main, command, ...args], { env: project.env, ...(input && { input }) });
}

describe("protect: true", () => {
  test("a member that goes from the configuration stays joined until it was declared with protect: false", async () => {
    const defaults = { protect: true };
    await configure({ defaults });
    await up();
    await configure({ defaults, members: { [first]: undefined } });
    for (const args of [
      ["preview", "--color", "never"],
      ["up", ...quietFlags],
      ["destroy", ...quietFlags],
    ]) {
      expect(await fails(...args)).toMatch(/FedJoin::u2204a" cannot be deleted\s+because it is protected/);
    }
    expect(storeIdsJoined()).toEqual([first, second]);
    await configure({ defaults, members: { [first]: { protect: false } } });
    await up();
    await configure({ defaults, members: { [first]: undefined } });
    await up();
    expect(storeIdsJoined()).toEqual([second]);
    expect(await storedIds()).toEqual([second]);
  });

  test("a change that would replace it is refused, and fedjoin rollout says what to do", async () => {
    const defaults = { protect: true };
    await configure({ defaults });
    await up();
    const before = memberNames(federation.master);
    await configure({ defaults, members: { [first]: renamed } });
    expect(await fails("up", ...quietFlags)).toContain("currently marked for protection");
    const move = ["--stack", "demo", "--wave", "5", "--max-failures", "0", "--cwd", project.dir];
    const refused = await fedjoin("rollout", move);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("protected: u2204a. Declare protect: false beside the change");
    expect(memberNames(federation.master)).toEqual(before);
    await configure({ defaults, members: { [first]: { ...renamed, protect: false } } });
    expect(await fedjoin("rollout", move)).toMatchObject({ code: 0 });
    expect(storeIdsJoined().toSorted()).toEqual([first, second]);
    expect(memberNames(federation.master)).not.toContain(before[0]);
  });
});

describe("retainOnDelete: true", () => {
  test("a site that is gone is forgotten without a call, and fedjoin prune finds the entry that it leaves behind", async () => {
    await configure({});
    await up();
    await site.goOffline();
    const before = federation.master.requests.length;
    await configure({ members: { [first]: { retainOnDelete: true } } });
    await up();
    await configure({ members: { [first]: undefined } });
    await up();
    expect(await storedIds()).toEqual([second]);
    expect(storeIdsJoined()).toEqual([first, second]);
    const byAccounts = federation.master.requests.slice(before).filter(({ path }) => path === "/v1/auth");
    expect(byAccounts).toEqual([]);

    const { admin, rest, fingerprint256: fingerprint } = federation.master;
    const declared = {
      master: { rest, credentials: admin, tls: { fingerprint } },
      members: [
        {
          storeId: first,
          controller: { ...site.rest, credentials: admin },
          jointRest: site.rest,
          retry: { maxRetries: 0 },
        },
      ],
    };
    const unproven = /unproven \(deleted only with --site-is-gone\):\s+(\S+)\s+u2204a-/;
    await expect
      .poll(async () => {
        await federation.master.pingNow();
        return federation.master.members().find(({ name }) => name.startsWith(first))?.status;
      })
      .toBe("disconnected");
    const { stdout } = await fedjoin("prune", ["--file", "-"], JSON.stringify(declared));
    expect(stdout).toMatch(unproven);
    const [, id = ""] = unproven.exec(stdout) ?? [];
    const apply = ["--file", "-", "--apply", "--id", id, "--site-is-gone"];
    const pruned = await fedjoin("prune", apply, JSON.stringify(declared));
    expect(pruned.stdout).toContain("1 of 1 entry deleted.");
    expect(storeIdsJoined()).toEqual([second]);
  });

  test("left in place, it makes a replacement fail: the site never left; the setting taken back, it moves", async () => {
    await configure({ members: { [first]: { retainOnDelete: true } } });
    await up();
    const before = memberNames(federation.master);
    await configure({ members: { [first]: { retainOnDelete: true, ...renamed } } });
    expect(await fails("up", ...quietFlags)).toContain("#membership_differs");
    expect(memberNames(federation.master)).toEqual(before);
    await configure({});
    await up();
    expect(memberNames(federation.master)).toEqual(before);
    await configure({ members: { [first]: renamed } });
    await up();
    expect(storeIdsJoined().toSorted()).toEqual([first, second]);
    expect(memberNames(federation.master)).not.toEqual(before);
  });
});
