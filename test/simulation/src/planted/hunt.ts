import type { PlannedFault } from "../faults/plan";
import { createSeededRandom } from "@fedjoin/simulator";
import { runScenario, scenarios, type Scenario } from "../scenarios/operations";
import { distinctFaults } from "../search/exhaustive";
import { replayLine, runById, shrinkRun, type RunId } from "../search/replay";

/** What a hunt for a planted defect came to. */
export interface HuntResult {
  readonly runs: number;
  /** Of the processor, so that other work on the machine does not count. */
  readonly seconds: number;
  /** Why a test did not find it. */
  readonly why?: string;
  readonly found?: {
    /** The oracle, or the test, that found it. */
    readonly oracle: string;
    readonly text: string;
    /** The command that repeats the run. */
    readonly replay?: string;
  };
}

export interface PlantedResult extends HuntResult {
  readonly name: string;
  readonly defect: string;
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

const singlesForASeed = 3;

/** Every scenario without a fault, then with each slow answer between controllers; then in turn seeds, and single faults of the scenarios in a mixed order. */
async function* huntedRuns(): AsyncGenerator<RunId> {
  for (const scenario of scenarios) yield { is: "scenario", scenario, faults: [] };
  for (const scenario of scenarios) {
    for (const fault of await slowAnswers(scenario)) yield { is: "scenario", scenario, faults: [fault] };
  }
  const random = createSeededRandom(1);
  const singles = new Map<Scenario, PlannedFault[]>();
  for (let seed = 1; ; seed++) {
    yield { is: "seed", seed };
    for (let count = 0; count < singlesForASeed; count++) {
      const scenario = random.pick(scenarios);
      const open = singles.get(scenario) ?? (await distinctFaults(scenario));
      singles.set(scenario, open);
      if (open.length > 0) yield { is: "scenario", scenario, faults: open.splice(random.below(open.length), 1) };
    }
  }
}

/** For each message between controllers: a join or leave stays under way for seconds, in which others act. */
async function slowAnswers(scenario: Scenario): Promise<PlannedFault[]> {
  const { seen } = await runScenario(scenario, []);
  return seen.flatMap((each, step) => (each === "checkpoint" || each.isOurs ? [] : [{ step, kind: "slow-9s" }]));
}

function usedSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
