import { createOracles } from "../oracles";
import type { Violation } from "../oracles/oracle";
import type { SeenStep } from "../faults/schedule";
import type { WorldEvent } from "../trace/events";
import type { Carrier } from "../world/carrier";
import { createWorld, type World, type WorldConfig } from "../world/world";

/** What a run was and what was wrong in it. */
export interface RunReport {
  readonly violations: readonly Violation[];
  readonly events: readonly WorldEvent[];
  /** What could be hit while faults were on. */
  readonly seen: readonly SeenStep[];
}

/** What happens in a world, and what must be true at its end. */
export type Script = (world: World, report: (oracle: string, text: string) => void) => Promise<void>;

/** Runs a script in a new world, with every oracle watching; requests stay in memory unless there is a carrier. */
export async function simulate(config: WorldConfig, script: Script, carrier?: Carrier): Promise<RunReport> {
  const made: { world?: World } = {};
  const oracles = createOracles(() => made.world?.controllers.view() ?? { sites: [], masters: [] });
  const world = await createWorld(config, oracles, carrier);
  made.world = world;
  const { recorder, schedule, network } = world;
  const report = (oracle: string, text: string): void => {
    oracles.report(oracle, text, network.clock.now());
  };
  try {
    await script(world, report);
  } catch (error) {
    report("the run ends", error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  world.close();
  return { violations: oracles.violations, events: recorder.events, seen: schedule.seen };
}
