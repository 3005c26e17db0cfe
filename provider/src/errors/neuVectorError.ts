import { documentationBase } from "./documentation";
import { errorKinds, hintFor, pageFor, type ErrorKind, type Operation, type Reaction } from "./errorKinds";

export { documentationBase } from "./documentation";
export { errorKinds, hintFor, operations, pageFor } from "./errorKinds";
export type { ErrorKind, ErrorKindInfo, Operation, Reaction } from "./errorKinds";

/** What a person needs to recognise a certificate and to pin it. */
export interface CertificateInfo {
  readonly subject: string;
  /** Subject alternative names as the certificate lists them, such as `DNS:neuvector`. */
  readonly names: string;
  /** SHA-256, hex with colons. */
  readonly fingerprint: string;
}

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
  /** The end of the message: where this version's page about the failure is. */
  readonly link: string;
  readonly retryAfterSeconds: number | undefined;
  readonly certificate: CertificateInfo | undefined;
  /** What happened, without status, advice and full stop. */
  readonly summary: string;
  readonly #details: ErrorDetails;

  constructor(kind: ErrorKind, summary: string, details: ErrorDetails = {}) {
    const hint = details.hint ?? hintFor(kind, details.operation);
    const told = summary.replace(/[.\s]+$/, "");
    const link = `See ${documentationBase}${pageFor(kind, details.operation)}`;
    super([`${told}${formatStatus(details)}.`, hint, link].filter((part) => part !== "").join(" "));
    this.name = "NeuVectorError";
    this.kind = kind;
    this.summary = told;
    this.status = details.status;
    this.code = details.code;
    this.operation = details.operation;
    this.hint = hint;
    this.link = link;
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
