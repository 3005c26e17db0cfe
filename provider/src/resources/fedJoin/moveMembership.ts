import { getFederation } from "../../neuvector/client/federation";
import { keepsSecretMarks } from "./verifyCredentials";
import { observeDestination, type MoveDestination } from "./moveDestination";
import { isCancelled, NeuVectorError } from "../../errors/neuVectorError";
import type { FedJoinInputs } from "./inputs";
import { deadlineOf, joinMember } from "./joinMember";
import { partialFailure } from "./joinResult";
import type { JoinOutcome } from "../../federation/joinRequest";
import { leaveFederation } from "../../federation/leave";
import { nextMoveStep } from "./moveStep";
import { withSessions, type JoinSessions } from "../shared/withSessions";
import type { LifecycleDeps } from "../shared/lifecycleDeps";
import { updatePreviousMasters } from "./previousMasters";
import { describeMasterAddress, describePreviousMaster, verifyMove, addUnverifiedContext } from "./verifyMove";
import { sameAddress } from "../../neuvector/ports";
import {
  joinedOutputs,
  unconfirmedOutputs,
  type FedJoinOutputs,
  type PreviousMaster,
  type ResourceProps,
} from "./state";
import { ownedMembership } from "./ownedMembership";

/** A membership that goes to another master or joint address and keeps its name. */
export interface Move {
  readonly id: string;
  readonly stored: ResourceProps;
  readonly old: FedJoinInputs;
  readonly outputs: FedJoinOutputs;
  readonly news: ResourceProps;
  readonly inputs: FedJoinInputs;
}

/**
 * Moves a membership in place: proves the destination, leaves, joins. A destination that turns out to be the same master
 * is only stored. Every step begins with a look, so a move that was killed anywhere is completed by the next one.
 * @throws NeuVectorError when the destination is not proven, and then nothing was changed; when the join is refused and
 * the site is a member of its previous master again. A partial failure when the site is a member of none.
 */
export async function moveMembership(move: Move, there: JoinSessions, parts: LifecycleDeps): Promise<FedJoinOutputs> {
  const { id, old, inputs, outputs } = move;
  const destination = { name: id, nameIsFixed: true, inputs, old, outputs };
  if (await isSameMasterAtNewAddress(destination, there, parts)) {
    const previousMasters = await updatePreviousMasters(outputs.previousMasters ?? [], outputs, "remove", parts);
    return { ...outputs, previousMasters, refusedCredentials: undefined };
  }
  const { found, step } = await verifyMove(destination, there, parts);
  if (step.action === "store") return completeMove(move, { member: step.member, left: "unknown" }, parts);
  const from = leaveInputs(move);
  const master = describePreviousMaster(found, old);
  let left: LeaveConfirmation = "unknown";
  if (step.action === "leave") {
    left = await leave(move, step.at, from, there, parts);
    const again = (await observeDestination(destination, there, parts)).facts;
    const next = nextMoveStep({ ...again, isAtPrevious: false });
    if (next.action === "store") return completeMove(move, { member: next.member, left }, parts);
  }
  const outcome = await joinMember(parts, inputs, {
    name: id,
    nameIsFixed: true,
    clusterId: outputs.clusterId === "" ? undefined : outputs.clusterId,
    formerIds: outputs.formerIds,
    repair: { kicked: true, changed: true },
  });
  if (outcome.state === "joined") {
    return completeMove(move, { member: outcome.member, left, tokenFingerprint: outcome.tokenFingerprint }, parts);
  }
  return handleFailedJoin(move, { outcome, left, from, master }, parts);
}

/** True when the new address leads to the master that the site is a member of already. Asks that master alone, so that a site that is down is no obstacle. */
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

/** `told` when the master that was left confirmed it. */
type LeaveConfirmation = "told" | "unknown";

async function leave(
  { id, old, outputs, inputs }: Move,
  at: "previous" | "destination",
  from: FedJoinInputs,
  there: JoinSessions,
  parts: LifecycleDeps,
): Promise<LeaveConfirmation> {
  const { ports, signal } = parts;
  const { retry, forceLeave, onMasterLost } = from;
  const withoutMaster = onMasterLost === "force";
  const order = {
    membership: ownedMembership(id, old, outputs),
    retry,
    deadlineMs: deadlineOf(inputs, ports),
    force: forceLeave,
    withoutMaster,
  };
  if (at === "destination") {
    const membership = { ...order.membership, masterId: undefined, masterAddresses: listMasterAddresses(inputs) };
    await leaveFederation({ ...order, membership }, { ports, sessions: there.sessions, signal });
    return "unknown";
  }
  return withSessions(from, parts, async ({ sessions }) => {
    await leaveFederation(order, { ports, sessions, signal });
    return sessions.master !== undefined && !forceLeave && !withoutMaster ? "told" : "unknown";
  });
}

function listMasterAddresses({ master: { federation, rest } }: FedJoinInputs) {
  return [federation, rest].filter((address) => address !== undefined);
}

/**
 * The way to the previous master, with the way to the site and the patience of today. What allows a forced leave counts
 * from the state too: it was given for the membership that ends.
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
  readonly member: Parameters<typeof joinedOutputs>[0];
  readonly left: LeaveConfirmation;
  readonly tokenFingerprint?: string | undefined;
}

async function completeMove(move: Move, { member, left, tokenFingerprint }: CompletedMove, parts: LifecycleDeps) {
  const before = { ...move.outputs, masterId: "" };
  const now = joinedOutputs(member, parts.ports.clock.now(), before, tokenFingerprint);
  const previousMasters = await updatePreviousMasters(pendingPreviousMasters(move, left), now, "remove", parts);
  return { ...now, previousMasters };
}

/** Masters that may list the site still, once it left. */
function pendingPreviousMasters({ stored, outputs }: Move, left: LeaveConfirmation): PreviousMaster[] {
  const known = outputs.previousMasters ?? [];
  const { masterId, clusterId } = outputs;
  const master = stored["master"];
  if (left === "told" || clusterId === "" || typeof master !== "object" || master === null) return [...known];
  return [...known, { master: { ...master }, masterId, clusterId }];
}

interface FailedJoin {
  readonly outcome: Exclude<JoinOutcome, { state: "joined" }>;
  readonly left: LeaveConfirmation;
  readonly from: FedJoinInputs;
  /** The master that was left, in words. */
  readonly master: string;
}

/** After the site left and the join failed: back to the previous master. @throws Always: it says where the site is now. */
async function handleFailedJoin(
  move: Move,
  { outcome, left, from, master }: FailedJoin,
  parts: LifecycleDeps,
): Promise<never> {
  const { id, inputs, outputs, news } = move;
  const to = describeMasterAddress(inputs);
  const pending = (): FedJoinOutputs => ({
    ...unconfirmedOutputs(id, { ...outputs, masterId: "" }, undefined),
    previousMasters: pendingPreviousMasters(move, left),
  });
  const nextUp = `The next pulumi up looks where it is and joins it to the master at ${to} as ${id}`;
  if (outcome.state === "unconfirmed") {
    const text = `left ${master}; the master at ${to} accepted ${id}, but no side shows it yet. Run pulumi up again to confirm it.`;
    throw partialFailure(news, pending(), text);
  }
  const why = outcome.error instanceof NeuVectorError ? outcome.error : undefined;
  const failed = `joining the master at ${to} failed: ${why?.summary ?? String(outcome.error)}`;
  const nowhere = outputs.status === "joined" ? `left ${master}, is now a member of none` : "is a member of none";
  if (isCancelled(outcome.error) || outputs.status !== "joined") {
    throw partialFailure(news, pending(), `${nowhere}: ${failed}. ${nextUp}. ${why?.hint ?? ""}`.trim());
  }
  const back = await rejoinPreviousMaster(move, from, parts);
  const details = { status: why?.status, code: why?.code, hint: why?.hint };
  if (back.state === "member") {
    const text = `${id} is a member of ${master} again, and the state is as before, since ${failed}`;
    throw new NeuVectorError(why?.kind ?? "unexpected_status", text, details);
  }
  if (back.state === "unconfirmed") {
    const text = `${failed}; ${master} ${back.what} ${id} again, but no side shows it yet`;
    if (!keepsSecretMarks(move.stored, news)) {
      const hint = `Run pulumi up --refresh, which looks where the site is. ${why?.hint ?? ""}`.trim();
      throw new NeuVectorError(why?.kind ?? "unexpected_status", text, { ...details, hint });
    }
    const next = `The state keeps the previous addresses: the next pulumi up looks where the site is, and moves it unless the program has the previous addresses again. ${why?.hint ?? ""}`;
    throw partialFailure(move.stored, unconfirmedOutputs(id, outputs, undefined), `${text}. ${next}`.trim());
  }
  const text = `${nowhere}: ${failed}; going back failed too: ${back.why}. ${nextUp}; with the previous address in the program it goes back. ${why?.hint ?? ""}`;
  throw partialFailure(news, pending(), text.trim());
}

/** What became of the way back to the previous master. */
type RejoinResult =
  | { readonly state: "member" }
  | { readonly state: "unconfirmed"; readonly what: "accepted" | "may have accepted" }
  | { readonly state: "failed"; readonly why: string };

async function rejoinPreviousMaster(
  { id, outputs }: Move,
  from: FedJoinInputs,
  parts: LifecycleDeps,
): Promise<RejoinResult> {
  try {
    const outcome = await joinMember(parts, from, {
      name: id,
      nameIsFixed: true,
      clusterId: outputs.clusterId === "" ? undefined : outputs.clusterId,
      formerIds: outputs.formerIds,
      masterId: outputs.masterId === "" ? undefined : outputs.masterId,
      repair: { kicked: false, changed: false },
    });
    if (outcome.state === "joined") return { state: "member" };
    if (outcome.state === "unconfirmed") return { state: "unconfirmed", what: "accepted" };
    if (outcome.mayHaveJoined) return { state: "unconfirmed", what: "may have accepted" };
    return {
      state: "failed",
      why: outcome.error instanceof NeuVectorError ? outcome.error.summary : String(outcome.error),
    };
  } catch (error) {
    if (error instanceof NeuVectorError) return { state: "failed", why: error.summary };
    throw error;
  }
}
