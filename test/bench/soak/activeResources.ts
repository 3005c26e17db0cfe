import { writeFileSync } from "node:fs";

/**
 * Preloaded into a process under test: on SIGUSR2 it writes how many resources of each type keep the process running into
 * the file `BENCH_RESOURCES_FILE`.
 */
const file = process.env["BENCH_RESOURCES_FILE"];
if (file !== undefined) {
  process.on("SIGUSR2", () => {
    const counts: Record<string, number> = {};
    for (const type of process.getActiveResourcesInfo()) counts[type] = (counts[type] ?? 0) + 1;
    writeFileSync(file, JSON.stringify(counts));
  });
}
