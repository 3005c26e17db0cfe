import type { CertificateFacts } from "./ports";

/** What the join does about an error. */
export type Reaction =
  /** Try again after a delay, looking first whether the join got through. */
  | "retry"
  /** Log in again once, then try again. */
  | "renew_session"
  /** Get another join token (fetched or minted), at most twice. */
  | "renew_token"
  /** Look who owns the name: ourselves, an orphan of ours, or another. */
  | "resolve_name"
  /** A person must act. */
  | "stop";

export interface KindFacts {
  readonly reaction: Reaction;
  readonly meaning: string;
  /** What to do, as a sentence for the person who reads the message. */
  readonly hint: string;
}

/**
 * Every kind of failure, its reaction and its advice: the one table that decisions and `docs/errors.md` are made of.
 * Sources: contract 2, 3.6 and 7.
 */
export const errorKinds = {
  network: {
    reaction: "retry",
    meaning: "No answer: refused, reset, unknown host.",
    hint: "Check the address, the firewall and that the controller is up.",
  },
  timeout: {
    reaction: "retry",
    meaning: "No answer in time.",
    hint: "Check the address, the firewall and the load of the controller.",
  },
  tls: {
    reaction: "stop",
    meaning: "The server's certificate was not accepted.",
    hint: "Trust its CA (ca), name the certificate's own name (serverName), or pin its fingerprint (fingerprint).",
  },
  cancelled: { reaction: "stop", meaning: "Stopped by a signal.", hint: "Run it again; it resumes where it was." },
  unauthorized: {
    reaction: "renew_session",
    meaning: "401/3 or 408: no valid session.",
    hint: "Check the user name and password, or the API key, of this host.",
  },
  login_rejected: {
    reaction: "stop",
    meaning: "The login itself answered 401: wrong credentials, or all 32 sessions of the user are taken.",
    hint: "Check user name and password. Do not try again blindly: five failures lock the account for 60 minutes.",
  },
  locked_out: {
    reaction: "stop",
    meaning: "401/47: the account is blocked after too many failed logins.",
    hint: "Stop everything that uses this account for 60 minutes, since each attempt restarts the hour; or let another admin unblock it (Settings, Users: reset its password, or POST /v1/user/<name>/password with clear_failed_login and a new_password).",
  },
  password_change_required: {
    reaction: "stop",
    meaning: "The login wants a new password first, or the password expired (401/48).",
    hint: "Log in to the controller's console once and set a new password, then use that one here.",
  },
  forbidden: {
    reaction: "stop",
    meaning: "403: the account may not do this.",
    hint: "Joining, leaving and managing users need a global admin of the site; minting tokens and removing members a fedAdmin of the master.",
  },
  wrong_role: {
    reaction: "stop",
    meaning: "400/4: the cluster's federation role does not allow this.",
    hint: 'A stock master does not accept joins on behalf of a site: join with joinVia "controller" (JOIN_VIA=controller) through the site\'s own controller.',
  },
  cleanup_ongoing: {
    reaction: "retry",
    meaning: "400/4 with the clean-up message: the site still removes rules of its last federation.",
    hint: "It takes seconds, at most 5 minutes.",
  },
  invalid_request: {
    reaction: "stop",
    meaning: "400: the request was refused as malformed.",
    hint: "Check the cluster name, the joint address and the join token.",
  },
  joint_unreachable: {
    reaction: "retry",
    meaning: "400/40: the master cannot reach the joint address.",
    hint: "Open the way from the master to the joint address, or correct that address.",
  },
  not_found: {
    reaction: "stop",
    meaning: "404: nothing here answers to this path or id.",
    hint: "Check the port: the REST API listens on 10443, the federation port of a master is 11443.",
  },
  name_taken: {
    reaction: "resolve_name",
    meaning: "409/41: the cluster name exists in the federation.",
    hint: "Pick another name, or remove the member that holds it.",
  },
  token_rejected: {
    reaction: "renew_token",
    meaning: "417: the join token is invalid or expired.",
    hint: "Get a new join token from the master.",
  },
  version_mismatch: {
    reaction: "stop",
    meaning: "426: master and site run versions that cannot federate.",
    hint: "Upgrade the older side.",
  },
  upgrade_ongoing: {
    reaction: "stop",
    meaning: "426/39: the master is in the middle of an upgrade.",
    hint: "Run it again when the upgrade is done.",
  },
  leftover_rules: {
    reaction: "stop",
    meaning: "428: federal groups or registries are left from an earlier federation.",
    hint: "Delete the groups and registries named, then run it again.",
  },
  busy: {
    reaction: "retry",
    meaning: "500/19: the controller did not get its federation lock in 20 s.",
    hint: "Another federation operation runs; it passes.",
  },
  remote_failed: {
    reaction: "retry",
    meaning: "500/39: the call between the two controllers failed.",
    hint: "Check that the site reaches the master's federation port (11443).",
  },
  server_error: {
    reaction: "retry",
    meaning: "Any other answer of 500 and above.",
    hint: "Look at the controller's log.",
  },
  redirected: {
    reaction: "stop",
    meaning: "3xx: redirects are not followed, since they would carry credentials to another host.",
    hint: "Use the address that really answers.",
  },
  unexpected_reply: {
    reaction: "stop",
    meaning: "The answer is not what a controller sends.",
    hint: "Check that the address is a NeuVector controller's REST API and not a console or a proxy page.",
  },
  unexpected_status: {
    reaction: "stop",
    meaning: "An HTTP status that no rule covers.",
    hint: "Look at the controller's log.",
  },
  member_elsewhere: {
    reaction: "stop",
    meaning: "The site is a member of another master, or a master itself.",
    hint: "Let it leave there first; fedjoin never ends a membership that it does not own.",
  },
  membership_differs: {
    reaction: "stop",
    meaning: "The site is a member of the wanted master, but under another name or address.",
    hint: "Declare the name and joint address it has, or let it leave first.",
  },
  not_a_member: {
    reaction: "stop",
    meaning: 'The site is no member, and `ifAbsent: "fail"` wants an existing membership.',
    hint: 'Check that this is the site you mean; set ifAbsent: "join" to let it join.',
  },
  kicked: {
    reaction: "stop",
    meaning: "The master removed this member.",
    hint: "Ask the master's admin. A person's `pulumi up` rejoins; an unattended process does not.",
  },
  not_handed_over: {
    reaction: "stop",
    meaning: "A resource that the program no longer declares was kept, since its successor could not be created.",
    hint: "Correct what the successor's create failed with, and run up again.",
  },
  leave_refused: {
    reaction: "stop",
    meaning: "The membership could not be ended on both sides.",
    hint: "Bring the missing side back, or set forceLeave to end the membership on the reachable side only.",
  },
  unusable_name: {
    reaction: "stop",
    meaning: "An object of the controller is named `.`, `..` or not at all, and no path of the REST API can hold that.",
    hint: "Rename that object at the controller, or delete it; until then nothing of it can be read.",
  },
  user_exists: {
    reaction: "stop",
    meaning: "400/13, or seen before: a user of this name is there, with another role or password.",
    hint: "Declare another user name; or, to adopt it, the role and the password that it has; or delete it at the controller.",
  },
  weak_password: {
    reaction: "stop",
    meaning: "400/14: the controller's password profile refuses the password.",
    hint: "By default it takes 8 characters with an upper-case letter, a lower-case letter and a digit; an admin may have asked for more, or for one that was not used before (Settings, Users).",
  },
  invalid_input: { reaction: "stop", meaning: "An input is missing or malformed.", hint: "Correct the input." },
} as const satisfies Record<string, KindFacts>;

export type ErrorKind = keyof typeof errorKinds;

export interface ErrorDetails {
  readonly status?: number | undefined;
  /** The controller's own code (contract 2). */
  readonly code?: number | undefined;
  /** Replaces the kind's general advice where the caller knows better. */
  readonly hint?: string | undefined;
  /** The value of a Retry-After header, in seconds. */
  readonly retryAfterSeconds?: number | undefined;
  /** The certificate that was refused, for kind `tls`. */
  readonly certificate?: CertificateFacts | undefined;
}

/** The one error of this package; `kind` drives every decision. The message never holds a secret, a body or a query. */
export class NeuVectorError extends Error {
  readonly kind: ErrorKind;
  readonly status: number | undefined;
  readonly code: number | undefined;
  readonly hint: string;
  readonly retryAfterSeconds: number | undefined;
  readonly certificate: CertificateFacts | undefined;
  /** What happened, without status and advice. */
  readonly summary: string;

  constructor(kind: ErrorKind, summary: string, details: ErrorDetails = {}) {
    const hint = details.hint ?? errorKinds[kind].hint;
    super(`${summary}${formatStatus(details)}. ${hint} [docs/errors.md#${kind}]`);
    this.name = "NeuVectorError";
    this.kind = kind;
    this.summary = summary;
    this.status = details.status;
    this.code = details.code;
    this.hint = hint;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.certificate = details.certificate;
  }
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
export interface AnswerRow {
  readonly status: number;
  readonly code?: number;
  readonly message?: RegExp;
  readonly kind: ErrorKind;
}

/** Known answers, the first that fits counts. Sources: contract 2, 3.6, 3.7 and 7. */
export const answerTable: readonly AnswerRow[] = [
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
  const row = answerTable.find(
    (each) =>
      each.status === status &&
      (each.code === undefined || each.code === code) &&
      (each.message === undefined || each.message.test(message)),
  );
  if (row !== undefined) return row.kind;
  if (status >= 500) return "server_error";
  return status >= 300 && status < 400 ? "redirected" : "unexpected_status";
}
