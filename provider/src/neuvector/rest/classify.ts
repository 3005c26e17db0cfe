import type { ErrorKind } from "../../errors/errorKinds";

/** One row of what a controller may answer; `code` or `message` left out means any. */
export interface ClassificationRule {
  readonly status: number;
  readonly code?: number;
  readonly message?: RegExp;
  readonly kind: ErrorKind;
}

/**
 * Known answers, the first that fits counts. Sources: rest-api.md#error-codes, rest-api.md#joining and
 * rest-api.md#calls-between-controllers.
 */
export const classificationTable: readonly ClassificationRule[] = [
  { status: 400, code: 4, message: /cleanup is still ongoing/i, kind: "cleanup_ongoing" },
  { status: 400, code: 4, kind: "wrong_role" },
  { status: 400, code: 7, kind: "not_found" },
  { status: 400, code: 13, kind: "user_exists" },
  { status: 400, code: 14, kind: "weak_password" },
  { status: 400, code: 37, kind: "not_found" },
  { status: 400, code: 40, kind: "joint_unreachable" },
  { status: 400, kind: "invalid_request" },
  { status: 401, code: 47, kind: "locked_out" },
  { status: 401, code: 48, kind: "password_change_required" },
  { status: 401, kind: "unauthorized" },
  { status: 403, kind: "forbidden" },
  { status: 404, kind: "not_found" },
  { status: 405, kind: "not_found" },
  { status: 408, kind: "unauthorized" },
  { status: 409, kind: "name_taken" },
  { status: 417, kind: "token_rejected" },
  { status: 426, code: 39, kind: "upgrade_ongoing" },
  { status: 426, kind: "version_mismatch" },
  { status: 428, kind: "leftover_rules" },
  { status: 429, kind: "rate_limited" },
  { status: 500, code: 19, kind: "busy" },
  { status: 500, code: 39, kind: "remote_failed" },
];

/**
 * The kind of an answer that is not a success. Every status of 500 and above is retried, whatever its body;
 * one that the table does not know is not, below 500.
 */
export function classify(status: number, code: number | undefined, message: string): ErrorKind {
  const row = classificationTable.find(
    (each) =>
      each.status === status &&
      (each.code === undefined || each.code === code) &&
      (each.message === undefined || each.message.test(message)),
  );
  if (row !== undefined) return row.kind;
  if (status >= 500) return "server_error";
  return status >= 300 && status < 400 ? "redirected" : "unexpected_status";
}
