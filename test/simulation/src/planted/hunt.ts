import { createSeededRandom } from "../random";
import type { PlannedFault } from "../faults/plan";
import { scenarios, type Scenario } from "../scenarios/operations";
import { singleFaults } from "../search/exhaustive";
import { replayLine, runById, shrinkRun, type RunId } from "../search/replay";

/** What a hunt for a planted defect came to. */
export interface HuntResult {
  readonly runs: number;
  /** Of the processor, so that other work on the machine does not count. */
  readonly seconds: number;
  readonly found?: { readonly oracle: string; readonly text: string; readonly replay: string };
}

/** Runs until the first violation, or until a limit of runs or of processor time. */
export async function hunt(limits: { readonly runs: number; readonly seconds: number }): Promise<HuntResult> {
  let runs = 0;
  for await (const id of huntedRuns()) {
    if (runs === limits.runs || usedSeconds() > limits.seconds) break;
    const { violations } = await runById(id);
    runs++;
    const seconds = usedSeconds();
    if (violations[0] === undefined) continue;
    const { input, report } = await shrinkRun(id);
    const { oracle, text } = report.violations[0] ?? violations[0];
    return { runs, seconds, found: { oracle, text, replay: replayLine(input) } };
  }
  return { runs, seconds: usedSeconds() };
}

/** Every scenario without a fault, then single faults of all scenarios in a mixed order, and seeds in turn. */
async function* huntedRuns(): AsyncGenerator<RunId> {
  for (const scenario of scenarios) yield { is: "scenario", scenario, faults: [] };
  const random = createSeededRandom(1);
  const singles = new Map<Scenario, PlannedFault[]>();
  for (let seed = 1; ; seed++) {
    yield { is: "seed", seed };
    const scenario = scenarios[random.below(scenarios.length)];
    if (scenario === undefined) continue;
    const open = singles.get(scenario) ?? (await singleFaults(scenario));
    singles.set(scenario, open);
    for (let count = 0; count < 2 && open.length > 0; count++) {
      yield { is: "scenario", scenario, faults: open.splice(random.below(open.length), 1) };
    }
  }
}

function usedSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
