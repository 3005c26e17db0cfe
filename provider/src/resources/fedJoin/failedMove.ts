import type { FedJoinInputs } from "./inputs";
import { joinMember } from "./joinMember";
import { partialFailure } from "./joinResult";
import type { Move } from "./moveStep";
import { pendingPreviousMasters } from "./previousMasters";
import { atAnotherMaster, ownedMembership, unconfirmedOutputs, type FedJoinOutputs } from "./state";
import { keepsSecretMarks } from "./verifyCredentials";
import { describeMasterAddress } from "./verifyMove";
import type { JoinOutcome } from "../../federation/joinRequest";
import { documentationBase, isCancelled, NeuVectorError } from "../../errors/neuVectorError";
import type { LifecycleDeps } from "../shared/lifecycle";

const page = `See ${documentationBase}docs/how-to/operations.md#a-move-failed-halfway`;

/** A move whose join failed after the site left. */
interface FailedJoin {
  readonly outcome: Exclude<JoinOutcome, { state: "joined" }>;
  readonly isLeaveConfirmed: boolean;
  /** The inputs to return to the previous master. */
  readonly from: FedJoinInputs;
  /** The previous master, in words. */
  readonly master: string;
}

/**
 * Handles a move whose join failed: returns the site to its previous master if it was a member there.
 * @throws Always; the error says where the site is now.
 */
export async function handleFailedJoin(
  move: Move,
  { outcome, isLeaveConfirmed, from, master }: FailedJoin,
  deps: LifecycleDeps,
): Promise<never> {
  const { id, inputs, outputs, news, stored } = move;
  const to = describeMasterAddress(inputs);
  const pending = (): FedJoinOutputs => ({
    ...unconfirmedOutputs(id, atAnotherMaster(outputs), undefined),
    previousMasters: pendingPreviousMasters(stored, outputs, isLeaveConfirmed),
  });
  if (outcome.state === "unconfirmed") {
    const text = `left ${master}; the master at ${to} accepted ${id}, but no side shows it yet. Run pulumi up again to confirm it.`;
    throw partialFailure(news, pending(), text);
  }
  const nextUp = `The next pulumi up looks where it is and joins it to the master at ${to} as ${id}`;
  const cause = outcome.error instanceof NeuVectorError ? outcome.error : undefined;
  const hint = cause?.hint ?? "";
  const halfway = (text: string): string => [text, hint, page].filter((part) => part !== "").join(" ");
  const kind = cause?.kind ?? "unexpected_status";
  const details = { status: cause?.status, code: cause?.code, hint: cause?.hint };
  const failed = `joining the master at ${to} failed: ${describeError(outcome.error)}`;
  const nowhere = outputs.status === "joined" ? `left ${master}, is now a member of none` : "is a member of none";
  if (isCancelled(outcome.error) || outputs.status !== "joined") {
    throw partialFailure(news, pending(), halfway(`${nowhere}: ${failed}. ${nextUp}.`));
  }
  const rejoined = await rejoinPreviousMaster(move, from, deps);
  switch (rejoined.state) {
    case "member": {
      const text = `${id} is a member of ${master} again, since ${failed}`;
      const refresh = `Run pulumi refresh: a site that joins again has a new cluster id. ${hint}`.trim();
      throw new NeuVectorError(kind, text, { ...details, hint: refresh });
    }
    case "unconfirmed": {
      const text = `${failed}; ${master} ${rejoined.description} ${id} again, but no side shows it yet`;
      if (!keepsSecretMarks(stored, news)) {
        const refresh = `Run pulumi up --refresh, which looks where the site is. ${hint}`.trim();
        throw new NeuVectorError(kind, text, { ...details, hint: refresh });
      }
      const next = `The state keeps the previous addresses: the next pulumi up looks where the site is, and moves it unless the program has the previous addresses again.`;
      throw partialFailure(stored, unconfirmedOutputs(id, outputs, undefined), halfway(`${text}. ${next}`));
    }
    case "failed": {
      const text = `${nowhere}: ${failed}; going back failed too: ${rejoined.reason}. ${nextUp}; with the previous address in the program it goes back.`;
      throw partialFailure(news, pending(), halfway(text));
    }
  }
}

type RejoinResult =
  | { readonly state: "member" }
  | { readonly state: "unconfirmed"; readonly description: "accepted" | "may have accepted" }
  | { readonly state: "failed"; readonly reason: string };

async function rejoinPreviousMaster(
  { id, outputs }: Move,
  from: FedJoinInputs,
  deps: LifecycleDeps,
): Promise<RejoinResult> {
  try {
    const outcome = await joinMember(deps, from, {
      membership: ownedMembership(id, from, outputs),
      repair: { kicked: false, changed: false },
    });
    if (outcome.state === "joined") return { state: "member" };
    if (outcome.state === "unconfirmed") return { state: "unconfirmed", description: "accepted" };
    if (outcome.mayHaveJoined) return { state: "unconfirmed", description: "may have accepted" };
    return { state: "failed", reason: describeError(outcome.error) };
  } catch (error) {
    if (error instanceof NeuVectorError) return { state: "failed", reason: error.summary };
    throw error;
  }
}

function describeError(error: unknown): string {
  return error instanceof NeuVectorError ? error.summary : String(error);
}
