import { encodePathSegment, type Transport } from "@fedjoin/provider/neuvector";

const prefix = "/v1/fed/cluster/";

/**
 * The path at a master that leads to `path` at its member (rest-api.md#forwarding-to-members). @throws NeuVectorError
 * unusable_name.
 */
export const forwardedPath = (memberId: string, path: string): string => prefix + encodePathSegment(memberId) + path;

/**
 * A transport through which a member says nothing about our account at the master: the forward proxy passes on what the
 * member answers, and 401/47 or 401/48 of a member must not stop the logins at its master. Any 401 becomes a plain one.
 */
export function hideForwardedUnauthorized(transport: Transport): Transport {
  return {
    async send(request) {
      const reply = await transport.send(request);
      const isForwarded = request.path.startsWith(prefix) && reply.status === 401;
      return isForwarded ? { ...reply, body: JSON.stringify({ code: 3 }) } : reply;
    },
  };
}
