import type { MembershipState } from "@fedjoin/provider/internal/federation";
import { getFederation, isCancelled, NeuVectorError, type Session } from "@fedjoin/provider/internal/neuvector";
import type { JoinConfig } from "../settings/joinConfig";
import type { JoinCheckpointStore } from "./joinCheckpoint";
import { lossCauseFromResponse, readLossCause, rejoinBlockedBy, type LossCause } from "./lossCause";

/** Prevents a join from undoing what a master's admin did, also between two attempts. */
export interface RejoinGuard {
  /** @throws NeuVectorError `kicked` if the master removed the site, or may have; otherwise of the failed request. */
  check(found: MembershipState, site: Session | undefined): Promise<void>;
  /** Returns why the last check rejected the join. */
  blockedBy(): "kicked" | "unclear" | undefined;
  /** Returns the name under which the last check found the site, as a member or as a removed one. */
  foundName(): string | undefined;
}

export function createRejoinGuard(config: JoinConfig, store: JoinCheckpointStore, signal: AbortSignal): RejoinGuard {
  let blockedBy: "kicked" | "unclear" | undefined;
  let foundName: string | undefined;
  return {
    blockedBy: () => blockedBy,
    foundName: () => foundName,
    async check(found, site) {
      foundName = "member" in found ? found.member.name : undefined;
      blockedBy = undefined;
      if (config.rejoinAfterKick || !isAbsent(found)) return;
      blockedBy = rejoinBlockedBy(await findLossCause(found, store, site, signal), store.current);
      if (blockedBy === "kicked") throw new NeuVectorError("kicked", "the master removed this site");
      if (blockedBy === "unclear") {
        throw new NeuVectorError("kicked", "it is not known whether this site left or the master removed it");
      }
    },
  };
}

/** The join itself rejects or repairs every other state. */
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
    // If no membership was ever seen, only a proven kick prevents the join.
    if (isCancelled(error) || membership !== undefined) throw error;
    return "unclear";
  }
}
