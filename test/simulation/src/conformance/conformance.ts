import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tools } from "@fedjoin/testbed";
import { invalidity } from "../engine/integrity";
import { emptyState } from "../engine/state";
import { createSeededRandom, type SeededRandom } from "@fedjoin/simulator";
import { type CliProject, createCliProject } from "./cliProject";
import { differences } from "./compare";
import { drawHistory, drawImportHistory, type History, stack, withFault } from "./history";
import { type Before, firstRun, modelRuns } from "./modelRun";

export interface ConformanceOptions {
  readonly tools: Tools;
  readonly seeds: readonly number[];
  /** Runs of each history. */
  readonly length: number;
  /** Histories of imports instead, whose length is given. */
  readonly imports?: boolean;
  /** Called after each history. */
  readonly report: (seed: number, difference: string | undefined) => void;
}

/** Runs histories on the model and on the real CLI; resolves to how many of them differ. */
export async function checkConformance({
  tools,
  seeds,
  length,
  imports = false,
  report,
}: ConformanceOptions): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), "conformance-"));
  try {
    const project = await createCliProject(tools, dir);
    let different = 0;
    for (const seed of seeds) {
      const random = createSeededRandom(seed);
      const history = imports ? drawImportHistory(random) : drawHistory(random, length);
      const found = await compareHistory(project, history, random);
      if (found !== undefined) different++;
      report(seed, found);
    }
    return different;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const orders = 200;

/** The first difference between the model and the CLI; each run goes on from the CLI's state. */
export async function compareHistory(
  project: CliProject,
  history: History,
  random: SeededRandom,
): Promise<string | undefined> {
  await project.reset();
  let before: Before = { state: emptyState(stack), created: {} };
  for (const [index, planned] of history.entries()) {
    const { calls } = await firstRun(planned, before);
    const run = withFault(random, planned, calls);
    const real = await project.run(run);
    let closest: string[] | undefined;
    for await (const model of modelRuns(run, before, orders)) {
      const found = differences(model, real, run.run.parallel === 1);
      if (closest === undefined || found.length < closest.length) closest = found;
      if (found.length === 0) break;
    }
    if (closest !== undefined && closest.length > 0)
      return [
        `run ${index + 1}`,
        JSON.stringify(run),
        ...closest,
        "state before",
        JSON.stringify(before.state),
        real.output,
      ].join("\n");
    // The engine refuses such a state from now on.
    if (invalidity(real.state.resources) !== undefined) return undefined;
    before = real;
  }
  return undefined;
}
