import type { Address } from "../ports";
import { Secret } from "../secret";
import type { Session } from "./session";
import {
  fedMemberReply,
  joinTokenReply,
  parseReply,
  systemSummaryReply,
  type FedMemberReply,
  type SystemSummary,
} from "./wire";

/** How a request is cut short. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

/** The federation as this controller sees it: role, master, members (contract 3.3). */
export async function getFedMember(session: Session, options: CallOptions = {}): Promise<FedMemberReply> {
  const reply = await session.call({ method: "GET", path: "/v1/fed/member", ...options });
  return parseReply(fedMemberReply, reply, "GET /v1/fed/member");
}

/** Counts of the whole cluster; zeros where the account may not read them (contract 5.1). */
export async function getSystemSummary(session: Session, options: CallOptions = {}): Promise<SystemSummary> {
  const reply = await session.call({ method: "GET", path: "/v1/system/summary", ...options });
  return parseReply(systemSummaryReply, reply, "GET /v1/system/summary").summary;
}

/** A new join token of this master, valid for `minutes`. @throws NeuVectorError forbidden when it is no master or the account no fedAdmin (contract 3.1). */
export async function mintJoinToken(session: Session, minutes: number, options: CallOptions = {}): Promise<Secret> {
  const path = `/v1/fed/join_token?token_duration=${minutes}`;
  const reply = await session.call({ method: "GET", path, ...options });
  return new Secret(parseReply(joinTokenReply, reply, "GET /v1/fed/join_token").join_token);
}

/** Body of `POST /v1/fed/join` (R6). `server` and `port` override the master's address inside the token (contract 3.6). */
export interface JoinBody {
  readonly name: string;
  readonly join_token: string;
  readonly joint_rest_info: Address;
  readonly server?: string;
  readonly port?: number;
}

// The controller waits up to 20 s for its lock and 10 s for the master (contract 3.6).
const joinTimeoutMs = 45_000;

/** Sends the join. Success says that it was accepted, not yet that both sides show it. */
export async function postJoin(session: Session, body: JoinBody, options: CallOptions = {}): Promise<void> {
  await session.call({ method: "POST", path: "/v1/fed/join", body, timeoutMs: joinTimeoutMs, ...options });
}

/** Lets this joint cluster leave. `force` leaves even if the master cannot be told, and then its entry stays there (contract 3.6). */
export async function postLeave(session: Session, force: boolean, options: CallOptions = {}): Promise<void> {
  await session.call({ method: "POST", path: "/v1/fed/leave", body: { force }, timeoutMs: joinTimeoutMs, ...options });
}

/** Removes a member at its master. The member is told only when the account is a user, not an API key (contract 3.8). */
export async function deleteMember(session: Session, clusterId: string, options: CallOptions = {}): Promise<void> {
  const path = `/v1/fed/cluster/${encodeURIComponent(clusterId)}`;
  await session.call({ method: "DELETE", path, timeoutMs: joinTimeoutMs, ...options });
}
