import type { Master, Member } from "../config/checkEnvironment";

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

/** How the engine treats a member's FedJoin. Its exporter is none of that: it is made anew at any time. */
export function fedJoinOptions<S>({ protect, retainOnDelete }: Member<S>) {
  return { ...(protect !== undefined && { protect }), ...(retainOnDelete !== undefined && { retainOnDelete }) };
}

/**
 * What a member's exporter needs to join by itself, but for an account; `undefined` where it does not join. Without a
 * token where a Secret of its own holds one.
 */
export function exporterJoinArgs<S>(member: Member<S>, master: Master<S>) {
  if (member.joinedBy !== "exporter") return undefined;
  const held = member.exporter?.existingSecret?.holds ?? [];
  return membershipArgs(member, master, held.includes("JOIN_TOKEN") || held.includes("JOIN_TOKEN_URL"));
}

/** The membership that is wanted, whoever owns it; without the master's account, which no site gets. */
function membershipArgs<S>({ storeId, name, jointRest, retry }: Member<S>, master: Master<S>, hasToken = false) {
  const { rest, federation, tls, joinVia, joinToken, joinTokenUrl, joinTokenUrlOptions } = master;
  return (
    jointRest && {
      storeId,
      jointRest,
      joinVia,
      master: { ...(rest && { rest }), ...(federation && { federation }), ...(tls && { tls }) },
      ...(name !== undefined && { name }),
      ...(joinToken !== undefined && !hasToken && { joinToken }),
      ...(joinTokenUrl !== undefined && !hasToken && { joinTokenUrl }),
      ...(joinTokenUrlOptions && { joinTokenUrlOptions }),
      ...(retry && { retry }),
    }
  );
}
