import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import {
  type CommandResult,
  createJoinProject,
  fedJoinInputs,
  type JoinProject,
  quietFlags,
  repositoryRoot,
  runCommand,
} from "@fedjoin/testbed";
import { type SimulatedController, type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { memberNames } from "../support/federation";

/** Outlasts the clean-up of a site that left, 2 s, and not at the first try. */
const retry = { maxRetries: 10, initialDelaySeconds: 0.5, maxDelaySeconds: 2 };

let dir: string;
let project: JoinProject;
let a: SimulatedFederation;
let b: SimulatedFederation;

beforeAll(async () => {
  const tools = inject("tools");
  dir = await mkdtemp(join(tmpdir(), "fedjoin-interrupted-"));
  project = await createJoinProject(tools, dir);
  a = await startFederation({ sites: 9, selfSigned: true });
  b = await startFederation({ sites: 0, selfSigned: true });
});

afterAll(async () => {
  await a.close();
  await b.close();
  await rm(dir, { recursive: true, force: true });
});

const declareOn = (master: SimulatedController) =>
  project.declare(
    Object.fromEntries(
      a.sites.map((site, index) => [`s${index}`, { ...fedJoinInputs(master, site, `s${index}`), retry }]),
    ),
  );

/** Runs the command; interrupts it at the first line in which these words stand. */
function fedjoin(args: readonly string[], interruptAt?: string): Promise<CommandResult> {
  const interrupt = new AbortController();
  return runCommand(process.execPath, [join(repositoryRoot, "provider/dist/cli/main.js"), ...args], {
    env: project.env,
    signal: interrupt.signal,
    onLine: (line) => {
      if (interruptAt !== undefined && line.includes(interruptAt)) interrupt.abort();
    },
  });
}

const move = (interruptAt?: string) =>
  fedjoin(["rollout", "--stack", "test", "--cwd", project.dir, "--wave", "3", "--max-failures", "0"], interruptAt);

/** Locks of the file backend. */
async function locks(): Promise<string[]> {
  const files = await readdir(join(project.backendDir, ".pulumi/locks"), { recursive: true, withFileTypes: true });
  return files.filter((each) => each.isFile()).map(({ name }) => name);
}

test("Ctrl-C in the middle of a move ends pulumi's work in order, leaves no lock, and the next run goes on", async () => {
  await declareOn(a.master);
  await project.pulumi.run(["up", ...quietFlags]);
  expect(memberNames(a.master)).toHaveLength(9);
  await declareOn(b.master);

  const stopped = await move("Retry 1/");
  expect(stopped).toMatchObject({
    code: 1,
    stdout: "Interrupted: 0 done, 0 failed, 9 unknown or not tried. Run the same command again to continue.\n",
  });
  expect(await locks()).toEqual([]);
  // No second wave has begun.
  expect(memberNames(a.master).length).toBeGreaterThanOrEqual(6);

  const ended = await move();
  expect(ended.stdout).toMatch(/^\d done, 0 failed, 0 not tried\.\n$/);
  expect(ended.code).toBe(0);
  expect(memberNames(a.master)).toEqual([]);
  expect(memberNames(b.master).map((name) => name.slice(0, 2))).toEqual(a.sites.map((_, index) => `s${index}`));
  const ids = b.master.members().map(({ id }) => id);
  expect(ids.toSorted()).toEqual(a.sites.map(({ membership }) => membership?.id).toSorted());
  expect(await locks()).toEqual([]);
  expect((await fedjoin(["members", "--all", "--check", "--cwd", project.dir])).code).toBe(0);
});
