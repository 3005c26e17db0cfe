import { otherMembershipName } from "./moveDestination";
import { isCancelled, NeuVectorError } from "../../errors/neuVectorError";
import { observe } from "../../federation/observe";
import type { Observation } from "../../federation/membershipState";
import type { Move } from "./moveMembership";
import { withSessions } from "../shared/withSessions";
import type { LifecycleDeps } from "../shared/lifecycleDeps";
import { formatAddress, sameAddress } from "../../neuvector/ports";

/**
 * Looks through another address of the controller. One that leads to a neighbour is refused: its membership would be ended
 * in place of ours. Gives what the site shows, and of a standalone one what the master shows; `undefined` where the
 * address is as before, or the site does not answer: that proves nothing.
 * @throws NeuVectorError membership_differs: nothing was changed.
 */
export async function checkControllerAddress(
  { id, old, outputs, inputs }: Pick<Move, "id" | "old" | "outputs" | "inputs">,
  parts: LifecycleDeps,
): Promise<Observation | undefined> {
  const { controller } = inputs;
  if (controller === undefined || (old.controller !== undefined && sameAddress(old.controller, controller))) {
    return undefined;
  }
  const orNothing = (error: unknown): undefined => {
    if (!(error instanceof NeuVectorError) || isCancelled(error)) throw error;
  };
  const view = await withSessions(inputs, parts, async ({ sessions }) => {
    const asked = await observe({ site: sessions.site, master: undefined }, parts.signal);
    if (asked.site?.fed_role !== "") return asked;
    const listed = await observe({ site: undefined, master: sessions.master }, parts.signal).catch(orNothing);
    return { ...asked, master: listed?.master };
  }).catch(orNothing);
  const name = otherMembershipName({ name: id, old, outputs }, view?.site);
  if (name === undefined) return view;
  const at = formatAddress(controller);
  const summary = `nothing was changed: the controller at ${at} is a member as ${name}, which is not the membership ${id}`;
  throw new NeuVectorError("membership_differs", summary, { hint: "Correct the address of the controller." });
}

/** Warns of a new address of the controller where a standalone cluster answers while the master lists the membership still. */
export function warnIfStandalone(
  view: Observation | undefined,
  { id, outputs, inputs: { controller } }: Pick<Move, "id" | "outputs" | "inputs">,
  { ports }: LifecycleDeps,
): void {
  const isListed = view?.master?.joint_clusters?.some((entry) => entry.id === outputs.clusterId) === true;
  if (controller === undefined || view?.site?.fed_role !== "" || !isListed) return;
  ports.log(
    "warn",
    `${id}: the cluster at the new controller address ${formatAddress(controller)} is standalone, while the master still lists ${id}: it is another cluster, or the site was installed again. The next refresh reports the status left, and the next up removes the member that the master lists and joins this cluster. If ${id} lives at another address, correct controller before you refresh.`,
  );
}
