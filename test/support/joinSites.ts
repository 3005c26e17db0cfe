import type { SimulatedController } from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { newLifecycle } from "./federation";

/** Joins every site to the master and waits until all are members; their names begin with `edge-` and a number from 1. */
export async function joinSites(master: SimulatedController, sites: readonly SimulatedController[]): Promise<void> {
  const lifecycle = newLifecycle();
  await Promise.all(
    sites.map((site, index) => lifecycle.create(fedJoinInputs(master, site, `edge-${String(index + 1)}`))),
  );
}
