import { classifyMembership, decodeJoinToken } from "@fedjoin/provider/federation";
import { getFederation, NeuVectorError, type FederationResponse, type Session } from "@fedjoin/provider/neuvector";
import type { JoinConfig } from "../settings/joinConfig";
import { readLossCause, lossCauseFromResponse } from "./lossCause";
import type { JoinCheckpoint } from "./joinCheckpoint";
import type { WatchObservation } from "./watchDecision";

/**
 * What the site's own controller says of the membership. Any failure makes the look say nothing, since silence is never
 * "gone"; a master that is away changes nothing.
 * @throws NeuVectorError cancelled
 */
export async function observeSite(
  config: JoinConfig,
  memory: JoinCheckpoint,
  site: Session,
  signal: AbortSignal,
): Promise<WatchObservation> {
  try {
    return await classifySite(config, memory, await getFederation(site, { signal }), site, signal);
  } catch (error) {
    if (!(error instanceof NeuVectorError) || error.kind === "cancelled") throw error;
    return { state: "unreadable", why: error.message, kind: error.kind };
  }
}

async function classifySite(
  config: JoinConfig,
  memory: JoinCheckpoint,
  reply: FederationResponse,
  site: Session,
  signal: AbortSignal,
): Promise<WatchObservation> {
  const { membership } = memory;
  const { storeId, jointRest, via, masterRest, masterFederation, token } = config;
  const inToken = token.kind === "given" ? decodeJoinToken(token.token) : undefined;
  const verdict = classifyMembership(
    {
      storeId,
      name: config.name ?? memory.name,
      // Ours ended with a kick: whoever brought the site back chose the name.
      nameIsFixed: config.name !== undefined || (membership?.own === true && !memory.kicked),
      jointRest,
      masterAddresses: [via === "master" ? masterRest : undefined, masterFederation, inToken].filter(
        (address) => address !== undefined,
      ),
      masterId: membership?.masterId,
      clusterId: membership?.clusterId,
    },
    { site: reply, master: undefined },
  );
  switch (verdict.state) {
    case "joined":
      return verdict;
    case "renamed":
    case "moved":
      return { state: "differs", member: verdict.member };
    case "master":
      return { state: "elsewhere", master: "its own" };
    case "elsewhere":
      return membership?.masterId === undefined && token.kind === "url"
        ? {
            state: "unreadable",
            why: "nothing here tells whether the site's master is the wanted one",
            kind: undefined,
          }
        : verdict;
    case "kicked":
      return { state: "gone", cause: "kicked", name: verdict.member.name };
    default: {
      const cause = await readLossCause(site, signal);
      return { state: "gone", cause: cause === "unclear" ? lossCauseFromResponse(reply) : cause };
    }
  }
}
