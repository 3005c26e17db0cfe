import { NeuVectorError } from "../errors";
import type { FedJoinInputs } from "./inputs";
import type { JoinOutcome } from "../join/joinOrder";
import { joinedOutputs, toStored, unconfirmedOutputs, type FedJoinOutputs, type Stored } from "./state";

/** Outputs of a join that ended. @throws Error when it failed, a partial failure where the site may be a member nevertheless. */
export function outputsOf(
  outcome: JoinOutcome,
  news: Stored,
  inputs: FedJoinInputs,
  before: FedJoinOutputs | undefined,
  now: number,
): FedJoinOutputs {
  switch (outcome.state) {
    case "joined":
      return joinedOutputs(outcome.member, now, before, outcome.tokenFingerprint);
    case "unconfirmed": {
      const pending = unconfirmedOutputs(outcome.name, before, outcome.tokenFingerprint);
      throw partialFailure(
        news,
        pending,
        `the join of ${outcome.name} was accepted but no side shows it yet; run up again to confirm it`,
      );
    }
    case "failed": {
      const error = joinFailure(outcome, inputs.storeId);
      if (!outcome.mayHaveJoined) throw error;
      throw partialFailure(news, unconfirmedOutputs(outcome.name, before, undefined), error.message);
    }
  }
}

/** One message for one failure: what was tried, why it failed, and what to do. */
function joinFailure({ error, name, mayHaveJoined }: JoinOutcome & { state: "failed" }, storeId: string): Error {
  const what = `join of ${storeId} as ${name} failed`;
  if (!(error instanceof NeuVectorError)) return new Error(`${what}: ${String(error)}`, { cause: error });
  const next = mayHaveJoined ? " The master may still have accepted it; run up again to settle it." : "";
  return error.with({ summary: `${what}: ${error.summary}`, hint: `${error.hint}${next}` });
}

/** Keeps the resource in the state under its name; the service adds `__provider` on every path but this one. */
export function partialFailure(news: Stored, outputs: FedJoinOutputs, reason: string): Error {
  const properties = { ...toStored(news, outputs), __provider: news["__provider"] };
  return Object.assign(new Error(reason), { id: outputs.clusterName, properties, reasons: [reason] });
}
