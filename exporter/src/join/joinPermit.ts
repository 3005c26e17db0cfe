import { getFedMember, isCancelled, NeuVectorError, type Session, type Verdict } from "@fedjoin/provider";
import type { JoinConfig } from "../settings/joinConfig";
import { causeInEvents, causeInReply } from "./absence";
import type { JoinMemoryKeeper } from "./joinMemory";
import { verdictAgainst, type Cause } from "./watchDecision";

/** Keeps a join from undoing what a master's admin did, also between two attempts. */
export interface Permit {
  /** @throws NeuVectorError `kicked` when the master removed the site, or may have; else of the request that failed. */
  check(verdict: Verdict, site: Session | undefined): Promise<void>;
  /** What the last check found against the join. */
  refused(): "kicked" | "unclear" | undefined;
  /** The name under which the last check found the site, as a member or one that was removed. */
  foundName(): string | undefined;
}

export function createPermit(config: JoinConfig, keeper: JoinMemoryKeeper, signal: AbortSignal): Permit {
  let refused: "kicked" | "unclear" | undefined;
  let foundName: string | undefined;
  return {
    refused: () => refused,
    foundName: () => foundName,
    async check(verdict, site) {
      foundName = "member" in verdict ? verdict.member.name : undefined;
      refused = undefined;
      if (config.rejoinAfterKick || !isAbsence(verdict)) return;
      refused = verdictAgainst(await causeOf(verdict, keeper, site, signal), keeper.current);
      if (refused === "kicked") throw new NeuVectorError("kicked", "the master removed this site");
      if (refused === "unclear") {
        throw new NeuVectorError("kicked", "nothing tells whether this site left or the master removed it");
      }
    },
  };
}

/** Everything else is refused or mended by the join itself. */
function isAbsence({ state }: Verdict): boolean {
  return state === "absent" || state === "left" || state === "name_taken";
}

async function causeOf(
  { state }: Verdict,
  { current: { membership } }: JoinMemoryKeeper,
  site: Session | undefined,
  signal: AbortSignal,
): Promise<Cause> {
  // The master still lists the site.
  if (state === "left") return "lost";
  if (site === undefined) return "unclear";
  try {
    const cause = await causeInEvents(site, signal);
    if (cause !== "unclear" || membership === undefined) return cause;
    return causeInReply(await getFedMember(site, { signal }));
  } catch (error) {
    // Where no membership was seen, only a kick that shows stands in the way.
    if (isCancelled(error) || membership !== undefined) throw error;
    return "unclear";
  }
}
