import type { MembershipState } from "@fedjoin/provider/federation";
import { getFederation, isCancelled, NeuVectorError, type Session } from "@fedjoin/provider/neuvector";
import type { JoinConfig } from "../settings/joinConfig";
import { readLossCause, lossCauseFromResponse } from "./lossCause";
import type { JoinCheckpointStore } from "./joinCheckpoint";
import { rejoinBlockedBy, type LossCause } from "./watchDecision";

/** Keeps a join from undoing what a master's admin did, also between two attempts. */
export interface RejoinGuard {
  /** @throws NeuVectorError `kicked` when the master removed the site, or may have; else of the request that failed. */
  check(verdict: MembershipState, site: Session | undefined): Promise<void>;
  /** What the last check found against the join. */
  blockedBy(): "kicked" | "unclear" | undefined;
  /** The name under which the last check found the site, as a member or one that was removed. */
  foundName(): string | undefined;
}

export function createRejoinGuard(config: JoinConfig, keeper: JoinCheckpointStore, signal: AbortSignal): RejoinGuard {
  let refused: "kicked" | "unclear" | undefined;
  let foundName: string | undefined;
  return {
    blockedBy: () => refused,
    foundName: () => foundName,
    async check(verdict, site) {
      foundName = "member" in verdict ? verdict.member.name : undefined;
      refused = undefined;
      if (config.rejoinAfterKick || !isAbsent(verdict)) return;
      refused = rejoinBlockedBy(await findLossCause(verdict, keeper, site, signal), keeper.current);
      if (refused === "kicked") throw new NeuVectorError("kicked", "the master removed this site");
      if (refused === "unclear") {
        throw new NeuVectorError("kicked", "nothing tells whether this site left or the master removed it");
      }
    },
  };
}

/** Everything else is refused or mended by the join itself. */
function isAbsent({ state }: MembershipState): boolean {
  return state === "absent" || state === "left" || state === "name_taken";
}

async function findLossCause(
  { state }: MembershipState,
  { current: { membership } }: JoinCheckpointStore,
  site: Session | undefined,
  signal: AbortSignal,
): Promise<LossCause> {
  // The master still lists the site.
  if (state === "left") return "lost";
  if (site === undefined) return "unclear";
  try {
    const cause = await readLossCause(site, signal);
    if (cause !== "unclear" || membership === undefined) return cause;
    return lossCauseFromResponse(await getFederation(site, { signal }));
  } catch (error) {
    // Where no membership was seen, only a kick that shows stands in the way.
    if (isCancelled(error) || membership !== undefined) throw error;
    return "unclear";
  }
}
