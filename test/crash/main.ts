import { choiceOption, parseCommandLine, runProgram, wholeNumberOption } from "@fedjoin/provider/internal/commandLine";
import { prepareTools } from "@fedjoin/testbed";
import { runActors } from "./actorRun";
import { runFaults } from "./faultRun";
import { runKills } from "./killRun";
import { sampleSizes } from "./sampleSizes";

const parts = ["kills", "faults", "actors"] as const;

const allRounds = 50;
const maxUnreachedShare = 0.05;

interface Options {
  readonly part: (typeof parts)[number];
  readonly seed: number;
  readonly worlds: number;
  readonly sample?: true | undefined;
}

const commandLine = parseCommandLine<Options>("npm run test:crash --", process.argv.slice(2), (program, select) => {
  program
    .description(
      `Interrupts real processes and checks that every site is a member exactly once afterwards.

kills: kills the pulumi CLI, its provider process, or both, at each boundary between two messages
of every operation, and recovers with pulumi cancel and up.

faults: lets each fault happen to each request of the provider process, and runs it again.

actors: lets two stacks and an exporter join the same sites while one run is killed and continued
at once, and an admin kicks a dead member.`,
    )
    .addOption(choiceOption("--part <part>", "what to run", parts).default("kills" as const))
    .option("--sample", "run only as much as npm test does, drawn by the seed")
    .addOption(wholeNumberOption("--seed <n>", "number that draws the sample and the order", 0).default(1))
    .addOption(wholeNumberOption("--worlds <n>", "masters and sites that are used at the same time", 1).default(12))
    .action(select);
});

/** Exit code 1 if anything was violated, or too many boundaries were not reached. The last line counts. */
void runProgram(commandLine, 1, async ({ part, seed, worlds, sample }) => {
  const start = performance.now();
  const say = console.log;
  const seconds = () => Math.round((performance.now() - start) / 1000);
  if (part === "kills") {
    const tools = await prepareTools({ say: () => undefined });
    const { kills, unreached, requests, violations } = await runKills({ tools, worlds, say, seed: sample && seed });
    for (const [operation, count] of Object.entries(requests)) say(`${operation}: ${count} requests`);
    say(
      `seed ${seed}: ${kills} kills, ${unreached} boundaries not reached, ${violations.length} violations, ${seconds()} s`,
    );
    return violations.length === 0 && unreached <= maxUnreachedShare * (kills + unreached) ? 0 : 1;
  }
  if (part === "actors") {
    const tools = await prepareTools({ say: () => undefined });
    const rounds = sample ? sampleSizes.rounds : allRounds;
    const { repeated, violations } = await runActors({ tools, worlds, say, seed, rounds });
    say(`seed ${seed}: ${rounds} rounds, ${repeated} repeated runs, ${violations.length} violations, ${seconds()} s`);
    return violations.length === 0 ? 0 : 1;
  }
  const cells = sample && sampleSizes.faults;
  const { known, cells: run, failed, violations } = await runFaults({ worlds, say, seed, cells });
  say(
    `seed ${seed}: ${run} of ${known} faults, ${failed} failed runs, ${violations.length} violations, ${seconds()} s`,
  );
  return violations.length === 0 ? 0 : 1;
});
