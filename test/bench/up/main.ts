import {
  parseCommandLine,
  runProgram,
  textOption,
  UsageError,
  wholeNumberOption,
} from "@fedjoin/provider/internal/commandLine";
import { measureUp, type UpOptions } from "./measureUp";
import { formatMeasurement } from "./report";

/** Numbers of members, separated by commas. */
function parseMembers(text: string): readonly number[] {
  const numbers = text.split(",").map(Number);
  if (numbers.every((each) => Number.isInteger(each) && each >= 1 && each <= 10_000)) return numbers;
  throw new UsageError("--members <list>: expected whole numbers from 1, separated by commas");
}

const commandLine = parseCommandLine<UpOptions>("npm run bench:up --", process.argv.slice(2), (program, select) => {
  program
    .description(
      `Compares pulumi up, refresh and destroy of many FedJoins with programs of as many dynamic
resources that do nothing, with the same inputs and without any, on the same engine. All
controllers are simulated in one process, and do at once what the product takes seconds for. The
last line is the ratio of the time of an up without a change, for the largest number of members,
to that of resources without inputs.`,
    )
    .addOption(textOption("--members <list>", "numbers of members, separated by commas").default("1,100,500"))
    .addOption(wholeNumberOption("--rounds <n>", "rounds of create, no change, refresh and destroy", 1).default(1))
    .option("--skip-checkpoints", "let the engine write the state once a run: PULUMI_SKIP_CHECKPOINTS")
    .action(({ members, rounds, skipCheckpoints = false }) => {
      select({ members: parseMembers(members), rounds, skipCheckpoints });
    });
});

/** Exit code 1 only when the master did not list what it should: times are reported, not judged. */
void runProgram(commandLine, 1, async (options) => {
  let ratio = NaN;
  let isWrong = false;
  for await (const measured of measureUp(options)) {
    console.log(formatMeasurement(measured));
    ratio = measured.fedJoins["no change"].seconds / measured.empty["no change"].seconds;
    isWrong ||= measured.mismatches.length > 0;
  }
  console.log(`ratio ${ratio.toFixed(2)}`);
  return isWrong ? 1 : 0;
});
