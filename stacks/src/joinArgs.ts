import type { Master, Member } from "./config/check";

/**
 * FedJoin's arguments for a member, whatever its secrets are wrapped in; `undefined` where no FedJoin owns the
 * membership. `clusterUid` is the member's, read already if it says `auto`.
 */
export function fedJoinArgs<S, Uid>(member: Member<S>, master: Master<S>, clusterUid: Uid | undefined) {
  const { joinedBy, controller, nameSuffix, ifAbsent, timeoutSeconds, forceLeave, onMasterLost } = member;
  const join = membershipArgs(member, master);
  if (joinedBy !== "pulumi" || join === undefined) return undefined;
  const { joinTokenFrom, joinTokenUrlFrom } = master;
  return {
    ...join,
    master: { ...join.master, ...(master.credentials && { credentials: master.credentials }) },
    ...(controller && { controller }),
    ...(nameSuffix && { nameSuffix }),
    ...(clusterUid !== undefined && { clusterUid }),
    ...(ifAbsent && { ifAbsent }),
    ...(joinTokenFrom && { joinTokenFrom }),
    ...(joinTokenUrlFrom && { joinTokenUrlFrom }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(forceLeave !== undefined && { forceLeave }),
    ...(onMasterLost !== undefined && { onMasterLost }),
  };
}

/** What a member's exporter needs to join by itself, but for an account; `undefined` where it does not join. */
export function exporterJoinArgs<S>(member: Member<S>, master: Master<S>) {
  return member.joinedBy === "exporter" ? membershipArgs(member, master) : undefined;
}

/** The membership that is wanted, whoever owns it; without the master's account, which no site gets. */
function membershipArgs<S>({ storeId, name, jointRest, retry }: Member<S>, master: Master<S>) {
  const { rest, federation, tls, joinVia, joinToken, joinTokenUrl, joinTokenUrlOptions } = master;
  return (
    jointRest && {
      storeId,
      jointRest,
      joinVia,
      master: { ...(rest && { rest }), ...(federation && { federation }), ...(tls && { tls }) },
      ...(name !== undefined && { name }),
      ...(joinToken !== undefined && { joinToken }),
      ...(joinTokenUrl !== undefined && { joinTokenUrl }),
      ...(joinTokenUrlOptions && { joinTokenUrlOptions }),
      ...(retry && { retry }),
    }
  );
}
