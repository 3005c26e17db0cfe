import { styleText } from "node:util";
import { parseCommandLine, runProgram } from "@fedjoin/provider/internal/commandLine";
import { clusterDemo } from "./clusterDemo";
import { createNarrator } from "./narrator";
import { quickDemo } from "./quickDemo";
import { tellDemo } from "./tellDemo";

interface DemoArguments {
  readonly keep: boolean;
  readonly quick: boolean;
}

const commandLine = parseCommandLine<DemoArguments>("npm run demo --", process.argv.slice(2), (program, select) => {
  program
    .description(
      `Joins three simulated NeuVector clusters to a simulated master by running the real pulumi up
on the real stack, with a real Kubernetes API server. Then it shows drift and repair, and
destroys everything.`,
    )
    .option("--quick", "without Kubernetes: only pulumi has to be found or downloaded", false)
    .option("--keep", "keep everything running at the end, until Ctrl-C", false)
    .action(select);
});

/** Returns exit code 0 only if every step had the expected result; 130 after Ctrl-C. */
async function demo({ keep, quick }: DemoArguments): Promise<number> {
  const interrupt = new AbortController();
  const stop = (): void => {
    if (!interrupt.signal.aborted) console.log("\nStopping everything that was started…");
    interrupt.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  const narrator = createNarrator({
    write: console.log,
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    format: (format, text) => styleText(format, text, { stream: process.stdout }),
  });
  try {
    const options = { narrator, keep, signal: interrupt.signal };
    await (quick ? tellDemo(quickDemo, options) : tellDemo(clusterDemo, options));
    return 0;
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

void runProgram(commandLine, 1, demo);
