import { classifyMembership, decodeJoinToken, desiredMembership } from "@fedjoin/provider/internal/federation";
import {
  getFederation,
  NeuVectorError,
  type FederationResponse,
  type Session,
} from "@fedjoin/provider/internal/neuvector";
import type { JoinConfig } from "../settings/joinConfig";
import type { JoinCheckpoint } from "./joinCheckpoint";
import { lossCauseFromResponse, readLossCause } from "./lossCause";
import type { WatchObservation } from "./watchDecision";

/**
 * Observes the membership at the site's own controller. After a failure the state is unknown, because silence never means
 * "gone". A master that does not answer changes nothing.
 * @throws NeuVectorError cancelled
 */
export async function observeSite(
  config: JoinConfig,
  checkpoint: JoinCheckpoint,
  site: Session,
  signal: AbortSignal,
): Promise<WatchObservation> {
  try {
    return await classifySite(config, checkpoint, await getFederation(site, { signal }), site, signal);
  } catch (error) {
    if (!(error instanceof NeuVectorError) || error.kind === "cancelled") throw error;
    return { state: "unreadable", reason: error.message, kind: error.kind };
  }
}

async function classifySite(
  { membership: declared, token }: JoinConfig,
  { name, membership: seen, kicked }: JoinCheckpoint,
  response: FederationResponse,
  site: Session,
  signal: AbortSignal,
): Promise<WatchObservation> {
  const desired = desiredMembership(declared, {
    name: declared.name ?? name,
    // Ours ended with a kick: whoever brought the site back chose the name.
    nameIsFixed: declared.name !== undefined || (seen?.own === true && !kicked),
    clusterId: seen?.clusterId,
    masterId: seen?.masterId,
    tokenAddress: token.kind === "given" ? decodeJoinToken(token.token) : undefined,
  });
  const found = classifyMembership(desired, { site: response, master: undefined });
  switch (found.state) {
    case "joined":
      return found;
    case "renamed":
    case "moved":
      return { state: "differs", member: found.member };
    case "master":
      return { state: "elsewhere", master: "its own" };
    case "elsewhere": {
      const isMasterUnknown = seen?.masterId === undefined && token.kind === "url";
      if (!isMasterUnknown) return found;
      const reason = "it is not known whether the site's master is the configured one";
      return { state: "unreadable", reason, kind: undefined };
    }
    case "kicked":
      return { state: "gone", cause: "kicked", name: found.member.name };
    default: {
      const cause = await readLossCause(site, signal);
      return { state: "gone", cause: cause === "unclear" ? lossCauseFromResponse(response) : cause };
    }
  }
}
