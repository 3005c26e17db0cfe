import type { JoinGracePeriods } from "../../federation/joinGracePeriods";
import type { FederationSessions } from "../../federation/observe";
import { isOutcomeUnknown } from "../../federation/unknownOutcome";
import { deleteMember } from "../../neuvector/client/federation";
import type { Session } from "../../neuvector/session/session";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import { withSessions } from "../../resources/fedJoin/withSessions";
import { pruneCandidates, type PruneCandidate } from "../decisions/pruneCandidates";
import {
  expectedError,
  queryBothSides,
  querySide,
  replyOf,
  type CommandDeps,
  type PartialObservation,
} from "../observation/observe";

/** What happened to an entry that was to be deleted. */
export interface PruneResult {
  readonly id: string;
  readonly result: "deleted" | "refused" | "failed";
  readonly reason: string;
}

/** Observes both sides again and deletes the entry at once if it is still stale, since a site may have joined meanwhile. */
export async function deleteStaleEntry(
  { inputs, entry: { id } }: PruneCandidate,
  siteIsGone: boolean,
  gracePeriods: JoinGracePeriods,
  deps: CommandDeps,
): Promise<PruneResult> {
  const refused = (reason: string): PruneResult => ({ id, result: "refused", reason });
  const failed = (reason: string): PruneResult => ({ id, result: "failed", reason });
  try {
    return await withSessions(inputs, deps, async ({ sessions }): Promise<PruneResult> => {
      const observation = await observeSettled(inputs, sessions, id, gracePeriods, deps);
      const { candidates, unread } = pruneCandidates(inputs, observation);
      if (unread[0] !== undefined) return failed(`${unread[0].storeId}: ${unread[0].reason}`);
      if (sessions.master === undefined) return failed("the master was not read");
      const candidate = candidates.find(({ entry }) => entry.id === id);
      if (candidate === undefined) return refused("it is no longer on the master's list");
      const { entry, verdict, reason } = candidate;
      if (verdict === "kept") return refused(`${entry.name} is not stale: ${reason}`);
      if (verdict === "unproven" && !siteIsGone) {
        const { site } = observation;
        const cause = site.state === "failed" ? ` (${site.error.summary})` : "";
        return refused(`${reason}${cause}; if the site no longer exists, add --site-is-gone`);
      }
      await deleteEntry(sessions.master, id, deps);
      return { id, result: "deleted", reason: `${entry.name}: ${reason}` };
    });
  } catch (error) {
    return failed(expectedError(error).message);
  }
}

/** Observes both sides; if the site is standalone, not before every join that the entry could belong to would show. */
async function observeSettled(
  inputs: FedJoinInputs,
  sessions: FederationSessions,
  id: string,
  gracePeriods: JoinGracePeriods,
  deps: CommandDeps,
): Promise<PartialObservation> {
  const { clock, log } = deps.ports;
  const graceEndMs = gracePeriods.endOf(id);
  for (;;) {
    const startedMs = clock.now();
    const observation = await queryBothSides(sessions, deps);
    if (replyOf(observation.site)?.fed_role !== "" || startedMs >= graceEndMs) return observation;
    const seconds = Math.ceil((graceEndMs - clock.now()) / 1000);
    log("warn", `${inputs.storeId}: waiting ${seconds} s, since its join may be in progress`);
    await clock.sleep(graceEndMs - clock.now(), deps.signal);
  }
}

/** Deletes the entry. If the outcome is unknown, an entry that is no longer listed counts as deleted. */
async function deleteEntry(master: Session, id: string, deps: CommandDeps): Promise<void> {
  try {
    await deleteMember(master, id, { signal: deps.signal });
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw error;
    const reply = replyOf(await querySide(master, deps));
    if (reply?.fed_role !== "master" || reply.joint_clusters?.some((each) => each.id === id) === true) throw error;
  }
}
