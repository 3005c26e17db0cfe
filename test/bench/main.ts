import { parseArgs } from "node:util";
import { measure, type BenchOptions } from "./measure";
import { formatReport } from "./report";
import { parseSizeName, type SizeName } from "./sizes";

const usage = `npm run bench:scrape [-- --size S|M|L] [--rounds N] [--connections N] [--delay MS]

Measures scrapes of the built exporter against a floor: a bare client that fetches the same addresses with the same
number of connections and parses what comes.

  --size         S, M or L (default S)
  --rounds       scrapes that are measured (default 20, 10, 7 by size)
  --connections  connections to the controller (default 8)
  --delay        milliseconds that the controller waits before each answer, in the part with delay (default 5)`;

const defaultRounds: Readonly<Record<SizeName, number>> = { S: 20, M: 10, L: 7 };

function readPlan(): BenchOptions | "help" {
  const { values } = parseArgs({
    options: {
      size: { type: "string", default: "S" },
      rounds: { type: "string" },
      connections: { type: "string", default: "8" },
      delay: { type: "string", default: "5" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const size = parseSizeName(values.size);
  return {
    size,
    rounds: countOf("--rounds", values.rounds ?? `${defaultRounds[size]}`),
    maxConnections: countOf("--connections", values.connections),
    delayMs: countOf("--delay", values.delay),
  };
}

function countOf(flag: string, text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`${flag} must be a number from 1 to 9999, not "${text}"`);
  return Number(text);
}

/** Exit code 1 only when a scrape did not show what the data demand: times are reported, not judged. */
async function main(): Promise<void> {
  const plan = readPlan();
  if (plan === "help") {
    console.log(usage);
    return;
  }
  const measured = await measure(plan);
  console.log(formatReport(measured, plan));
  if (measured.mismatches.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
