import {
  observeDestination,
  verifyDestination,
  type MoveDestination,
  type DestinationObservation,
} from "./moveDestination";
import { isCancelled, NeuVectorError } from "../../errors/neuVectorError";
import type { FedJoinInputs } from "./inputs";
import { nextMoveStep, type MoveStep } from "./moveStep";
import type { JoinSessions } from "../shared/withSessions";
import type { LifecycleDeps } from "../shared/lifecycleDeps";
import { formatAddress } from "../../neuvector/ports";

/** The first step of a move, with its destination proven. @throws NeuVectorError that says that nothing was changed. */
export async function verifyMove(
  destination: MoveDestination,
  there: JoinSessions,
  parts: LifecycleDeps,
): Promise<{ readonly found: DestinationObservation; readonly step: Exclude<MoveStep, { do: "refuse" }> }> {
  let found: DestinationObservation | undefined;
  try {
    found = await observeDestination(destination, there, parts);
    const step = nextMoveStep(found.facts);
    if (step.action === "refuse")
      throw new NeuVectorError(step.kind, step.why, { hint: step.hint ?? recoveryHint(destination, found) });
    if (step.action !== "store") await verifyDestination(destination, found.federation, there, parts);
    return { found, step };
  } catch (error) {
    throw addUnverifiedContext(destination, error, found);
  }
}

/** The words of an error about a destination that is not proven. */
export function addUnverifiedContext(
  destination: MoveDestination,
  error: unknown,
  found?: DestinationObservation,
): unknown {
  if (!(error instanceof NeuVectorError) || isCancelled(error)) return error;
  const where = describeSiteLocation(destination, found);
  return error.with({
    summary: `nothing was changed, and ${where}: the new master or joint address is not proven: ${error.summary}`,
  });
}

/** What the site itself says, where it was asked and is not where the state has it. */
function describeSiteLocation(
  { name, old, outputs }: MoveDestination,
  found: DestinationObservation | undefined,
): string {
  const site = found?.observation.site;
  const isAsInState = found === undefined || site === undefined || found.facts.isAtPrevious || found.facts.isSameMaster;
  if (isAsInState || site.fed_role === "master") {
    const member = outputs.clusterName === "" ? name : outputs.clusterName;
    return `${member} stays with its master at ${describeMasterAddress(old)}`;
  }
  if (site.fed_role !== "joint") return "the site says that it is a member of none";
  return `the site says that it is a member of ${describePreviousMaster(found, old)} as ${site.joint_clusters?.[0]?.name ?? "?"}`;
}

/** What a move that was interrupted before the state knew of its join leaves to do before another name. */
function recoveryHint({ outputs }: MoveDestination, { facts }: DestinationObservation): string | undefined {
  const { state, isSameMaster } = facts;
  const isOursAlready = state.state === "renamed" && !isSameMaster && state.member.name === outputs.clusterName;
  return isOursAlready
    ? `An up that was interrupted while it moved the site may have joined it there. Run pulumi up with the old name (${outputs.clusterName}) first, which records it; then change the name.`
    : undefined;
}

/** The master that the site names as its own, or else the one of the state, in words. */
export function describePreviousMaster({ observation }: DestinationObservation, old: FedJoinInputs): string {
  const master = observation.site?.fed_role === "joint" ? observation.site.master_cluster : undefined;
  if (master === undefined || master === null) return `the master at ${describeMasterAddress(old)}`;
  return `${master.name === "" ? "the master" : master.name} (${formatAddress(master.rest_info)})`;
}

export function describeMasterAddress({ master: { rest, federation } }: FedJoinInputs): string {
  const address = rest ?? federation;
  return address === undefined ? "the address in the join token" : formatAddress(address);
}
