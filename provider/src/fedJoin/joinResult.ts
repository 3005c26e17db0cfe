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
      const message = outcome.error instanceof Error ? outcome.error.message : String(outcome.error);
      const text = `join of ${inputs.storeId} as ${outcome.name} failed: ${message}`;
      if (!outcome.mayHaveJoined) throw new Error(text, { cause: outcome.error });
      throw partialFailure(
        news,
        unconfirmedOutputs(outcome.name, before, undefined),
        `${text} The master may still have accepted it; run up again to settle it.`,
      );
    }
  }
}

/** Keeps the resource in the state under its name; the service adds `__provider` on every path but this one. */
export function partialFailure(news: Stored, outputs: FedJoinOutputs, reason: string): Error {
  const properties = { ...toStored(news, outputs), __provider: news["__provider"] };
  return Object.assign(new Error(reason), { id: outputs.clusterName, properties, reasons: [reason] });
}
