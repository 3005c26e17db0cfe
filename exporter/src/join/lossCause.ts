import {
  getFederationEvents,
  NeuVectorError,
  type FederationResponse,
  type Session,
} from "@fedjoin/provider/internal/neuvector";
import type { JoinCheckpoint } from "./joinCheckpoint";

/** Why a site is not a member. */
export type LossCause =
  /** The master removed it. */
  | "kicked"
  /** It left, or its controller lost its data. */
  | "lost"
  /** Cannot be determined. */
  | "unclear";

/**
 * Reads from a standalone site's events why it is not a member: roles and lists are the same after a kick and after a leave.
 * A restart deletes the events, and the account may not be allowed to read them (rest-api.md#logs).
 * @throws NeuVectorError of the failed request, except a controller's own `forbidden`.
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

/** Returns what the newest event of a membership says; `events` are newest first. */
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

/** A controller keeps its joint address when a membership ends (rest-api.md#lifecycle-and-timings): one without has lost all its data. */
export function lossCauseFromResponse(response: FederationResponse): LossCause {
  return response.local_rest_info?.server === "" ? "lost" : "unclear";
}

/**
 * Returns the reason that forbids a rejoin: a kick, or a possible one. A site that was never seen as a member stays away
 * only after a proven kick; one that was a member rejoins only if a kick is excluded.
 */
export function rejoinBlockedBy(cause: LossCause, checkpoint: JoinCheckpoint): "kicked" | "unclear" | undefined {
  if (checkpoint.kicked || cause === "kicked") return "kicked";
  return cause === "unclear" && checkpoint.membership !== undefined ? "unclear" : undefined;
}
