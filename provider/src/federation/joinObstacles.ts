import { currentMembership, observeAgain, regenerateName, type JoinRun } from "./joinRun";
import { belongsToAnotherSite, isOwnClusterId, type ObservedMembership } from "./membership";
import type { MembershipState } from "./membershipState";
import { isOutcomeUnknown } from "./unknownOutcome";
import { deleteMember, postLeave } from "../neuvector/client/federation";
import { isCancelled, NeuVectorError, reactionTo } from "../errors/neuVectorError";
import type { Session } from "../neuvector/session/session";
import { formatAddress } from "../values/address";

/** What follows after an obstacle to a join was handled. */
export type ObstacleResult =
  /** The join can be sent. */
  | { readonly state: "clear" }
  /** Somebody else changed the membership in the meantime. */
  | { readonly state: "observe_again" }
  /** An entry of this site may belong to a join that is still running: only an observation after this time tells. */
  | { readonly state: "wait"; readonly untilMs: number };

type Joined = Extract<MembershipState, { state: "joined" }>;

const clear: ObstacleResult = { state: "clear" };
const changed: ObstacleResult = { state: "observe_again" };

/**
 * Removes what stands in the way of a join: stale entries of the site, a broken membership that the request may repair, or
 * a generated name that another member holds.
 * @throws NeuVectorError not_a_member, kicked, membership_differs, member_elsewhere, name_taken, wrong_role if the site
 * cannot join.
 */
export async function resolveObstacle(run: JoinRun, found: Exclude<MembershipState, Joined>): Promise<ObstacleResult> {
  const { repair, ifAbsent, membership } = run.request;
  switch (found.state) {
    case "absent":
    case "left":
      if (ifAbsent === "fail")
        throw new NeuVectorError("not_a_member", `${membership.storeId} is not a member of this master`);
      return found.state === "left" ? removeStaleEntries(run, found.members) : clear;
    case "kicked":
      if (!repair.kicked) throw new NeuVectorError("kicked", `${found.member.name} was removed by its master`);
      return leaveAfterKick(run, found.member);
    case "renamed":
    case "moved": {
      if (repair.changed && !belongsToAnotherSite(currentMembership(run), found.member)) return leave(run, false);
      const actual = `${found.member.name} at ${formatAddress(found.member.jointRest)}`;
      const desired = `${run.name} at ${formatAddress(membership.jointRest)}`;
      throw new NeuVectorError("membership_differs", `the site is a member as ${actual}, but should be ${desired}`);
    }
    case "name_taken": {
      const holder = formatAddress(found.by);
      regenerateName(run, new NeuVectorError("name_taken", `${run.name} belongs to the member at ${holder}`));
      return clear;
    }
    case "elsewhere":
      throw new NeuVectorError("member_elsewhere", `the site is a member of another master, ${found.master}`);
    case "master":
      throw new NeuVectorError("member_elsewhere", "the site is a federation master itself");
    case "no_master":
      throw new NeuVectorError("wrong_role", "the cluster named as master is not a federation master", {
        hint: "Promote it first, or correct the master's address.",
      });
  }
}

/**
 * Removes entries that a lost response, a forced leave or a re-installation left on the master. An observation right before
 * proves each of them stale. If another name is acceptable, an entry that this account may not remove stays.
 */
export async function removeStaleEntries(
  run: JoinRun,
  members: readonly ObservedMembership[],
): Promise<ObstacleResult> {
  const { ports, sessions } = run.context;
  if (sessions.master === undefined) return clear;
  const untilMs = Math.max(...members.map((member) => gracePeriodEnd(run, member)));
  if (ports.clock.now() < untilMs) return waitForGracePeriod(run, untilMs);
  const now = await observeAgain(run);
  const ids = new Set(members.map(({ clusterId }) => clusterId));
  if (now.state !== "left" || !now.members.every(({ clusterId }) => ids.has(clusterId))) return changed;
  for (const member of now.members) await removeStaleEntry(run, sessions.master, member);
  return clear;
}

/**
 * Returns when a standalone site proves an entry stale: at once for a recorded id. A join of ours that failed proves nothing:
 * an entry of its name may belong to somebody else's join that began since.
 */
function gracePeriodEnd({ request, gracePeriods }: JoinRun, { clusterId }: ObservedMembership): number {
  return isOwnClusterId(request.membership, clusterId) ? -Infinity : gracePeriods.endOf(clusterId);
}

function waitForGracePeriod({ request, context: { ports } }: JoinRun, untilMs: number): ObstacleResult {
  const text = "the master lists this site, which does not know it: another join of it may be under way";
  if (untilMs >= (request.deadlineMs ?? Infinity)) throw new NeuVectorError("busy", text);
  const seconds = Math.ceil((untilMs - ports.clock.now()) / 1000);
  ports.log("info", `${request.membership.storeId}: ${text}; checking again in ${seconds} s`);
  return { state: "wait", untilMs };
}

/**
 * Removes entries of the site beside its membership, which other joins left at which the site gave up: a site that is a
 * member carries out no other join (rest-api.md#concurrent-operations). An entry that cannot be removed stays, since the
 * membership does not need its end.
 */
export async function removeEntriesBeside(run: JoinRun, { member, beside = [] }: Joined): Promise<void> {
  const { ports, sessions } = run.context;
  if (beside.length === 0 || sessions.master === undefined || run.request.ifAbsent === "fail") return;
  try {
    const now = await observeAgain(run);
    if (now.state !== "joined" || now.member.clusterId !== member.clusterId) return;
    for (const entry of staleEntriesIn(now)) await removeStaleEntry(run, sessions.master, entry);
  } catch (error) {
    if (!(error instanceof NeuVectorError) || isCancelled(error)) throw error;
    const names = beside.map(({ name }) => name).join(", ");
    ports.log("warn", `${member.name}: the master lists the site as ${names} too, see fedjoin prune: ${error.summary}`);
  }
}

async function removeStaleEntry(run: JoinRun, master: Session, { name, clusterId }: ObservedMembership): Promise<void> {
  const { ports, signal } = run.context;
  ports.log("info", `Removing the stale entry ${name} (${clusterId}) of this site from the master`);
  try {
    await deleteMember(master, clusterId, { signal });
  } catch (error) {
    if (isOutcomeUnknown(error)) {
      const now = await observeAgain(run);
      if (!staleEntriesIn(now).some((entry) => entry.clusterId === clusterId)) return;
    }
    const mayStay =
      run.request.regenerateTakenName === true && error instanceof NeuVectorError && error.kind === "forbidden";
    if (!mayStay) throw error;
    ports.log("warn", `The stale entry ${name} stays: only a fedAdmin of the master may remove it`);
  }
}

function staleEntriesIn(found: MembershipState): readonly ObservedMembership[] {
  if (found.state === "joined") return found.beside ?? [];
  return found.state === "left" ? found.members : [];
}

/** Leaves by force if the master still does not list the member. */
async function leaveAfterKick(run: JoinRun, { clusterId }: ObservedMembership): Promise<ObstacleResult> {
  const now = await observeAgain(run);
  return now.state === "kicked" && now.member.clusterId === clusterId ? leave(run, true) : changed;
}

async function leave({ context }: JoinRun, force: boolean): Promise<ObstacleResult> {
  if (context.sessions.site === undefined) {
    throw new NeuVectorError("invalid_input", "repairing this membership needs credentials at the site's controller");
  }
  try {
    await postLeave(context.sessions.site, force, { signal: context.signal });
    return clear;
  } catch (error) {
    // A retry observes again anyway.
    if (isOutcomeUnknown(error) && reactionTo(error) !== "retry") return changed;
    throw error;
  }
}
