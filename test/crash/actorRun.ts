import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Tools, waitFor } from "@fedjoin/testbed";
import { type ExporterProcess, startExporter } from "../support/exporterProcess";
import { killProcesses } from "../support/processTree";
import { createSeededRandom, type SeededRandom } from "@fedjoin/simulator";
import { type CrowdedWorld, joinEnvironmentOf, startCrowdedWorld } from "./actorWorld";
import { violationsOf } from "./check";
import { createDeployment, type Deployment } from "./deployment";
import { create, destroy } from "./operations";

export interface ActorOptions {
  readonly tools: Tools;
  readonly rounds: number;
  /** Rounds at the same time, each in a world of its own. */
  readonly worlds: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

export interface ActorResult {
  readonly rounds: number;
  /** Runs of the CLI that had to be repeated, as their message says. */
  readonly repeated: number;
  readonly violations: readonly string[];
}

/**
 * Lets two stacks and an exporter in watch mode join the same site at once, kills the run of one stack and starts its
 * successor at once, while an admin kicks a dead member; then both stacks are destroyed at once.
 */
export async function runActors({ tools, rounds, worlds: size, seed, say }: ActorOptions): Promise<ActorResult> {
  const random = createSeededRandom(seed);
  const dir = await mkdtemp(join(tmpdir(), "fedjoin-actors-"));
  const stacks = [
    await createDeployment(tools, join(dir, "a")),
    await createDeployment(tools, join(dir, "b")),
  ] as const;
  const violations: string[] = [];
  let repeated = 0;
  try {
    for (let from = 0; from < rounds; from += size) {
      const count = Math.min(size, rounds - from);
      const worlds = await Promise.all(Array.from({ length: count }, (_, index) => startCrowdedWorld(`w${index}`)));
      try {
        const result = await runRounds(stacks, worlds, random);
        repeated += result.repeated;
        violations.push(...result.violations);
        say(`${from + count} rounds, ${violations.length} violations`);
        for (const violation of result.violations) say(violation);
      } finally {
        await Promise.all(worlds.map((world) => world.close()));
      }
    }
    return { rounds, repeated, violations };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

type Stacks = readonly [Deployment, Deployment];

async function runRounds(
  stacks: Stacks,
  worlds: readonly CrowdedWorld[],
  random: SeededRandom,
): Promise<Pick<ActorResult, "repeated" | "violations">> {
  for (const stack of stacks) await stack.declare(worlds);
  const kicks = worlds.map((world) => world.kickDeadMemberAt(random.below(16)));
  const killAt = 1 + random.below(12 * worlds.length);
  const victim = random.pick(["cli", "both"] as const);
  const exporters: ExporterProcess[] = [];
  const survivors: number[] = [];
  let repeated = 0;
  /** Runs once more what did not succeed, as its message asks for. */
  const insist = async (stack: Deployment, verb: string, code?: number): Promise<string[]> => {
    const first = code ?? (await stack.run([verb])).code;
    if (first === 0) return [];
    repeated++;
    await stack.cancelIfLocked();
    const again = await stack.run([verb]);
    return again.code === 0 ? [] : [`the second ${verb} ended with ${again.code}\n${again.stdout}${again.stderr}`];
  };
  const killedAndContinued = async (): Promise<string[]> => {
    const [stack] = stacks;
    const run = stack.start(["up"]);
    const seen = () => worlds.reduce((sum, { gate }) => sum + gate.requests.length, 0);
    const isSeen = waitFor("requests", () => Promise.resolve(seen() >= killAt ? true : undefined));
    if (await Promise.race([isSeen, run.ended.then(() => false)])) survivors.push(...(await run.kill(victim)));
    await stack.cancelIfLocked();
    return insist(stack, "up");
  };
  const undisturbed = async (): Promise<string[]> => {
    const { code } = await stacks[1].start(["up"]).ended;
    return insist(stacks[1], "up", code);
  };
  const watch = async (): Promise<string[]> => {
    const started = await Promise.all(worlds.map((world) => startExporter(joinEnvironmentOf(world))));
    exporters.push(...started);
    return [];
  };
  try {
    const actors = random.sample([killedAndContinued, undisturbed, watch], 3);
    const failures = (await Promise.all(actors.map((act) => act()))).flat();
    failures.push(...(await Promise.all(kicks)).flat());
    await Promise.all(exporters.map(untilJoined));
    killProcesses(survivors);
    const together = worlds.flatMap((world) =>
      stacks.flatMap((stack) =>
        violationsOf(world, create, stack.resourcesOf(world)).map((each) => titled(world, each)),
      ),
    );
    await Promise.all(exporters.map((each) => each.stop()));
    for (const { gate } of worlds) gate.open();
    failures.push(...(await Promise.all(stacks.map((stack) => insist(stack, "destroy")))).flat());
    const after = worlds.flatMap((world) =>
      stacks.flatMap((stack) =>
        violationsOf(world, destroy, stack.resourcesOf(world)).map((each) => titled(world, each)),
      ),
    );
    return { repeated, violations: [...failures, ...together, ...after] };
  } finally {
    killProcesses(survivors);
    await Promise.all(exporters.map((each) => each.stop("SIGKILL")));
  }
}

const titled = ({ name }: CrowdedWorld, violation: string): string => `${name}: ${violation}`;

async function untilJoined(exporter: ExporterProcess): Promise<void> {
  await waitFor("the exporter to be joined", async () =>
    /^nv_fed_join_state\{state="joined"\} 1$/m.test(await exporter.scrape()) ? true : undefined,
  );
}
