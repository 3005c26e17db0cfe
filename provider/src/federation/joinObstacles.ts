import { deleteMember, postLeave } from "../neuvector/client/federation";
import { NeuVectorError, reactionTo } from "../errors/neuVectorError";
import { belongsToAnotherMembership, observeAgain, regenerateName, type JoinRun } from "./joinRun";
import { isOwnClusterId, type ObservedMembership, type MembershipState } from "./membershipState";
import { isOutcomeUnknown } from "./unknownOutcome";
import { formatAddress } from "../neuvector/ports";
import type { Session } from "../neuvector/session/session";

/** What is to follow once an obstacle was dealt with. */
export type ObstacleResult =
  /** The join can be sent. */
  | { readonly state: "clear" }
  /** Somebody else changed the membership meanwhile. */
  | { readonly state: "look_again" }
  /** An entry of this site may be that of a join under way: only a look after this time tells. */
  | { readonly state: "settling"; readonly untilMs: number };

const clear: ObstacleResult = { state: "clear" };
const changed: ObstacleResult = { state: "look_again" };

/**
 * Clears the way for a join: removes leftover entries of the site, leaves a membership that a person asked to have mended,
 * draws another name where another member holds the random one.
 * @throws NeuVectorError not_a_member, kicked, membership_differs, member_elsewhere, name_taken, wrong_role: there is no way.
 */
export async function resolveObstacle(
  run: JoinRun,
  verdict: Exclude<MembershipState, { state: "joined" }>,
): Promise<ObstacleResult> {
  const { repair, jointRest, ifAbsent } = run.request;
  switch (verdict.state) {
    case "absent":
    case "left":
      if (ifAbsent === "fail")
        throw new NeuVectorError("not_a_member", `${run.request.storeId} is not a member of this master`);
      return verdict.state === "left" ? removeStaleEntries(run, verdict.members) : clear;
    case "kicked":
      if (!repair.kicked) throw new NeuVectorError("kicked", `${verdict.member.name} was removed by its master`);
      return leaveAfterKick(run, verdict.member);
    case "renamed":
    case "moved": {
      if (repair.changed && !belongsToAnotherMembership(run, verdict.member)) return leave(run, false);
      const found = `${verdict.member.name} at ${formatAddress(verdict.member.jointRest)}`;
      const wanted = `${run.name} at ${formatAddress(jointRest)}`;
      throw new NeuVectorError("membership_differs", `the site is a member as ${found}, wanted is ${wanted}`);
    }
    case "name_taken": {
      const holder = formatAddress(verdict.by);
      regenerateName(run, new NeuVectorError("name_taken", `${run.name} belongs to the member at ${holder}`));
      return clear;
    }
    case "elsewhere":
      throw new NeuVectorError("member_elsewhere", `the site is a member of another master, ${verdict.master}`);
    case "master":
      throw new NeuVectorError("member_elsewhere", "the site is a federation master itself");
    case "no_master":
      throw new NeuVectorError("wrong_role", "the cluster named as master is not a federation master", {
        hint: "Promote it first, or correct the master's address.",
      });
  }
}

/**
 * Removes entries of this site that a lost answer, a forced leave or a re-installation left on the master, each proven
 * to be stale by a look right before. Where another name will do, one that this account may not remove stays.
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

/** When the site must be asked so that its word proves an entry stale; at any time for what is known to have ended. */
function gracePeriodEnd(
  { request, rejectedNames, gracePeriods: times }: JoinRun,
  { name, clusterId }: ObservedMembership,
): number {
  return isOwnClusterId(request, clusterId) || rejectedNames.has(name) ? -Infinity : times.endOf(clusterId);
}

function waitForGracePeriod({ request, context: { ports } }: JoinRun, untilMs: number): ObstacleResult {
  const text = "the master lists this site, which does not know it: another join of it may be under way";
  if (untilMs >= (request.deadlineMs ?? Infinity)) throw new NeuVectorError("busy", text);
  const seconds = Math.ceil((untilMs - ports.clock.now()) / 1000);
  ports.log("info", `${request.storeId}: ${text}; looking again in ${seconds} s`);
  return { state: "settling", untilMs };
}

async function removeStaleEntry(run: JoinRun, master: Session, { name, clusterId }: ObservedMembership): Promise<void> {
  const { ports, signal } = run.context;
  ports.log("info", `Removing the leftover entry ${name} (${clusterId}) of this site from the master`);
  try {
    await deleteMember(master, clusterId, { signal });
  } catch (error) {
    if (isOutcomeUnknown(error)) {
      const now = await observeAgain(run);
      const isThere = now.state === "left" && now.members.some((member) => member.clusterId === clusterId);
      if (!isThere) return;
    }
    const mayStay =
      run.request.regenerateTakenName === true && error instanceof NeuVectorError && error.kind === "forbidden";
    if (!mayStay) throw error;
    ports.log("warn", `The leftover entry ${name} stays: only a fedAdmin of the master may remove it`);
  }
}

/** A forced leave, if the master still does not list the member. */
async function leaveAfterKick(run: JoinRun, { clusterId }: ObservedMembership): Promise<ObstacleResult> {
  const now = await observeAgain(run);
  return now.state === "kicked" && now.member.clusterId === clusterId ? leave(run, true) : changed;
}

async function leave({ context }: JoinRun, force: boolean): Promise<ObstacleResult> {
  if (context.sessions.site === undefined) {
    throw new NeuVectorError("invalid_input", "mending this membership needs credentials at the site's controller");
  }
  try {
    await postLeave(context.sessions.site, force, { signal: context.signal });
    return clear;
  } catch (error) {
    // What is tried again begins with a look anyway.
    if (isOutcomeUnknown(error) && reactionTo(error) !== "retry") return changed;
    throw error;
  }
}
