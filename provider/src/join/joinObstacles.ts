import { deleteMember, postLeave } from "../controller/client";
import { NeuVectorError, reactionTo } from "../errors";
import { isAnothersMembership, lookAgain, redrawName, type JoinRun } from "./joinRun";
import { isOwnId, type Member, type Verdict } from "../membership/membership";
import { isOutcomeUnknown } from "../membership/outcome";
import { formatAddress } from "../ports";
import type { Session } from "../controller/session";

/** What is to follow once an obstacle was dealt with. */
export type Way =
  /** The join can be sent. */
  | { readonly state: "clear" }
  /** Somebody else changed the membership meanwhile. */
  | { readonly state: "look_again" }
  /** An entry of this site may be that of a join under way: only a look after this time tells. */
  | { readonly state: "settling"; readonly untilMs: number };

const clear: Way = { state: "clear" };
const changed: Way = { state: "look_again" };

/**
 * Clears the way for a join: removes leftover entries of the site, leaves a membership that a person asked to have mended,
 * draws another name where another member holds the random one.
 * @throws NeuVectorError not_a_member, kicked, membership_differs, member_elsewhere, name_taken, wrong_role: there is no way.
 */
export async function clearTheWay(run: JoinRun, verdict: Exclude<Verdict, { state: "joined" }>): Promise<Way> {
  const { mend, jointRest, ifAbsent } = run.order;
  switch (verdict.state) {
    case "absent":
    case "left":
      if (ifAbsent === "fail")
        throw new NeuVectorError("not_a_member", `${run.order.storeId} is not a member of this master`);
      return verdict.state === "left" ? removeLeftovers(run, verdict.members) : clear;
    case "kicked":
      if (!mend.kicked) throw new NeuVectorError("kicked", `${verdict.member.name} was removed by its master`);
      return leaveAsKicked(run, verdict.member);
    case "renamed":
    case "moved": {
      if (mend.changed && !isAnothersMembership(run, verdict.member)) return leave(run, false);
      const found = `${verdict.member.name} at ${formatAddress(verdict.member.jointRest)}`;
      const wanted = `${run.name} at ${formatAddress(jointRest)}`;
      throw new NeuVectorError("membership_differs", `the site is a member as ${found}, wanted is ${wanted}`);
    }
    case "name_taken": {
      const holder = formatAddress(verdict.by);
      redrawName(run, new NeuVectorError("name_taken", `${run.name} belongs to the member at ${holder}`));
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
export async function removeLeftovers(run: JoinRun, members: readonly Member[]): Promise<Way> {
  const { ports, sides } = run.context;
  if (sides.master === undefined) return clear;
  const untilMs = Math.max(...members.map((member) => provenFrom(run, member)));
  if (ports.clock.now() < untilMs) return settling(run, untilMs);
  const now = await lookAgain(run);
  const ids = new Set(members.map(({ clusterId }) => clusterId));
  if (now.state !== "left" || !now.members.every(({ clusterId }) => ids.has(clusterId))) return changed;
  for (const member of now.members) await removeLeftover(run, sides.master, member);
  return clear;
}

/** When the site must be asked so that its word proves an entry stale; at any time for what is known to have ended. */
function provenFrom({ order, endedNames, settling: times }: JoinRun, { name, clusterId }: Member): number {
  return isOwnId(order, clusterId) || endedNames.has(name) ? -Infinity : times.provenFrom(clusterId);
}

function settling({ order, context: { ports } }: JoinRun, untilMs: number): Way {
  const text = "the master lists this site, which does not know it: another join of it may be under way";
  if (untilMs >= (order.deadlineMs ?? Infinity)) throw new NeuVectorError("busy", text);
  const seconds = Math.ceil((untilMs - ports.clock.now()) / 1000);
  ports.log("info", `${order.storeId}: ${text}; looking again in ${seconds} s`);
  return { state: "settling", untilMs };
}

async function removeLeftover(run: JoinRun, master: Session, { name, clusterId }: Member): Promise<void> {
  const { ports, signal } = run.context;
  ports.log("info", `Removing the leftover entry ${name} (${clusterId}) of this site from the master`);
  try {
    await deleteMember(master, clusterId, { signal });
  } catch (error) {
    if (isOutcomeUnknown(error)) {
      const now = await lookAgain(run);
      const isThere = now.state === "left" && now.members.some((member) => member.clusterId === clusterId);
      if (!isThere) return;
    }
    const mayStay = run.order.redrawTaken === true && error instanceof NeuVectorError && error.kind === "forbidden";
    if (!mayStay) throw error;
    ports.log("warn", `The leftover entry ${name} stays: only a fedAdmin of the master may remove it`);
  }
}

/** A forced leave, if the master still does not list the member. */
async function leaveAsKicked(run: JoinRun, { clusterId }: Member): Promise<Way> {
  const now = await lookAgain(run);
  return now.state === "kicked" && now.member.clusterId === clusterId ? leave(run, true) : changed;
}

async function leave({ context }: JoinRun, force: boolean): Promise<Way> {
  if (context.sides.site === undefined) {
    throw new NeuVectorError("invalid_input", "mending this membership needs credentials at the site's controller");
  }
  try {
    await postLeave(context.sides.site, force, { signal: context.signal });
    return clear;
  } catch (error) {
    // What is tried again begins with a look anyway.
    if (isOutcomeUnknown(error) && reactionTo(error) !== "retry") return changed;
    throw error;
  }
}
