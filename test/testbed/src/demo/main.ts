import { parseArgs } from "node:util";
import { createNarrator } from "./narrator";
import { runDemo } from "./demo";

const usage = `npm run demo [-- --keep]

Joins three simulated NeuVector clusters to a simulated master by running the real \`pulumi up\` on the real stack,
with a real Kubernetes API server. Then it shows drift and repair, and destroys everything.

  --keep   stop before \`pulumi destroy\` and keep everything running until Ctrl-C`;

/** Returns exit code 0 only if every step had the expected result; 130 after Ctrl-C. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { keep: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
  if (values.help === true) {
    console.log(usage);
    return 0;
  }
  const interrupt = new AbortController();
  const stop = (): void => {
    if (!interrupt.signal.aborted) console.log("\nStopping everything that was started…");
    interrupt.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  const narrator = createNarrator(console.log);
  try {
    await runDemo({ narrator, keep: values.keep === true, signal: interrupt.signal });
    return 0;
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
