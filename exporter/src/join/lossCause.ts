import {
  getFederationEvents,
  NeuVectorError,
  type FederationResponse,
  type Session,
} from "@fedjoin/provider/neuvector";
import type { LossCause } from "./watchDecision";

/**
 * Why a standalone site is not a member, as its events tell: roles and lists show a site that was kicked and one that left
 * as the same. It forgets them with a restart, and the account may not be allowed to read them (rest-api.md#logs).
 * @throws NeuVectorError of the request that failed, but for a controller's own `forbidden`
 */
export async function readLossCause(site: Session, signal: AbortSignal): Promise<LossCause> {
  try {
    return lossCauseFromEvents(await getFederationEvents(site, { signal }));
  } catch (error) {
    if (error instanceof NeuVectorError && error.kind === "forbidden" && error.code !== undefined) {
      return "unclear";
    }
    throw error;
  }
}

/** What the newest event of a membership says, `events` newest first. */
export function lossCauseFromEvents(events: readonly string[]): LossCause {
  switch (events.find((name) => /^Federation\.(Join|Leave|Kick|Promote|Demote)$/.test(name))) {
    case "Federation.Kick":
      return "kicked";
    case "Federation.Leave":
    case "Federation.Demote":
      return "lost";
    default:
      return "unclear";
  }
}

/**
 * A controller keeps its joint address when a membership ends (rest-api.md#lifecycle-and-timings): one without has lost
 * all it knew.
 */
export function lossCauseFromResponse(reply: FederationResponse): LossCause {
  return reply.local_rest_info?.server === "" ? "lost" : "unclear";
}
