import { NeuVectorError, type ErrorKind } from "../errors/neuVectorError";

/**
 * Lost responses, and responses that a concurrent join, leave or kick causes as well. Only an observation of both sides
 * shows what became of the membership (rest-api.md#concurrent-operations).
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
 * Returns true if a failed change of the federation may have taken effect. Observe again before you report such a failure:
 * a change that is already in place is a success.
 */
export function isOutcomeUnknown(error: unknown): error is NeuVectorError {
  return error instanceof NeuVectorError && unknownOutcomeKinds.has(error.kind);
}
