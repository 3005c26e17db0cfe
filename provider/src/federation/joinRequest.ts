import type { DesiredMembership, JoinVia, ObservedMembership } from "./membership";
import type { MembershipState } from "./membershipState";
import type { FederationSessions } from "./observe";
import type { RetryNotice, RetryPolicy } from "./retry";
import type { TokenSource } from "./tokenSource";
import type { KeyedMutex } from "../concurrency";
import type { NeuVectorError } from "../errors/neuVectorError";
import type { Ports } from "../neuvector/ports";
import type { Session } from "../neuvector/session/session";

export interface JoinRequest {
  /** The membership to make. Every retry uses its name, unless another cluster has it. */
  readonly membership: DesiredMembership;
  /** True if a name that is not fixed must not be replaced by another one either. */
  readonly keepName?: boolean | undefined;
  /** True to join under another name if the master keeps an entry of this one that we cannot remove: most likely our own lost membership. */
  readonly regenerateTakenName?: boolean | undefined;
  /** What to do if the site is not a member: `join` (the default), or `fail` to adopt only. */
  readonly ifAbsent?: "join" | "fail" | undefined;
  /** Broken memberships that the request may repair. */
  readonly repair: {
    /** Leave by force and rejoin if the master kicked the site. */
    readonly kicked: boolean;
    /** Leave and rejoin if name or joint address differ. */
    readonly changed: boolean;
  };
  readonly token: TokenSource;
  readonly retry: RetryPolicy;
  /** Milliseconds since the epoch after which nothing more is tried. */
  readonly deadlineMs?: number | undefined;
}

/** Progress of a join, for logs and metrics. Never holds a secret. */
export type JoinEvent =
  | { readonly type: "token_fetching"; readonly url: string }
  | { readonly type: "token_fetched" }
  | { readonly type: "sending"; readonly url: string; readonly name: string }
  | { readonly type: "accepted" }
  | { readonly type: "failed"; readonly error: NeuVectorError }
  | { readonly type: "retrying"; readonly notice: RetryNotice };

/** The route of a join, and its sessions. */
export interface JoinSessions {
  readonly via: JoinVia;
  readonly sessions: FederationSessions;
  /** Sends the join: at the master or at the site's controller, as `via` says. */
  readonly joinSession: Session;
}

export interface JoinContext extends JoinSessions {
  readonly ports: Ports;
  readonly masterLocks: KeyedMutex;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: JoinEvent) => void) | undefined;
  /** Called in every attempt that finds the site not joined as desired. An error that it throws ends the attempt. */
  readonly beforeJoin?: ((state: MembershipState) => Promise<void>) | undefined;
}

export type JoinOutcome =
  /** A member, either by this join or already before it. */
  | {
      readonly state: "joined";
      readonly how: "joined" | "adopted";
      readonly member: ObservedMembership;
      readonly tokenFingerprint: string | undefined;
    }
  /** Accepted, but no readable side shows it yet. */
  | { readonly state: "unconfirmed"; readonly name: string; readonly tokenFingerprint: string | undefined }
  /** Not a member. `mayHaveJoined` if a join was sent and its outcome is unknown. */
  | { readonly state: "failed"; readonly name: string; readonly error: unknown; readonly mayHaveJoined: boolean };
