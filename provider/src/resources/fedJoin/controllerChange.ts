import { otherMembershipName } from "./moveDestination";
import type { Move } from "./moveStep";
import { withSessions } from "./withSessions";
import { observe, type Observation } from "../../federation/observe";
import { isCancelled, NeuVectorError } from "../../errors/neuVectorError";
import type { LifecycleDeps } from "../shared/lifecycle";
import { formatAddress, sameAddress } from "../../values/address";

/**
 * Observes the site through another controller address. Rejects one that leads to another member, whose membership would
 * be ended in place of ours. Returns what the site shows, and for a standalone site what the master shows; `undefined` if
 * the address is unchanged, or if the site does not answer: that proves nothing.
 * @throws NeuVectorError membership_differs: nothing was changed.
 */
export async function checkControllerAddress(
  { id, old, outputs, inputs }: Move,
  deps: LifecycleDeps,
): Promise<Observation | undefined> {
  const { controller } = inputs;
  if (controller === undefined || (old.controller !== undefined && sameAddress(old.controller, controller))) {
    return undefined;
  }
  const undefinedUnlessCancelled = (error: unknown): undefined => {
    if (!(error instanceof NeuVectorError) || isCancelled(error)) throw error;
  };
  const observation = await withSessions(inputs, deps, async ({ sessions }) => {
    const bySite = await observe({ site: sessions.site, master: undefined }, deps.ports.clock, deps.signal);
    if (bySite.site?.fed_role !== "") return bySite;
    const byMaster = observe({ site: undefined, master: sessions.master }, deps.ports.clock, deps.signal);
    return { ...bySite, master: (await byMaster.catch(undefinedUnlessCancelled))?.master };
  }).catch(undefinedUnlessCancelled);
  const name = otherMembershipName({ name: id, old, outputs }, observation?.site);
  if (name === undefined) return observation;
  const at = formatAddress(controller);
  const summary = `nothing was changed: the controller at ${at} is a member as ${name}, which is not the membership ${id}`;
  throw new NeuVectorError("membership_differs", summary, { hint: "Correct the address of the controller." });
}

/** Warns if a standalone cluster answers at a new controller address while the master still lists the membership. */
export function warnIfStandalone(
  observation: Observation | undefined,
  { id, outputs, inputs: { controller } }: Move,
  { ports }: LifecycleDeps,
): void {
  const entries = observation?.master?.joint_clusters ?? [];
  const isListed = entries.some((entry) => entry.id === outputs.clusterId);
  if (controller === undefined || observation?.site?.fed_role !== "" || !isListed) return;
  ports.log(
    "warn",
    `${id}: the cluster at the new controller address ${formatAddress(controller)} is standalone, while the master still lists ${id}: it is another cluster, or the site was installed again. The next refresh reports the status left, and the next up removes the member that the master lists and joins this cluster. If ${id} lives at another address, correct controller before you refresh.`,
  );
}
