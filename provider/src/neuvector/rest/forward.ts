import type { TransportResponse } from "../ports";
import type { Call } from "./call";
import { encodePathSegment } from "./encodePathSegment";

/** Addresses a call for a member to the forward proxy of its master (rest-api.md#forwarding-to-members). @throws NeuVectorError unusable_name. */
export function forwardCall(call: Call): Call {
  if (call.memberId === undefined) return call;
  return { ...call, path: `/v1/fed/cluster/${encodePathSegment(call.memberId)}${call.path}` };
}

/**
 * Reduces any 401 of a member to a plain one. The forward proxy passes on what the member answers, and its 401/47 or
 * 401/48 is not about our account at the master.
 */
export function hideMemberVerdict({ memberId }: Call, response: TransportResponse): TransportResponse {
  const isForwarded = memberId !== undefined && response.status === 401;
  return isForwarded ? { ...response, body: JSON.stringify({ code: 3 }) } : response;
}
