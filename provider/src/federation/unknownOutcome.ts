import { NeuVectorError, type ErrorKind } from "../errors/neuVectorError";

/**
 * Answers to a join, leave or kick that another operation at the same moment causes as well, and lost answers: what
 * became of the membership is known only after a look at both sides (rest-api.md#concurrent-operations).
 */
const unknownOutcomeKinds: ReadonlySet<ErrorKind> = new Set<ErrorKind>([
  "network",
  "timeout",
  "unexpected_reply",
  "wrong_role",
  "not_found",
  "name_taken",
  "busy",
  "remote_failed",
  "server_error",
]);

/**
 * True when the failure of a state-changing federation call does not tell its outcome. Such a failure is reported only
 * after a fresh look: already done is success.
 */
export function isOutcomeUnknown(error: unknown): error is NeuVectorError {
  return error instanceof NeuVectorError && unknownOutcomeKinds.has(error.kind);
}
