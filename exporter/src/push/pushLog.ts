import type { Log } from "@fedjoin/provider/internal/neuvector";
import type { PushConfig } from "../settings/pushConfig";
import { tlsAdvice } from "../values/tlsSettings";
import type { RequestFailure, RequestOutcome } from "./sendRequest";
import { formatAddress } from "@fedjoin/provider/internal/values";

/** Logs changes from one request to the next: a failure once, not with every request. */
export interface PushLog {
  note(outcome: RequestOutcome): void;
}

export function createPushLog(log: Log, { target }: PushConfig): PushLog {
  const receiver = formatAddress(target);
  let before = "";
  let hadRejected = false;
  return {
    note(outcome) {
      const signature = outcome.is === "accepted" ? "accepted" : signatureOf(outcome);
      if (signature !== before) {
        if (outcome.is === "failed") log("warn", `The push to ${receiver} failed: ${describe(outcome)}`);
        else log("info", `The push to ${receiver} works`);
      }
      before = signature;
      if (outcome.is !== "accepted") return;
      const hasRejected = outcome.rejectedSamples > 0;
      if (hasRejected && !hadRejected) {
        log("warn", `The receiver ${receiver} rejected ${outcome.rejectedSamples} samples of a push`);
      }
      hadRejected = hasRejected;
    },
  };
}

/** Equal for failures that a person would call the same. */
const signatureOf = ({ kind, summary, error }: RequestFailure): string =>
  `${kind} ${error?.certificate?.fingerprint ?? summary}`;

function describe({ summary, error }: RequestFailure): string {
  if (error?.certificate === undefined) return summary;
  return tlsAdvice("EXPORTER_PUSH_", error, error.certificate);
}
