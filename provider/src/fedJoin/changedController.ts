import { anothersName } from "./destination";
import { isCancelled, NeuVectorError } from "../errors";
import { look } from "../membership/look";
import type { View } from "../membership/membership";
import type { Move } from "./moveMembership";
import { withParties } from "./parties";
import type { LifecycleParts } from "./parts";
import { formatAddress, sameAddress } from "../ports";

/**
 * Looks through another address of the controller. One that leads to a neighbour is refused: its membership would be ended
 * in place of ours. Gives what the site shows, and of a standalone one what the master shows; `undefined` where the
 * address is as before, or the site does not answer: that proves nothing.
 * @throws NeuVectorError membership_differs: nothing was changed.
 */
export async function checkController(
  { id, old, outputs, inputs }: Pick<Move, "id" | "old" | "outputs" | "inputs">,
  parts: LifecycleParts,
): Promise<View | undefined> {
  const { controller } = inputs;
  if (controller === undefined || (old.controller !== undefined && sameAddress(old.controller, controller))) {
    return undefined;
  }
  const orNothing = (error: unknown): undefined => {
    if (!(error instanceof NeuVectorError) || isCancelled(error)) throw error;
  };
  const view = await withParties(inputs, parts, async ({ sides }) => {
    const asked = await look({ site: sides.site, master: undefined }, parts.signal);
    if (asked.site?.fed_role !== "") return asked;
    const listed = await look({ site: undefined, master: sides.master }, parts.signal).catch(orNothing);
    return { ...asked, master: listed?.master };
  }).catch(orNothing);
  const name = anothersName({ name: id, old, outputs }, view?.site);
  if (name === undefined) return view;
  const at = formatAddress(controller);
  const summary = `nothing was changed: the controller at ${at} is a member as ${name}, which is not the membership ${id}`;
  throw new NeuVectorError("membership_differs", summary, { hint: "Correct the address of the controller." });
}

/** Warns of a new address of the controller where a standalone cluster answers while the master lists the membership still. */
export function warnOfStandalone(
  view: View | undefined,
  { id, outputs, inputs: { controller } }: Pick<Move, "id" | "outputs" | "inputs">,
  { ports }: LifecycleParts,
): void {
  const isListed = view?.master?.joint_clusters?.some((entry) => entry.id === outputs.clusterId) === true;
  if (controller === undefined || view?.site?.fed_role !== "" || !isListed) return;
  ports.log(
    "warn",
    `${id}: the cluster at the new controller address ${formatAddress(controller)} is standalone, while the master still lists ${id}: it is another cluster, or the site was installed again. The next refresh reports the status left, and the next up removes the member that the master lists and joins this cluster. If ${id} lives at another address, correct controller before you refresh.`,
  );
}
