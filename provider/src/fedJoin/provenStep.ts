import { lookAtDestination, proveDestination, type Destination, type DestinationSight } from "./destination";
import { isCancelled, NeuVectorError } from "../errors";
import type { FedJoinInputs } from "./inputs";
import { nextMoveStep, type MoveStep } from "./moveStep";
import type { Parties } from "./parties";
import type { LifecycleParts } from "./parts";
import { formatAddress } from "../ports";

/** The first step of a move, with its destination proven. @throws NeuVectorError that says that nothing was changed. */
export async function provenStep(
  destination: Destination,
  there: Parties,
  parts: LifecycleParts,
): Promise<{ readonly found: DestinationSight; readonly step: Exclude<MoveStep, { do: "refuse" }> }> {
  let found: DestinationSight | undefined;
  try {
    found = await lookAtDestination(destination, there, parts);
    const step = nextMoveStep(found.sight);
    if (step.do === "refuse")
      throw new NeuVectorError(step.kind, step.why, { hint: step.hint ?? wayOut(destination, found) });
    if (step.do !== "store") await proveDestination(destination, found.federation, there, parts);
    return { found, step };
  } catch (error) {
    throw unproven(destination, error, found);
  }
}

/** The words of an error about a destination that is not proven. */
export function unproven(destination: Destination, error: unknown, found?: DestinationSight): unknown {
  if (!(error instanceof NeuVectorError) || isCancelled(error)) return error;
  const where = whereTheSiteIs(destination, found);
  return error.with({
    summary: `nothing was changed, and ${where}: the new master or joint address is not proven: ${error.summary}`,
  });
}

/** What the site itself says, where it was asked and is not where the state has it. */
function whereTheSiteIs({ name, old, outputs }: Destination, found: DestinationSight | undefined): string {
  const site = found?.view.site;
  const isAsInState = found === undefined || site === undefined || found.sight.isAtPrevious || found.sight.isSameMaster;
  if (isAsInState || site.fed_role === "master") {
    const member = outputs.clusterName === "" ? name : outputs.clusterName;
    return `${member} stays with its master at ${masterAddress(old)}`;
  }
  if (site.fed_role !== "joint") return "the site says that it is a member of none";
  return `the site says that it is a member of ${masterLeft(found, old)} as ${site.joint_clusters?.[0]?.name ?? "?"}`;
}

/** What a move that was interrupted before the state knew of its join leaves to do before another name. */
function wayOut({ outputs }: Destination, { sight }: DestinationSight): string | undefined {
  const { verdict, isSameMaster } = sight;
  const isOursAlready = verdict.state === "renamed" && !isSameMaster && verdict.member.name === outputs.clusterName;
  return isOursAlready
    ? `An up that was interrupted while it moved the site may have joined it there. Run pulumi up with the old name (${outputs.clusterName}) first, which records it; then change the name.`
    : undefined;
}

/** The master that the site names as its own, or else the one of the state, in words. */
export function masterLeft({ view }: DestinationSight, old: FedJoinInputs): string {
  const master = view.site?.fed_role === "joint" ? view.site.master_cluster : undefined;
  if (master === undefined || master === null) return `the master at ${masterAddress(old)}`;
  return `${master.name === "" ? "the master" : master.name} (${formatAddress(master.rest_info)})`;
}

export function masterAddress({ master: { rest, federation } }: FedJoinInputs): string {
  const address = rest ?? federation;
  return address === undefined ? "the address in the join token" : formatAddress(address);
}
