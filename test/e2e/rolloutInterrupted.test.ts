import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type CommandResult, fedJoinInputs, repositoryRoot, runCommand } from "@fedjoin/testbed";
import { type SimulatedController } from "@fedjoin/simulator";
import { federationOfFile, joinProjectOfFile, up } from "../support/deployments";
import { memberNames } from "../support/federation";

/** A join that comes before a site has cleaned up after its leave is refused, and tried again. */
const timings = { cleanupMs: 1_000, probePauseMs: 10 };
const retry = { maxRetries: 10, initialDelaySeconds: 0.5, maxDelaySeconds: 2 };

const project = joinProjectOfFile();
const before = federationOfFile({ sites: 6, timings });
const after = federationOfFile({ sites: 0, timings });

const declareOn = (master: SimulatedController) =>
  project.declare(
    Object.fromEntries(
      before.sites.map((site, index) => [`s${index}`, { ...fedJoinInputs(master, site, `s${index}`), retry }]),
    ),
  );

/** Runs the command; interrupts it at the first line in which these words stand. */
function fedjoin(args: readonly string[], interruptAt?: string): Promise<CommandResult> {
  const interrupt = new AbortController();
  const main = join(repositoryRoot, "provider/dist/cli/main.js");
  return runCommand(process.execPath, [main, ...args, "--cwd", project.dir], {
    env: project.env,
    signal: interrupt.signal,
    onLine: (line) => {
      if (interruptAt !== undefined && line.includes(interruptAt)) interrupt.abort();
    },
  });
}

const rollout = (interruptAt?: string) =>
  fedjoin(["rollout", "--stack", "test", "--wave", "3", "--max-failures", "0"], interruptAt);

/** Locks of the file backend. */
async function locks(): Promise<string[]> {
  const files = await readdir(join(project.backendDir, ".pulumi/locks"), { recursive: true, withFileTypes: true });
  return files.filter((each) => each.isFile()).map(({ name }) => name);
}

test("Ctrl-C in the middle of a rollout ends pulumi's work in order, leaves no lock, and the next run goes on", async () => {
  await declareOn(before.master);
  await up(project);
  expect(memberNames(before.master)).toHaveLength(6);
  await declareOn(after.master);

  expect(await rollout("Retry 1/")).toMatchObject({
    code: 1,
    stdout: "Interrupted: 0 done, 0 failed, 6 unknown or not tried. Run the same command again to continue.\n",
  });
  expect(await locks()).toEqual([]);
  // No second wave has begun.
  expect(memberNames(before.master).length).toBeGreaterThanOrEqual(3);

  const ended = await rollout();
  expect(ended.stdout).toMatch(/^\d done, 0 failed, 0 not tried\.\n$/);
  expect(ended.code).toBe(0);
  expect(memberNames(before.master)).toEqual([]);
  expect(memberNames(after.master).map((name) => name.slice(0, 2))).toEqual(
    before.sites.map((_, index) => `s${index}`),
  );
  const ids = after.master.members().map(({ id }) => id);
  expect(ids.toSorted()).toEqual(before.sites.map(({ membership }) => membership?.id).toSorted());
  expect(await locks()).toEqual([]);
  expect((await fedjoin(["members", "--all", "--check"])).code).toBe(0);
});
