import type { JoinVia } from "./joinVia";
import type { NeuVectorError } from "../errors/neuVectorError";
import type { FederationSessions } from "./observe";
import type { ObservedMembership, MembershipState } from "./membershipState";
import type { Address, Ports } from "../neuvector/ports";
import type { RetryNotice, RetryPolicy } from "./retry";
import type { Session } from "../neuvector/session/session";
import type { TokenSource } from "./tokenSource";
import type { KeyedMutex } from "../concurrency";

/** A membership to be made. */
export interface JoinRequest {
  readonly storeId: string;
  /** The name to join under; drawn by the caller once per membership, so that a retry repeats it. */
  readonly name: string;
  /** True when the name was declared, or belongs to a membership we own: no other name will do. */
  readonly nameIsFixed: boolean;
  /** True when a name that is not fixed still is not to be drawn anew. */
  readonly keepName?: boolean | undefined;
  /** True to draw another name where the master keeps an entry under this one that we cannot remove: most likely our own lost membership. */
  readonly regenerateTakenName?: boolean | undefined;
  /** What to do when the site is not a member: `join` (the default), or `fail` to adopt only. */
  readonly ifAbsent?: "join" | "fail" | undefined;
  /** The id of the membership we own, when it is to be completed or mended. */
  readonly clusterId?: string | undefined;
  readonly formerIds?: readonly string[] | undefined;
  /** The id of the master it was made with. */
  readonly masterId?: string | undefined;
  readonly via: JoinVia;
  readonly jointRest: Address;
  /** The master's REST API, where known. */
  readonly masterRest?: Address | undefined;
  /** The master's federation address, sent in route `controller` only when set here: it overrides the token's. */
  readonly masterFederation?: Address | undefined;
  readonly token: TokenSource;
  readonly retry: RetryPolicy;
  /** Milliseconds since the epoch after which nothing more is tried. */
  readonly deadlineMs?: number | undefined;
  /** Which broken memberships a person asked to have mended. */
  readonly repair: {
    /** Leave by force and rejoin when the master kicked the site. */
    readonly kicked: boolean;
    /** Leave and rejoin when name or joint address differ. */
    readonly changed: boolean;
  };
}

/** What happens on the way, for logs and metrics. Never holds a secret. */
export type JoinEvent =
  | { readonly type: "token_fetching"; readonly url: string }
  | { readonly type: "token_fetched" }
  | { readonly type: "sending"; readonly url: string; readonly name: string }
  | { readonly type: "accepted" }
  | { readonly type: "failed"; readonly error: NeuVectorError }
  | { readonly type: "retrying"; readonly notice: RetryNotice };

/** Whom and what a join works with. */
export interface JoinContext {
  readonly ports: Ports;
  readonly masterLocks: KeyedMutex;
  readonly sessions: FederationSessions;
  /** The session that sends the join: at the master or at the site's controller, as `via` says. */
  readonly joinSession: Session;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: JoinEvent) => void) | undefined;
  /** Asked in every attempt that found the site not to be a member as wanted; whatever it throws ends the attempt. */
  readonly beforeJoin?: ((verdict: MembershipState) => Promise<void>) | undefined;
}

export type JoinOutcome =
  /** A member. `how` says whether by this join or already before. */
  | {
      readonly state: "joined";
      readonly how: "joined" | "adopted";
      readonly member: ObservedMembership;
      readonly tokenFingerprint: string | undefined;
    }
  /** Accepted, and not (yet) seen on a side that we can read. */
  | { readonly state: "unconfirmed"; readonly name: string; readonly tokenFingerprint: string | undefined }
  /** Not a member. `mayHaveJoined` when a join was sent and nobody could tell what became of it. */
  | { readonly state: "failed"; readonly name: string; readonly error: unknown; readonly mayHaveJoined: boolean };
