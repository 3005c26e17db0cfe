import { getFedMember } from "../controller/client";
import { keepsSecretsMarked } from "./credentialsProof";
import { lookAtDestination, type Destination } from "./destination";
import { isCancelled, NeuVectorError } from "../errors";
import type { FedJoinInputs } from "./inputs";
import { deadlineOf, joinMember } from "./joinMember";
import { partialFailure } from "./joinResult";
import type { JoinOutcome } from "../join/joinOrder";
import { leaveFederation } from "../membership/leave";
import { nextMoveStep } from "./moveStep";
import { withParties, type Parties } from "./parties";
import type { LifecycleParts } from "./parts";
import { settlePreviousMasters } from "./previousMasters";
import { masterAddress, masterLeft, provenStep, unproven } from "./provenStep";
import { sameAddress } from "../ports";
import { joinedOutputs, unconfirmedOutputs, type FedJoinOutputs, type PreviousMaster, type Stored } from "./state";
import { wantedOf } from "./wantedOf";

/** A membership that goes to another master or joint address and keeps its name. */
export interface Move {
  readonly id: string;
  readonly stored: Stored;
  readonly old: FedJoinInputs;
  readonly outputs: FedJoinOutputs;
  readonly news: Stored;
  readonly inputs: FedJoinInputs;
}

/**
 * Moves a membership in place: proves the destination, leaves, joins. A destination that turns out to be the same master
 * is only stored. Every step begins with a look, so a move that was killed anywhere is completed by the next one.
 * @throws NeuVectorError when the destination is not proven, and then nothing was changed; when the join is refused and
 * the site is a member of its previous master again. A partial failure when the site is a member of none.
 */
export async function moveMembership(move: Move, there: Parties, parts: LifecycleParts): Promise<FedJoinOutputs> {
  const { id, old, inputs, outputs } = move;
  const destination = { name: id, nameIsFixed: true, inputs, old, outputs };
  if (await isOnlyAnotherAddress(destination, there, parts)) {
    const previousMasters = await settlePreviousMasters(outputs.previousMasters ?? [], outputs, "remove", parts);
    return { ...outputs, previousMasters, refusedCredentials: undefined };
  }
  const { found, step } = await provenStep(destination, there, parts);
  if (step.do === "store") return arrived(move, { member: step.member, left: "unknown" }, parts);
  const from = previousInputs(move);
  const master = masterLeft(found, old);
  let left: Departure = "unknown";
  if (step.do === "leave") {
    left = await leave(move, step.at, from, there, parts);
    const again = (await lookAtDestination(destination, there, parts)).sight;
    const next = nextMoveStep({ ...again, isAtPrevious: false });
    if (next.do === "store") return arrived(move, { member: next.member, left }, parts);
  }
  const outcome = await joinMember(parts, inputs, {
    name: id,
    nameIsFixed: true,
    clusterId: outputs.clusterId === "" ? undefined : outputs.clusterId,
    formerIds: outputs.formerIds,
    mend: { kicked: true, changed: true },
  });
  if (outcome.state === "joined") {
    return arrived(move, { member: outcome.member, left, tokenFingerprint: outcome.tokenFingerprint }, parts);
  }
  return stranded(move, { outcome, left, from, master }, parts);
}

/** True when the new address leads to the master that the site is a member of already. Asks that master alone, so that a site that is down is no obstacle. */
async function isOnlyAnotherAddress(
  destination: Destination,
  { sides }: Parties,
  { signal }: LifecycleParts,
): Promise<boolean> {
  const { old, inputs, outputs } = destination;
  const { status, masterId } = outputs;
  if (sides.master === undefined || status !== "joined" || masterId === "") return false;
  if (!sameAddress(old.jointRest, inputs.jointRest)) return false;
  try {
    const { fed_role, master_cluster } = await getFedMember(sides.master, { signal });
    return fed_role === "master" && master_cluster?.id === masterId;
  } catch (error) {
    throw unproven(destination, error);
  }
}

/** `told` when the master that was left confirmed it. */
type Departure = "told" | "unknown";

async function leave(
  { id, old, outputs, inputs }: Move,
  at: "previous" | "destination",
  from: FedJoinInputs,
  there: Parties,
  parts: LifecycleParts,
): Promise<Departure> {
  const { ports, signal } = parts;
  const { retry, forceLeave, onMasterLost } = from;
  const withoutMaster = onMasterLost === "force";
  const order = {
    wanted: wantedOf(id, old, outputs),
    retry,
    deadlineMs: deadlineOf(inputs, ports),
    force: forceLeave,
    withoutMaster,
  };
  if (at === "destination") {
    const wanted = { ...order.wanted, masterId: undefined, masterAddresses: addressesOf(inputs) };
    await leaveFederation({ ...order, wanted }, { ports, sides: there.sides, signal });
    return "unknown";
  }
  return withParties(from, parts, async ({ sides }) => {
    await leaveFederation(order, { ports, sides, signal });
    return sides.master !== undefined && !forceLeave && !withoutMaster ? "told" : "unknown";
  });
}

function addressesOf({ master: { federation, rest } }: FedJoinInputs) {
  return [federation, rest].filter((address) => address !== undefined);
}

/**
 * The way to the previous master, with the way to the site and the patience of today. What allows a forced leave counts
 * from the state too: it was given for the membership that ends.
 */
function previousInputs({ old, inputs }: Move): FedJoinInputs {
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

interface Arrival {
  readonly member: Parameters<typeof joinedOutputs>[0];
  readonly left: Departure;
  readonly tokenFingerprint?: string | undefined;
}

async function arrived(move: Move, { member, left, tokenFingerprint }: Arrival, parts: LifecycleParts) {
  const before = { ...move.outputs, masterId: "" };
  const now = joinedOutputs(member, parts.ports.clock.now(), before, tokenFingerprint);
  const previousMasters = await settlePreviousMasters(previousOf(move, left), now, "remove", parts);
  return { ...now, previousMasters };
}

/** Masters that may list the site still, once it left. */
function previousOf({ stored, outputs }: Move, left: Departure): PreviousMaster[] {
  const known = outputs.previousMasters ?? [];
  const { masterId, clusterId } = outputs;
  const master = stored["master"];
  if (left === "told" || clusterId === "" || typeof master !== "object" || master === null) return [...known];
  return [...known, { master: { ...master }, masterId, clusterId }];
}

interface Stranding {
  readonly outcome: Exclude<JoinOutcome, { state: "joined" }>;
  readonly left: Departure;
  readonly from: FedJoinInputs;
  /** The master that was left, in words. */
  readonly master: string;
}

/** After the site left and the join failed: back to the previous master. @throws Always: it says where the site is now. */
async function stranded(move: Move, { outcome, left, from, master }: Stranding, parts: LifecycleParts): Promise<never> {
  const { id, inputs, outputs, news } = move;
  const to = masterAddress(inputs);
  const pending = (): FedJoinOutputs => ({
    ...unconfirmedOutputs(id, { ...outputs, masterId: "" }, undefined),
    previousMasters: previousOf(move, left),
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
  const back = await rejoin(move, from, parts);
  const details = { status: why?.status, code: why?.code, hint: why?.hint };
  if (back.state === "member") {
    const text = `${id} is a member of ${master} again, and the state is as before, since ${failed}`;
    throw new NeuVectorError(why?.kind ?? "unexpected_status", text, details);
  }
  if (back.state === "unconfirmed") {
    const text = `${failed}; ${master} ${back.what} ${id} again, but no side shows it yet`;
    if (!keepsSecretsMarked(move.stored, news)) {
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
type WayBack =
  | { readonly state: "member" }
  | { readonly state: "unconfirmed"; readonly what: "accepted" | "may have accepted" }
  | { readonly state: "failed"; readonly why: string };

async function rejoin({ id, outputs }: Move, from: FedJoinInputs, parts: LifecycleParts): Promise<WayBack> {
  try {
    const outcome = await joinMember(parts, from, {
      name: id,
      nameIsFixed: true,
      clusterId: outputs.clusterId === "" ? undefined : outputs.clusterId,
      formerIds: outputs.formerIds,
      masterId: outputs.masterId === "" ? undefined : outputs.masterId,
      mend: { kicked: false, changed: false },
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
