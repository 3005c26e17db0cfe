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
}

const tokenUrl = 'Check the URL and its credentials; it must answer 200 with {"context": "<join token>"}.';

/**
 * Every kind of failure, its reaction and its advice: the one table that decisions and `docs/reference/errors.md` are made of.
 * Sources: contract 2, 3.6, 9 and 10.
 */
export const errorKinds = {
  network: {
    reaction: "retry",
    meaning: "No answer: refused, reset, unknown host.",
    hint: "Check the address, the firewall and that the controller is up.",
    hints: {
      fetch_token: "Check the join token URL, the firewall and that its server is up.",
    },
  },
  timeout: {
    reaction: "retry",
    meaning: "No answer in time.",
    hint: "Check the address, the firewall and the load of the controller.",
    hints: {
      join: "Check that the master reaches the joint address, since it tries that before it answers; then the load of both controllers.",
      leave: "Check that the site reaches the master's federation port (11443); then the load of both controllers.",
      remove_member:
        "The master tries to tell the member first. Look at its list of members, and try again if the entry is still there.",
      fetch_token: "Check the join token URL, the firewall and the load of its server.",
    },
  },
  tls: {
    reaction: "stop",
    meaning: "The server's certificate was not accepted.",
    hint: "Trust its CA (ca), name the certificate's own name (serverName), or pin its fingerprint (fingerprint).",
  },
  proxy: {
    reaction: "stop",
    meaning: "A proxy on the way (`proxy`) refused to connect: 407, 403 or another status of 4xx.",
    hint: "Check the URL of the proxy, its user name and password, and that it allows this address.",
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
    hint: "Give the account the role that this needs, or use another account.",
    hints: {
      login: "A controller does not answer a login with 403: check whether a gateway before it refuses this client.",
      read: "Give the account the global role reader: a custom role, or roles in namespaces, may read a part only.",
      join: "Joining needs a global admin of the controller that gets the join.",
      leave: "Leaving needs a global admin of the site.",
      mint_token:
        "Minting a join token needs a fedAdmin of the master. A controller that is not a master refuses everybody.",
      remove_member:
        "Removing a member needs a fedAdmin of the master. A controller that is not a master refuses everybody.",
      manage_user:
        "Managing users needs a global admin of this controller, on a master a fedAdmin for users with federation roles.",
      fetch_token: tokenUrl,
    },
  },
  wrong_role: {
    reaction: "stop",
    meaning:
      "400/4: the cluster's federation role does not allow this. Reported only after a fresh look, since another join or leave at the same moment causes it too.",
    hint: "Look at the federation role of both clusters: fedjoin status shows it.",
    hints: {
      join: 'A stock master does not accept joins on behalf of a site: join with joinVia "controller" (JOIN_VIA=controller) through the site\'s own controller.',
      leave:
        "The site is not a member, or another leave is under way. Look at both sides, for example with fedjoin status.",
      mint_token: "Only a master mints join tokens: promote this cluster, or correct the master's address.",
      remove_member: "Only a master removes members: correct the master's address.",
    },
  },
  cleanup_ongoing: {
    reaction: "retry",
    meaning: "400/4 with the clean-up message: the site still removes rules of its last federation.",
    hint: "It takes seconds, at most 5 minutes.",
  },
  invalid_request: {
    reaction: "stop",
    meaning: "400: the request was refused as malformed.",
    hint: "Check the settings that the request is made of, and the version of the controller.",
    hints: {
      login: "Check that neither user name nor password is empty, and that the address is a controller's REST API.",
      read: "Check the version of the controller: it does not know this request.",
      join: "Check the cluster name, the joint address and the join token.",
      manage_user:
        "Check the user name and the role. A custom role must exist at this controller, and fedAdmin and fedReader exist on a master only.",
      fetch_token: tokenUrl,
    },
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
    hints: {
      join: "Check the master's address in the join token, or the one declared in its place: it needs the master's federation port (11443), not its REST port (10443). If this controller answers nothing else either, check its own port (10443).",
      remove_member: "The master does not list this member. Look at its list, for example with fedjoin status.",
      manage_user:
        "This controller has no such user or role. If it answers nothing else either, check its port (10443).",
      fetch_token: tokenUrl,
    },
  },
  name_taken: {
    reaction: "resolve_name",
    meaning: "409/41: the cluster name exists in the federation.",
    hint: "Pick another name, or remove the member that holds it.",
    hints: {
      manage_user: "The object is in use. The message of the controller says by whom.",
      fetch_token: tokenUrl,
    },
  },
  token_rejected: {
    reaction: "renew_token",
    meaning: "417: the join token is invalid or expired.",
    hint: "Get a new join token from the master.",
    hints: { fetch_token: tokenUrl },
  },
  version_mismatch: {
    reaction: "stop",
    meaning: "426: master and site run versions that cannot federate.",
    hint: "Upgrade the older side.",
    hints: { fetch_token: tokenUrl },
  },
  upgrade_ongoing: {
    reaction: "stop",
    meaning: "426/39: the master is in the middle of an upgrade.",
    hint: "Run it again when the upgrade is done.",
    hints: { fetch_token: tokenUrl },
  },
  leftover_rules: {
    reaction: "stop",
    meaning: "428: federal groups or registries are left from an earlier federation.",
    hint: "Delete the groups and registries named, then run it again.",
    hints: { fetch_token: tokenUrl },
  },
  busy: {
    reaction: "retry",
    meaning: "500/19: the controller did not get its federation lock in 20 s.",
    hint: "Another federation operation runs; it passes.",
  },
  remote_failed: {
    reaction: "retry",
    meaning: "500/39: the call between the two controllers failed.",
    hint: "Check that the two controllers reach each other: the site the master's federation port (11443), the master the joint address.",
    hints: {
      join: "Check that the site reaches the master's federation port (11443), and that the master reaches the joint address.",
      leave: "Check that the site reaches the master's federation port (11443).",
    },
  },
  server_error: {
    reaction: "retry",
    meaning: "Any other answer of 500 and above.",
    hint: "Look at the controller's log.",
    hints: {
      fetch_token:
        'Look at the log of the server behind the join token URL; it must answer 200 with {"context": "<join token>"}.',
    },
  },
  redirected: {
    reaction: "stop",
    meaning: "3xx: redirects are not followed, since they would carry credentials to another host.",
    hint: "Use the address that answers without a redirect.",
  },
  unexpected_reply: {
    reaction: "stop",
    meaning: "The answer is not what a controller sends.",
    hint: "Check that the address is a NeuVector controller's REST API and not a console or a proxy page.",
    hints: { fetch_token: tokenUrl },
  },
  unexpected_status: {
    reaction: "stop",
    meaning: "An HTTP status that no rule covers.",
    hint: "Look at the controller's log.",
    hints: { fetch_token: tokenUrl },
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
    meaning: 'The site is not a member, and `ifAbsent: "fail"` wants an existing membership.',
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
    meaning: "The membership could not be ended on both sides; the message says what each of them showed.",
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
} as const satisfies Record<string, ErrorKindInfo>;

export type ErrorKind = keyof typeof errorKinds;

/** What to do about a failure of this kind when the request was for `operation`. */
export function hintFor(kind: ErrorKind, operation: Operation | undefined): string {
  const { hint, hints }: ErrorKindInfo = errorKinds[kind];
  return (operation === undefined ? undefined : hints?.[operation]) ?? hint;
}
