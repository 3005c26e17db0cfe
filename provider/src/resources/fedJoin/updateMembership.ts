import { checkControllerAddress, warnIfStandalone } from "./controllerChange";
import type { FedJoinInputs } from "./inputs";
import { joinMember } from "./joinMember";
import { outputsFromOutcome, partialFailure } from "./joinResult";
import { moveMembership } from "./moveMembership";
import { plannedMove } from "./plannedMove";
import { updatePreviousMasters } from "./previousMasters";
import { fromStored, ownedMembership, type FedJoinOutputs } from "./state";
import { keepsSecretMarks, type VerifyCredentials } from "./verifyCredentials";
import { withSessions } from "./withSessions";
import type { LifecycleDeps } from "../shared/lifecycle";
import type { ResourceProps } from "../shared/props";

/**
 * Applies a change of inputs. Verifies changed credentials first. Another master or joint address is a move, a membership
 * that is not `joined` is completed or repaired, and everything else is only recorded.
 * @throws Error of the step that failed; a partial failure if the state changed nevertheless.
 */
export async function updateMembership(
  change: {
    readonly id: string;
    readonly stored: ResourceProps;
    readonly news: ResourceProps;
    readonly inputs: FedJoinInputs;
  },
  verifyCredentials: VerifyCredentials,
  deps: LifecycleDeps,
): Promise<FedJoinOutputs> {
  const { id, stored, news, inputs } = change;
  const { inputs: old, outputs } = fromStored(stored);
  const move = { id, stored, old, outputs, news, inputs };
  const verify = async (): Promise<void> => {
    const refusals = await verifyCredentials(stored, news, inputs, outputs.refusedCredentials ?? []);
    if (refusals.length === 0) return;
    const text = refusals.map((refusal) => refusal.text).join("\n");
    if (!keepsSecretMarks(stored, news)) throw new Error(text);
    const refusedCredentials = refusals.map(({ refused }) => refused);
    throw partialFailure(stored, { ...outputs, refusedCredentials }, text);
  };
  const finish = async (now: FedJoinOutputs): Promise<FedJoinOutputs> => {
    const previousMasters = await updatePreviousMasters(now.previousMasters ?? [], now, "remove", deps);
    return { ...now, previousMasters, refusedCredentials: undefined };
  };

  const isMove = plannedMove(stored, news) !== undefined;
  if (!isMove && outputs.status === "joined") {
    await verify();
    warnIfStandalone(await checkControllerAddress(move, deps), move, deps);
    return finish(outputs);
  }
  return withSessions(inputs, deps, async (sessions) => {
    await verify();
    if (isMove) {
      await checkControllerAddress(move, deps);
      return moveMembership(move, sessions, deps);
    }
    const outcome = await joinMember(deps, inputs, {
      membership: ownedMembership(id, inputs, outputs),
      repair: { kicked: true, changed: true },
    });
    return finish(outputsFromOutcome(outcome, news, inputs, outputs, deps.ports.clock.now()));
  });
}
