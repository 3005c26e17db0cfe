import { handleFailedJoin } from "./failedMove";
import type { FedJoinInputs } from "./inputs";
import { joinMember } from "./joinMember";
import { leaveMember } from "./leaveMember";
import type { MoveDestination } from "./moveDestination";
import type { Move } from "./moveStep";
import { pendingPreviousMasters, updatePreviousMasters } from "./previousMasters";
import { atAnotherMaster, joinedOutputs, ownedMembership, type FedJoinOutputs } from "./state";
import { addUnverifiedContext, describePreviousMaster, verifyMove } from "./verifyMove";
import { withSessions } from "./withSessions";
import type { JoinSessions } from "../../federation/joinRequest";
import type { ObservedMembership } from "../../federation/membership";
import { getFederation } from "../../neuvector/client/federation";
import type { LifecycleDeps } from "../shared/lifecycle";
import { sameAddress } from "../../values/address";

/**
 * Moves a membership in place: verifies the destination, leaves, joins. If the destination turns out to be the same master,
 * only its address is recorded. Every step observes first, so the next move completes one that was killed at any point.
 * @throws NeuVectorError if the destination is not verified, and nothing was changed; or if the join failed and the site is
 * a member of its previous master again. A partial failure if the site is a member of neither.
 */
export async function moveMembership(move: Move, there: JoinSessions, deps: LifecycleDeps): Promise<FedJoinOutputs> {
  const { id, old, inputs, outputs } = move;
  const destination = { name: id, nameIsFixed: true, inputs, old, outputs };
  if (await isSameMasterAtNewAddress(destination, there, deps)) {
    const previousMasters = await updatePreviousMasters(outputs.previousMasters ?? [], outputs, "remove", deps);
    return { ...outputs, previousMasters, refusedCredentials: undefined };
  }
  const { observed, step } = await verifyMove(destination, there, deps);
  if (step.action === "store") return completeMove(move, { member: step.member, isLeaveConfirmed: false }, deps);
  const from = leaveInputs(move);
  const isLeaveConfirmed = step.action === "leave" && (await leave(move, step.at, from, there, deps));
  const outcome = await joinMember(deps, inputs, {
    membership: ownedMembership(id, inputs, atAnotherMaster(outputs)),
    repair: { kicked: true, changed: true },
  });
  if (outcome.state !== "joined") {
    const master = describePreviousMaster(observed, old);
    return handleFailedJoin(move, { outcome, isLeaveConfirmed, from, master }, deps);
  }
  const { member, tokenFingerprint } = outcome;
  return completeMove(move, { member, isLeaveConfirmed, tokenFingerprint }, deps);
}

/** True if the new address leads to the master that the site is already a member of. Asks only that master, so it works for a site that is down. */
async function isSameMasterAtNewAddress(
  destination: MoveDestination,
  { sessions }: JoinSessions,
  { signal }: LifecycleDeps,
): Promise<boolean> {
  const { old, inputs, outputs } = destination;
  const { status, masterId } = outputs;
  if (sessions.master === undefined || status !== "joined" || masterId === "") return false;
  if (!sameAddress(old.jointRest, inputs.jointRest)) return false;
  try {
    const { fed_role, master_cluster } = await getFederation(sessions.master, { signal });
    return fed_role === "master" && master_cluster?.id === masterId;
  } catch (error) {
    throw addUnverifiedContext(destination, error);
  }
}

/** Leaves. Returns true if the previous master confirmed it. */
async function leave(
  { id, old, outputs, inputs }: Move,
  at: "previous" | "destination",
  from: FedJoinInputs,
  there: JoinSessions,
  deps: LifecycleDeps,
): Promise<boolean> {
  if (at === "destination") {
    const membership = ownedMembership(id, { ...old, master: inputs.master }, atAnotherMaster(outputs));
    await leaveMember(deps, from, membership, there.sessions);
    return false;
  }
  return withSessions(from, deps, async ({ sessions }) => {
    await leaveMember(deps, from, ownedMembership(id, old, outputs), sessions);
    return sessions.master !== undefined && !from.forceLeave && from.onMasterLost !== "force";
  });
}

/**
 * Returns the inputs to leave, and to return to, the previous master: its old address, with the site's address, retries and
 * deadline of the program. Permission to leave by force also counts from the state: it was given for this membership.
 */
function leaveInputs({ old, inputs }: Move): FedJoinInputs {
  const { retry, timeoutSeconds } = inputs;
  const isMasterLost = [old, inputs].some(({ onMasterLost }) => onMasterLost === "force");
  return {
    ...old,
    controller: inputs.controller ?? old.controller,
    retry,
    timeoutSeconds,
    forceLeave: old.forceLeave || inputs.forceLeave,
    onMasterLost: isMasterLost ? "force" : "fail",
  };
}

interface CompletedMove {
  readonly member: ObservedMembership;
  readonly isLeaveConfirmed: boolean;
  readonly tokenFingerprint?: string | undefined;
}

async function completeMove(
  { stored, outputs }: Move,
  { member, isLeaveConfirmed, tokenFingerprint }: CompletedMove,
  deps: LifecycleDeps,
): Promise<FedJoinOutputs> {
  const now = joinedOutputs(member, deps.ports.clock.now(), atAnotherMaster(outputs), tokenFingerprint);
  const pending = pendingPreviousMasters(stored, outputs, isLeaveConfirmed);
  return { ...now, previousMasters: await updatePreviousMasters(pending, now, "remove", deps) };
}
