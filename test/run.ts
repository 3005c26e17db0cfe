import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { prepareTools, repositoryRoot } from "@fedjoin/testbed";

/** The parts of vitest's JSON report that make the closing line. */
const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numFailedTestSuites: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});

const layersWithoutTools = ["unit", "integration", "protocol", "program"];

/** Runs every layer and ends with `N passed, N failed` over all of them; exit code 0 only when nothing failed or was skipped. */
async function main(): Promise<void> {
  const missing = await prepareTools({ say: console.log }).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const only = missing === undefined ? [] : layersWithoutTools.flatMap((layer) => ["--project", layer]);
  const { code, counts } = await runVitest(only);
  if (missing !== undefined) console.error(`\nThe e2e layer was skipped, since its tools are not there.\n${missing}\n`);
  const skipped = counts.numPendingTests + counts.numTodoTests + (missing === undefined ? 0 : 1);
  const failed =
    counts.numFailedTests === 0 && code !== 0 ? Math.max(1, counts.numFailedTestSuites) : counts.numFailedTests;
  console.log(`${counts.numPassedTests} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`);
  process.exitCode = failed === 0 && skipped === 0 && counts.numPassedTests > 0 ? 0 : 1;
}

async function runVitest(args: readonly string[]): Promise<{ code: number; counts: z.infer<typeof report> }> {
  const folder = mkdtempSync(join(tmpdir(), "fedjoin-test-"));
  const output = join(folder, "report.json");
  try {
    const vitest = join(repositoryRoot, "node_modules/vitest/vitest.mjs");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${output}`];
    const child = spawn(process.execPath, [vitest, "run", ...reporters, ...args], {
      cwd: repositoryRoot,
      // A snapshot that is missing is a failure, not one to write.
      env: { ...process.env, CI: "true" },
      stdio: ["ignore", "inherit", "inherit"],
    });
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (status) => {
        resolve(status ?? 1);
      });
    });
    return { code, counts: report.parse(JSON.parse(readFileSync(output, "utf8"))) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
});
