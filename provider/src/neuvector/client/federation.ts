import * as z from "zod";
import { Secret } from "../../values/secret";
import { describeCall, type Api, type CallOptions } from "../rest/call";
import { parseResponse } from "../rest/response";
import { encodePathSegment } from "../rest/encodePathSegment";
import { get } from "./endpoint";
import type { Address } from "../../values/address";

const restInfo = z.object({ server: z.string(), port: z.number() });

const clusterEntry = z.object({
  name: z.string(),
  id: z.string(),
  status: z.string().default(""),
  rest_version: z.string().default(""),
  rest_info: restInfo,
});

/** `GET /v1/fed/member` (rest-api.md#reading-the-federation). `joint_clusters` is null on a standalone cluster. */
export const federationResponse = z.object({
  fed_role: z.string(),
  local_rest_info: restInfo.optional(),
  master_cluster: clusterEntry.nullish(),
  joint_clusters: z.array(clusterEntry).nullish(),
});

/** `GET /v1/fed/join_token` (rest-api.md#administration-endpoints). */
const joinTokenResponse = z.object({ join_token: z.string().min(1) });

export type FederationResponse = z.infer<typeof federationResponse>;
export type ClusterEntry = z.infer<typeof clusterEntry>;

/** Gets the federation as this controller sees it: role, master, members (rest-api.md#reading-the-federation). */
export function getFederation(api: Api, options: CallOptions = {}): Promise<FederationResponse> {
  return get(api, "/v1/fed/member", federationResponse, options);
}

/**
 * Creates a join token of this master, valid for `minutes`.
 * @throws NeuVectorError forbidden when this is not a master or the account is not a fedAdmin (rest-api.md#administration-endpoints).
 */
export async function mintJoinToken(api: Api, minutes: number, options: CallOptions = {}): Promise<Secret> {
  const request = { method: "GET", path: `/v1/fed/join_token?token_duration=${minutes}` } as const;
  const response = await api.call({ ...request, operation: "mint_token", ...options });
  return new Secret(parseResponse(joinTokenResponse, response, describeCall(request)).join_token);
}

/** Body of `POST /v1/fed/join` (R6). `server` and `port` override the master's address in the token (rest-api.md#joining). */
export interface JoinBody {
  readonly name: string;
  readonly join_token: string;
  readonly joint_rest_info: Address;
  readonly server?: string;
  readonly port?: number;
}

// The controller waits up to 20 s for its lock and 10 s for the master (rest-api.md#concurrent-operations).
const joinTimeoutMs = 45_000;

/** Sends the join. Success means that it was accepted, not yet that both sides show it. */
export async function postJoin(api: Api, body: JoinBody, options: CallOptions = {}): Promise<void> {
  const call = { method: "POST", path: "/v1/fed/join", operation: "join", body } as const;
  await api.call({ ...call, timeoutMs: joinTimeoutMs, ...options });
}

/** Lets this joint cluster leave. `force` leaves even if the master cannot be told; its entry then stays there (rest-api.md#leaving). */
export async function postLeave(api: Api, force: boolean, options: CallOptions = {}): Promise<void> {
  const call = { method: "POST", path: "/v1/fed/leave", operation: "leave", body: { force } } as const;
  await api.call({ ...call, timeoutMs: joinTimeoutMs, ...options });
}

/** Removes a member at its master. The master tells the member only if the account is a user, not an API key (rest-api.md#removing-a-member). */
export async function deleteMember(api: Api, clusterId: string, options: CallOptions = {}): Promise<void> {
  const path = `/v1/fed/cluster/${encodePathSegment(clusterId)}`;
  const call = { method: "DELETE", path, operation: "remove_member" } as const;
  await api.call({ ...call, timeoutMs: joinTimeoutMs, ...options });
}

/** The response of a join token URL: `{"context": token}` (R3), or the controller's own `{"join_token": token}`. */
export const tokenUrlResponse = z.union([
  z.object({ context: z.string().min(1) }).transform(({ context }) => context),
  joinTokenResponse.transform(({ join_token }) => join_token),
]);
