import { checkControllerAddress, warnIfStandalone } from "./controllerChange";
import { keepsSecretMarks, type VerifyCredentials } from "./verifyCredentials";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { FedJoinInputs } from "./inputs";
import { joinMember } from "./joinMember";
import { outputsFromOutcome, partialFailure } from "./joinResult";
import { moveMembership } from "./moveMembership";
import { withSessions, type JoinSessions } from "../shared/withSessions";
import type { LifecycleDeps } from "../shared/lifecycleDeps";
import { plannedMove } from "./plannedMove";
import { updatePreviousMasters } from "./previousMasters";
import { fromStored, type FedJoinOutputs, type ResourceProps } from "./state";

/**
 * Carries a change of inputs out. Changed credentials are proven first; another master or joint address is a move; a
 * membership that is not `joined` is completed or repaired; everything else is only stored.
 * @throws Error of the step that failed; a partial failure where the state changed nevertheless.
 */
export async function updateMembership(
  change: {
    readonly id: string;
    readonly stored: ResourceProps;
    readonly news: ResourceProps;
    readonly inputs: FedJoinInputs;
  },
  prove: VerifyCredentials,
  parts: LifecycleDeps,
): Promise<FedJoinOutputs> {
  const { id, stored, news, inputs } = change;
  const { inputs: old, outputs } = fromStored(stored);
  const proven = async (): Promise<void> => {
    const refusals = await prove(stored, news, inputs, outputs.refusedCredentials ?? []);
    if (refusals.length === 0) return;
    const text = refusals.map((refusal) => refusal.text).join("\n");
    if (!keepsSecretMarks(stored, news)) throw new Error(text);
    const refusedCredentials = refusals.map(({ refused }) => refused);
    throw partialFailure(stored, { ...outputs, refusedCredentials }, text);
  };
  const done = async (now: FedJoinOutputs): Promise<FedJoinOutputs> => {
    const previousMasters = await updatePreviousMasters(now.previousMasters ?? [], now, "remove", parts);
    return { ...now, previousMasters, refusedCredentials: undefined };
  };

  const isMove = plannedMove(stored, news) !== undefined;
  if (!isMove && outputs.status === "joined") {
    await proven();
    warnIfStandalone(await checkControllerAddress({ id, old, outputs, inputs }, parts), { id, outputs, inputs }, parts);
    return done(outputs);
  }
  return withSessions(inputs, parts, async (there: JoinSessions) => {
    await proven();
    if (isMove) {
      await checkControllerAddress({ id, old, outputs, inputs }, parts);
      return moveMembership({ id, stored, old, outputs, news, inputs }, there, parts);
    }
    const outcome = await joinMember(parts, inputs, {
      name: id,
      nameIsFixed: true,
      clusterId: outputs.clusterId === "" ? undefined : outputs.clusterId,
      formerIds: outputs.formerIds,
      masterId: outputs.masterId === "" ? undefined : outputs.masterId,
      repair: { kicked: true, changed: true },
    });
    return done(outputsFromOutcome(outcome, news, inputs, outputs, parts.ports.clock.now()));
  });
}

const refusals = new Set(["login_rejected", "locked_out", "password_change_required"]);

/**
 * The error of a refresh or a delete, which know the state alone. Where that holds a password or key itself, a refused
 * login most likely means that it was changed since.
 */
export function addStatePasswordHint(error: unknown, { controller, master }: FedJoinInputs): unknown {
  if (!(error instanceof NeuVectorError) || !refusals.has(error.kind)) return error;
  const accounts = [controller?.credentials, master.credentials];
  const isInState = accounts.some((each) => each?.password !== undefined || each?.apiKey !== undefined);
  if (!isInState) return error;
  const { kind, summary, status, code } = error;
  return new NeuVectorError(kind, summary, { status, code, hint: `${statePasswordHint} ${error.hint}` });
}

const statePasswordHint =
  "refresh and destroy, also with --run-program, use the password in the state, not the one in the program. If it was changed since, it is the older one: run a plain pulumi up, which proves and stores the new one, before anything else. With passwordFrom the password is read when it is needed, and the state never holds an older one.";
