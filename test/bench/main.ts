import { choiceOption, parseCommandLine, runProgram, wholeNumberOption } from "@fedjoin/provider/internal/commandLine";
import { measure, type BenchOptions } from "./measure";
import { formatReport } from "./report";
import { sizeNames, type SizeName } from "./sizes";

const defaultRounds: Readonly<Record<SizeName, number>> = { XS: 20, S: 20, M: 10, L: 7 };

const commandLine = parseCommandLine<BenchOptions>(
  "npm run bench:scrape --",
  process.argv.slice(2),
  (program, select) => {
    program
      .description(
        `Compares scrapes of the built exporter with a baseline: a bare client that fetches the same
addresses with the same number of connections and parses the replies.`,
      )
      .addOption(choiceOption("--size <size>", "size of the cluster", sizeNames).default("S"))
      .addOption(wholeNumberOption("--rounds <n>", "measured scrapes (default: 20; M: 10, L: 7)", 1))
      .addOption(wholeNumberOption("--connections <n>", "connections to the controller", 1).default(8))
      .addOption(
        wholeNumberOption("--delay <ms>", "delay of each answer of the controller, in the part with delay", 1).default(
          5,
        ),
      )
      .action(({ size, rounds = defaultRounds[size], connections, delay }) => {
        select({ size, rounds, maxConnections: connections, delayMs: delay });
      });
  },
);

/** Exit code 1 only when a scrape did not show what the data demand: times are reported, not judged. */
void runProgram(commandLine, 1, async (plan) => {
  const measured = await measure(plan);
  console.log(formatReport(measured, plan));
  return measured.mismatches.length > 0 ? 1 : 0;
});
