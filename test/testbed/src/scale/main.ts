import { parseCommandLine, runProgram, wholeNumberOption } from "@fedjoin/provider/internal/commandLine";
import { runScale } from "./scaleRun";

interface Scale {
  readonly stacks: number;
  readonly members: number;
}

const commandLine = parseCommandLine<Scale>("npm run scale --", process.argv.slice(2), (program, select) => {
  program
    .description(
      `Joins many simulated sites in several stacks to two simulated masters with the real pulumi up,
shows them with fedjoin members --all --check, moves the first stack to the other master with
fedjoin rollout, and prints time and peak memory.`,
    )
    .addOption(wholeNumberOption("--stacks <n>", "number of stacks", 2).default(10))
    .addOption(wholeNumberOption("--members <n>", "members of each stack", 1).default(100))
    .action(select);
});

void runProgram(commandLine, 1, async (scale) => {
  const { costs, checks, move } = await runScale({ ...scale, say: console.log });
  for (const [step, { seconds, childrenMb, ownMb }] of Object.entries(costs)) {
    console.log(`${step}: ${seconds} s; pulumi and fedjoin ${childrenMb} MB, the simulated controllers ${ownMb} MB`);
  }
  return [...checks, move].some(({ code }) => code !== 0) ? 1 : 0;
});
