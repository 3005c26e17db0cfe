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

/** What a request is for. The same answer asks for something else at each. */
export const operations = {
  login: "a login",
  read: "a scrape or another read",
  count_vulnerabilities: "counting vulnerabilities",
  join: "a join",
  leave: "a leave",
  mint_token: "minting a join token",
  remove_member: "removing a member at its master",
  manage_user: "managing a user",
  fetch_token: "the join token URL",
} as const;

export type Operation = keyof typeof operations;

export interface ErrorKindInfo {
  readonly reaction: Reaction;
  readonly meaning: string;
  /** What to do, as sentences for the person who reads the message. */
  readonly hint: string;
  /** What to do instead where the request was for one of these. */
  readonly hints?: Partial<Record<Operation, string>>;
  /** The section that has the whole procedure, if it is not the kind's own on the page of errors. */
  readonly page?: string;
  /** The section instead where the request was for one of these. */
  readonly pages?: Partial<Record<Operation, string>>;
}

const section = (heading: string): string => `docs/how-to/operations.md#${heading}`;
const tokenServer = { pages: { fetch_token: section("the-token-server-is-down") } };
const refusedLogin = { page: section("a-login-is-refused"), ...tokenServer };
const tokenUrl = 'Check the URL and its credentials; it must answer 200 with {"context": "<join token>"}.';

/** A kind that the server of a join token URL causes too, by its answer. */
function byAnyServer<const Row extends ErrorKindInfo>(row: Row): Row & ErrorKindInfo {
  return { ...row, ...tokenServer, hints: { ...row.hints, fetch_token: tokenUrl } };
}

/**
 * Every kind of failure, its reaction and its advice: the one table that decisions and `docs/reference/errors.md` are made of.
 * Sources: rest-api.md#error-codes, rest-api.md#joining and rest-api.md#concurrent-operations.
 */
export const errorKinds = {
  network: {
    reaction: "retry",
    ...tokenServer,
    meaning: "No answer: refused, reset, unknown host.",
    hint: "Check the address, the firewall and that the controller is up.",
    hints: {
      fetch_token: "Check the join token URL, the firewall and that its server is up.",
    },
  },
  timeout: {
    reaction: "retry",
    ...tokenServer,
    meaning: "No answer in time.",
    hint: "Check the address, the firewall and the load of the controller.",
    hints: {
      join: "Check that the master can reach the joint address, which it tests before it answers; then check the load of both controllers.",
      leave:
        "Check that the site can reach the master's federation port (11443); then check the load of both controllers.",
      remove_member:
        "The master tries to notify the member first. Check its list of members, and try again if the entry is still there.",
      fetch_token: "Check the join token URL, the firewall and the load of its server.",
    },
  },
  tls: {
    reaction: "stop",
    page: section("the-certificate-is-refused"),
    meaning: "The server's certificate was not accepted.",
    hint: "Trust its CA (tls.ca), set the name in the certificate (tls.serverName), or pin its fingerprint (tls.fingerprint).",
  },
  proxy: {
    reaction: "stop",
    meaning: "The configured proxy (`proxy`) refused to connect: 407, 403 or another 4xx status.",
    hint: "Check the URL of the proxy, its user name and password, and that it allows this address.",
  },
  cancelled: {
    reaction: "stop",
    meaning: "Stopped by a signal.",
    hint: "Run it again; it continues where it stopped.",
  },
  unauthorized: {
    reaction: "renew_session",
    ...refusedLogin,
    meaning: "401/3 or 408: no valid session.",
    hint: "Check the user name and password, or the API key, for this host.",
  },
  login_rejected: {
    reaction: "stop",
    ...refusedLogin,
    meaning: "The login itself answered 401: wrong credentials, or all 32 sessions of the user are taken.",
    hint: "Check user name and password before you try again: five failures lock the account for 60 minutes.",
  },
  locked_out: {
    reaction: "stop",
    ...refusedLogin,
    meaning: "401/47: the account is blocked after too many failed logins.",
    hint: "Stop everything that uses this account for 60 minutes, because each attempt restarts the lockout; or ask another admin to unblock it (Settings, Users: reset its password, or POST /v1/user/<name>/password with clear_failed_login and a new_password).",
  },
  password_change_required: {
    reaction: "stop",
    ...refusedLogin,
    meaning: "The login demands a new password first, or the password has expired (401/48).",
    hint: "Log in to the controller's console once and set a new password, then use that one here.",
  },
  forbidden: byAnyServer({
    reaction: "stop",
    meaning: "403: the account is not allowed to do this.",
    hint: "Give the account the required role, or use another account.",
    hints: {
      login:
        "A controller does not answer a login with 403: check whether a gateway in front of it refuses this client.",
      read: "Give the account the global role reader: custom roles and roles in namespaces can read only a part.",
      count_vulnerabilities:
        "Counting vulnerabilities needs the global role reader, or fedAdmin where a master asks its member: a fedReader may not.",
      join: "Joining needs a global admin of the controller that receives the join.",
      leave: "Leaving needs a global admin of the site.",
      mint_token:
        "Minting a join token needs a fedAdmin of the master. A controller that is not a master refuses every account.",
      remove_member:
        "Removing a member needs a fedAdmin of the master. A controller that is not a master refuses every account.",
      manage_user:
        "Managing users needs a global admin of this controller; at a master, users with federation roles need a fedAdmin.",
    },
  }),
  wrong_role: {
    reaction: "stop",
    meaning:
      "400/4: the cluster's federation role does not allow this. Reported only after both sides were read again, because a concurrent join or leave causes it too.",
    hint: "Check the federation role of both clusters with fedjoin status.",
    hints: {
      join: "NeuVector's own master does not accept joins on behalf of a site: join through the site's own controller, with joinVia \"controller\" (JOIN_VIA=controller).",
      leave:
        "The site is not a member, or another leave is in progress. Check both sides, for example with fedjoin status.",
      mint_token: "Only a master mints join tokens: promote this cluster, or correct the master's address.",
      remove_member: "Only a master removes members: correct the master's address.",
    },
  },
  cleanup_ongoing: {
    reaction: "retry",
    meaning: "400/4 with the clean-up message: the site is still removing rules of its last federation.",
    hint: "Wait: it takes seconds, at most 5 minutes.",
  },
  invalid_request: byAnyServer({
    reaction: "stop",
    meaning: "400: the request was refused as malformed.",
    hint: "Check the settings that the request contains, and the version of the controller.",
    hints: {
      login: "Check that user name and password are not empty, and that the address is a controller's REST API.",
      read: "Check the version of the controller: it does not know this request.",
      join: "Check the cluster name, the joint address and the join token.",
      manage_user:
        "Check the user name and the role. A custom role must exist at this controller; fedAdmin and fedReader exist only at a master.",
    },
  }),
  joint_unreachable: {
    reaction: "retry",
    meaning: "400/40: the master cannot reach the joint address.",
    hint: "Allow traffic from the master to the joint address, or correct the address.",
  },
  not_found: byAnyServer({
    reaction: "stop",
    meaning: "404: this server has no such path or id.",
    hint: "Check the port: the REST API listens on 10443, the federation port of a master is 11443.",
    hints: {
      join: "Check the master's address in the join token, or the one that overrides it: it needs the master's federation port (11443), not its REST port (10443). If this controller does not answer other requests either, check its own port (10443).",
      remove_member: "The master does not list this member. Check its list, for example with fedjoin status.",
      manage_user:
        "This controller has no such user or role. If it does not answer other requests either, check its port (10443).",
    },
  }),
  name_taken: byAnyServer({
    reaction: "resolve_name",
    meaning: "409/41: the cluster name is already used in the federation.",
    hint: "Choose another name, or remove the member that has it.",
    hints: {
      manage_user: "The object is in use. The controller's message names its user.",
    },
  }),
  token_rejected: byAnyServer({
    reaction: "renew_token",
    meaning: "417: the join token is invalid or expired.",
    hint: "Get a new join token from the master.",
  }),
  version_mismatch: byAnyServer({
    reaction: "stop",
    meaning: "426: master and site run versions that cannot federate.",
    hint: "Upgrade the older side.",
  }),
  upgrade_ongoing: byAnyServer({
    reaction: "stop",
    meaning: "426/39: the master is in the middle of an upgrade.",
    hint: "Run it again after the upgrade.",
  }),
  leftover_rules: byAnyServer({
    reaction: "stop",
    meaning: "428: federal groups or registries remain from an earlier federation.",
    hint: "Delete the named groups and registries, then run it again.",
  }),
  busy: {
    reaction: "retry",
    meaning: "500/19: the controller did not get its federation lock in 20 s.",
    hint: "Another federation operation is in progress; wait for it to end.",
  },
  remote_failed: {
    reaction: "retry",
    meaning: "500/39: the call between the two controllers failed.",
    hint: "Check that the site can reach the master's federation port (11443), and that the master can reach the joint address.",
    hints: {
      join: "Check that the site can reach the master's federation port (11443), and that the master can reach the joint address.",
      leave: "Check that the site can reach the master's federation port (11443).",
    },
  },
  server_error: {
    reaction: "retry",
    ...tokenServer,
    meaning: "Any other status of 500 or above.",
    hint: "Check the controller's log.",
    hints: {
      fetch_token:
        'Check the log of the server behind the join token URL; it must answer 200 with {"context": "<join token>"}.',
    },
  },
  redirected: {
    reaction: "stop",
    meaning: "3xx: redirects are not followed, because they would carry credentials to another host.",
    hint: "Use the address that answers without a redirect.",
  },
  unexpected_reply: byAnyServer({
    reaction: "stop",
    meaning: "The answer does not come from a controller.",
    hint: "Check that the address is a NeuVector controller's REST API, not a console or a proxy page.",
  }),
  rate_limited: byAnyServer({
    reaction: "retry",
    meaning:
      "429: too many requests. A controller answers no login, join or leave with it; a gateway in front of it does.",
    hint: "Let fewer requests arrive at once, or raise the limit of the gateway.",
  }),
  unexpected_status: byAnyServer({
    reaction: "stop",
    meaning: "An HTTP status that no rule covers.",
    hint: "Check the controller's log.",
  }),
  member_elsewhere: {
    reaction: "stop",
    meaning: "The site is a member of another master, or a master itself.",
    hint: "Leave that federation first; fedjoin never ends a membership that it does not own.",
  },
  membership_differs: {
    reaction: "stop",
    meaning: "The site is a member of the declared master, but under another name or address.",
    hint: "Declare its current name and joint address, or leave first.",
  },
  not_a_member: {
    reaction: "stop",
    meaning: 'The site is not a member, and `ifAbsent: "fail"` requires an existing membership.',
    hint: 'Check that this is the intended site; set ifAbsent: "join" to join it.',
  },
  kicked: {
    reaction: "stop",
    page: section("a-member-was-kicked"),
    meaning: "The master removed this member.",
    hint: "Ask the master's admin. `pulumi up` rejoins; an exporter does not.",
  },
  not_handed_over: {
    reaction: "stop",
    meaning: "A resource that the program no longer declares was kept, because its successor could not be created.",
    hint: "Fix the failed create of its successor, and run up again.",
  },
  leave_refused: {
    reaction: "stop",
    page: section("a-leave-fails"),
    meaning: "The membership could not be ended on both sides; the message reports what each side showed.",
    hint: "Restore the unreachable controller, or set forceLeave to end the membership only on the reachable side.",
  },
  unusable_name: {
    reaction: "stop",
    meaning:
      "An object of the controller is named `.`, `..` or not at all, which a path of the REST API cannot contain.",
    hint: "Rename or delete that object at the controller; until then it cannot be read.",
  },
  user_exists: {
    reaction: "stop",
    meaning: "400/13, or found beforehand: a user of this name exists, with another role or password.",
    hint: "Declare another user name; or, to adopt the user, its current role and password; or delete it at the controller.",
  },
  weak_password: {
    reaction: "stop",
    meaning: "400/14: the controller's password profile refuses the password.",
    hint: "By default it requires 8 characters with an upper-case letter, a lower-case letter and a digit; an admin may have set stricter rules, or forbidden used passwords (Settings, Users).",
  },
  invalid_input: { reaction: "stop", meaning: "An input is missing or malformed.", hint: "Correct the input." },
} as const satisfies Record<string, ErrorKindInfo>;

export type ErrorKind = keyof typeof errorKinds;

/** The page about a failure of this kind when the request was for `operation`, as a path in the repository. */
export function pageFor(kind: ErrorKind, operation: Operation | undefined): string {
  const { page = `docs/reference/errors.md#${kind}`, pages }: ErrorKindInfo = errorKinds[kind];
  return (operation === undefined ? undefined : pages?.[operation]) ?? page;
}

/** What to do about a failure of this kind when the request was for `operation`. */
export function hintFor(kind: ErrorKind, operation: Operation | undefined): string {
  const { hint, hints }: ErrorKindInfo = errorKinds[kind];
  return (operation === undefined ? undefined : hints?.[operation]) ?? hint;
}
