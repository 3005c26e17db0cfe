import type { FedJoinInputs } from "./inputs";
import { joinedOutputs, toStored, unconfirmedOutputs, type FedJoinOutputs } from "./state";
import type { JoinOutcome } from "../../federation/joinRequest";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { ResourceProps } from "../shared/props";

/**
 * Returns the outputs of a join that ended as a member.
 * @throws Error if it failed; a partial failure if the site may be a member nevertheless.
 */
export function outputsFromOutcome(
  outcome: JoinOutcome,
  news: ResourceProps,
  inputs: FedJoinInputs,
  before: FedJoinOutputs | undefined,
  now: number,
): FedJoinOutputs {
  switch (outcome.state) {
    case "joined":
      return joinedOutputs(outcome.member, now, before, outcome.tokenFingerprint);
    case "unconfirmed": {
      const pending = unconfirmedOutputs(outcome.name, before, outcome.tokenFingerprint);
      const reason = `the join of ${outcome.name} was accepted but no side shows it yet; run up again to confirm it`;
      throw partialFailure(news, pending, reason);
    }
    case "failed": {
      const error = toJoinError(outcome, inputs.storeId, before === undefined);
      if (!outcome.mayHaveJoined) throw error;
      throw partialFailure(news, unconfirmedOutputs(outcome.name, before, undefined), error.message);
    }
  }
}

function toJoinError(
  { error, name, mayHaveJoined }: JoinOutcome & { state: "failed" },
  storeId: string,
  isNew: boolean,
): Error {
  const what = `join of ${storeId} as ${name} failed`;
  if (!(error instanceof NeuVectorError)) return new Error(`${what}: ${String(error)}`, { cause: error });
  const next = mayHaveJoined ? " The master may still have accepted it; run up again to settle it." : "";
  const renamed = isNew && error.kind === "member_elsewhere" ? ` ${renamedHint}` : "";
  return error.with({ summary: `${what}: ${error.summary}`, hint: `${error.hint}${renamed}${next}` });
}

/** A create cannot know of the resource before it: the engine deletes that one at the end of the run. */
const renamedHint =
  "If this FedJoin was renamed and given another master in the same change, keep the logical name (or give an alias): up then moves the site.";

/** Makes the engine keep the resource in the state under its name. The service adds `__provider` everywhere but here. */
export function partialFailure(news: ResourceProps, outputs: FedJoinOutputs, reason: string): Error {
  const properties = { ...toStored(news, outputs), __provider: news["__provider"] };
  return Object.assign(new Error(reason), { id: outputs.clusterName, properties, reasons: [reason] });
}
