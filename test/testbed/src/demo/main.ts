import { parseCommandLine, runProgram } from "@fedjoin/provider/internal/commandLine";
import { createNarrator } from "./narrator";
import { runDemo } from "./demo";

interface DemoOptions {
  readonly keep: boolean;
}

const commandLine = parseCommandLine<DemoOptions>("npm run demo --", process.argv.slice(2), (program, select) => {
  program
    .description(
      `Joins three simulated NeuVector clusters to a simulated master by running the real pulumi up
on the real stack, with a real Kubernetes API server. Then it shows drift and repair, and
destroys everything.`,
    )
    .option("--keep", "stop before pulumi destroy and keep everything running until Ctrl-C", false)
    .action(select);
});

/** Returns exit code 0 only if every step had the expected result; 130 after Ctrl-C. */
async function demo({ keep }: DemoOptions): Promise<number> {
  const interrupt = new AbortController();
  const stop = (): void => {
    if (!interrupt.signal.aborted) console.log("\nStopping everything that was started…");
    interrupt.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  const narrator = createNarrator(console.log);
  try {
    await runDemo({ narrator, keep, signal: interrupt.signal });
    return 0;
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

void runProgram(commandLine, 1, demo);
