import { errorKinds, hintFor, type ErrorKind, type Operation, type Reaction } from "./errorKinds";
import type { CertificateInfo } from "../neuvector/ports";

export { errorKinds, hintFor, operations } from "./errorKinds";
export type { ErrorKind, ErrorKindInfo, Operation, Reaction } from "./errorKinds";

export interface ErrorDetails {
  readonly status?: number | undefined;
  /** The controller's own code (rest-api.md#error-codes). */
  readonly code?: number | undefined;
  /** What the failed request was for. */
  readonly operation?: Operation | undefined;
  /** Replaces the table's advice where the caller knows better. */
  readonly hint?: string | undefined;
  /** The value of a Retry-After header, in seconds. */
  readonly retryAfterSeconds?: number | undefined;
  /** The certificate that was refused, for kind `tls`. */
  readonly certificate?: CertificateInfo | undefined;
}

/** The one error of this package; `kind` drives every decision. The message never holds a secret, a body or a query. */
export class NeuVectorError extends Error {
  readonly kind: ErrorKind;
  readonly status: number | undefined;
  readonly code: number | undefined;
  readonly operation: Operation | undefined;
  readonly hint: string;
  readonly retryAfterSeconds: number | undefined;
  readonly certificate: CertificateInfo | undefined;
  /** What happened, without status, advice and full stop. */
  readonly summary: string;
  readonly #details: ErrorDetails;

  constructor(kind: ErrorKind, summary: string, details: ErrorDetails = {}) {
    const hint = details.hint ?? hintFor(kind, details.operation);
    const told = summary.replace(/[.\s]+$/, "");
    super(`${told}${formatStatus(details)}. ${hint === "" ? "" : `${hint} `}[docs/reference/errors.md#${kind}]`);
    this.name = "NeuVectorError";
    this.kind = kind;
    this.summary = told;
    this.status = details.status;
    this.code = details.code;
    this.operation = details.operation;
    this.hint = hint;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.certificate = details.certificate;
    this.#details = details;
  }

  /** The same failure in other words; what is not given stays. One failure stays one message: never put it into another. */
  with({ kind = this.kind, summary = this.summary, ...details }: ErrorDetails & ErrorWords): NeuVectorError {
    return new NeuVectorError(kind, summary, { ...this.#details, ...details });
  }
}

interface ErrorWords {
  readonly kind?: ErrorKind;
  readonly summary?: string;
}

/** `error` as a failure of `operation`, where no request has said yet what it was for. */
export function withOperation(operation: Operation, error: unknown): unknown {
  return error instanceof NeuVectorError && error.operation === undefined ? error.with({ operation }) : error;
}

/** True for an error that says that a signal stopped the work. */
export function isCancelled(error: unknown): boolean {
  return error instanceof NeuVectorError && error.kind === "cancelled";
}

/** What to do about an error; anything that is not ours is a bug of ours and stops. */
export function reactionTo(error: unknown): Reaction {
  return error instanceof NeuVectorError ? errorKinds[error.kind].reaction : "stop";
}

function formatStatus({ status, code }: ErrorDetails): string {
  if (status === undefined) return "";
  return code === undefined ? ` (HTTP ${status})` : ` (HTTP ${status}, code ${code})`;
}

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
