import { deleteMember, postLeave } from "../controller/client";
import { NeuVectorError } from "../errors";
import { redrawName, type JoinRun } from "./joinRun";
import type { Member, Verdict } from "../membership/membership";
import { formatAddress } from "../ports";

/**
 * Clears the way for a join: removes leftover entries of the site, leaves a membership that a person asked to have mended,
 * draws another name where another member holds the random one.
 * @throws NeuVectorError not_a_member, kicked, membership_differs, member_elsewhere, name_taken, wrong_role: there is no way.
 */
export async function clearTheWay(run: JoinRun, verdict: Exclude<Verdict, { state: "joined" }>): Promise<void> {
  const { mend, jointRest, ifAbsent } = run.order;
  switch (verdict.state) {
    case "absent":
    case "left":
      if (ifAbsent === "fail")
        throw new NeuVectorError("not_a_member", `${run.order.storeId} is no member of this master`);
      if (verdict.state === "left") await removeLeftovers(run, verdict.members);
      return;
    case "kicked":
      if (!mend.kicked) throw new NeuVectorError("kicked", `${verdict.member.name} was removed by its master`);
      return leave(run, true);
    case "renamed":
    case "moved": {
      if (mend.changed) return leave(run, false);
      const found = `${verdict.member.name} at ${formatAddress(verdict.member.jointRest)}`;
      const wanted = `${run.name} at ${formatAddress(jointRest)}`;
      throw new NeuVectorError("membership_differs", `the site is a member as ${found}, wanted is ${wanted}`);
    }
    case "name_taken": {
      const holder = formatAddress(verdict.by);
      redrawName(run, new NeuVectorError("name_taken", `${run.name} belongs to the member at ${holder}`));
      return;
    }
    case "elsewhere":
      throw new NeuVectorError("member_elsewhere", `the site is a member of another master, ${verdict.master}`);
    case "master":
      throw new NeuVectorError("member_elsewhere", "the site is a federation master itself");
    case "no_master":
      throw new NeuVectorError("wrong_role", "the cluster named as master is no federation master", {
        hint: "Promote it first, or correct the master's address.",
      });
  }
}

/**
 * Removes entries of this site that a lost answer, a forced leave or a re-installation left on the master. Where another
 * name will do, one that this account may not remove stays.
 */
export async function removeLeftovers({ context, order }: JoinRun, members: readonly Member[]): Promise<void> {
  const { sides, ports, signal } = context;
  if (sides.master === undefined) return;
  for (const { name, clusterId } of members) {
    ports.log("info", `Removing the leftover entry ${name} (${clusterId}) of this site from the master`);
    try {
      await deleteMember(sides.master, clusterId, { signal });
    } catch (error) {
      const mayStay = order.redrawTaken === true && error instanceof NeuVectorError && error.kind === "forbidden";
      if (!mayStay) throw error;
      ports.log("warn", `The leftover entry ${name} stays: only a fedAdmin of the master may remove it`);
    }
  }
}

async function leave({ context }: JoinRun, force: boolean): Promise<void> {
  if (context.sides.site === undefined) {
    throw new NeuVectorError("invalid_input", "mending this membership needs credentials at the site's controller");
  }
  await postLeave(context.sides.site, force, { signal: context.signal });
}
