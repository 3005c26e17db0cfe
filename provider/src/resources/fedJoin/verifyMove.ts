import type { FedJoinInputs } from "./inputs";
import {
  observeDestination,
  verifyDestination,
  type DestinationObservation,
  type MoveDestination,
} from "./moveDestination";
import { nextMoveStep, type MoveStep } from "./moveStep";
import type { JoinSessions } from "../../federation/joinRequest";
import { isCancelled, NeuVectorError } from "../../errors/neuVectorError";
import type { LifecycleDeps } from "../shared/lifecycle";
import { formatAddress } from "../../values/address";

/** Returns the first step of a move, with its destination verified. @throws NeuVectorError which says that nothing was changed. */
export async function verifyMove(
  destination: MoveDestination,
  sessions: JoinSessions,
  deps: LifecycleDeps,
): Promise<{ readonly observed: DestinationObservation; readonly step: Exclude<MoveStep, { action: "refuse" }> }> {
  let observed: DestinationObservation | undefined;
  try {
    observed = await observeDestination(destination, sessions, deps);
    const step = nextMoveStep(observed.facts);
    if (step.action === "refuse") {
      throw new NeuVectorError(step.kind, step.reason, { hint: step.hint ?? recoveryHint(destination, observed) });
    }
    if (step.action !== "store") await verifyDestination(destination, observed.federation, sessions, deps);
    return { observed, step };
  } catch (error) {
    throw addUnverifiedContext(destination, error, observed);
  }
}

/** Says in the error that nothing was changed, and where the site is. */
export function addUnverifiedContext(
  destination: MoveDestination,
  error: unknown,
  observed?: DestinationObservation,
): unknown {
  if (!(error instanceof NeuVectorError) || isCancelled(error)) return error;
  const where = describeSiteLocation(destination, observed);
  return error.with({
    summary: `nothing was changed, and ${where}: the new master or joint address is not verified: ${error.summary}`,
  });
}

/** Describes where the site says it is, if it was asked and is not where the state has it. */
function describeSiteLocation({ name, old, outputs }: MoveDestination, observed?: DestinationObservation): string {
  const site = observed?.observation.site;
  const isAsInState =
    observed === undefined || site === undefined || observed.facts.isAtPrevious || observed.facts.isSameMaster;
  if (isAsInState || site.fed_role === "master") {
    const member = outputs.clusterName === "" ? name : outputs.clusterName;
    return `${member} stays with its master at ${describeMasterAddress(old)}`;
  }
  if (site.fed_role !== "joint") return "the site says that it is a member of none";
  const master = describePreviousMaster(observed, old);
  return `the site says that it is a member of ${master} as ${site.joint_clusters?.[0]?.name ?? "?"}`;
}

/** Says what to do about an interrupted move, whose join the state does not contain, before the name can change. */
function recoveryHint({ outputs }: MoveDestination, { facts }: DestinationObservation): string | undefined {
  const { found, isSameMaster } = facts;
  const isAlreadyOurs = found.state === "renamed" && !isSameMaster && found.member.name === outputs.clusterName;
  return isAlreadyOurs
    ? `An up that was interrupted while it moved the site may have joined it there. Run pulumi up with the old name (${outputs.clusterName}) first, which records it; then change the name.`
    : undefined;
}

/** Describes the master that the site names as its own, otherwise the one in the state. */
export function describePreviousMaster({ observation: { site } }: DestinationObservation, old: FedJoinInputs): string {
  const master = site?.fed_role === "joint" ? site.master_cluster : undefined;
  if (master === undefined || master === null) return `the master at ${describeMasterAddress(old)}`;
  return `${master.name === "" ? "the master" : master.name} (${formatAddress(master.rest_info)})`;
}

export function describeMasterAddress({ master: { rest, federation } }: FedJoinInputs): string {
  const address = rest ?? federation;
  return address === undefined ? "the address in the join token" : formatAddress(address);
}
