import type { Placement } from "@fedjoin/provider/internal/kubernetes";
import { pick } from "@fedjoin/provider/internal/values";
import type { Master, Member } from "../config/checkEnvironment";

/**
 * FedJoin's arguments for a member, whatever its secrets are wrapped in; `undefined` if no FedJoin owns the membership.
 * @param clusterUid The member's own, already read if the member says `auto`.
 */
export function fedJoinArgs<S, Uid>(member: Member<S>, master: Master<S>, clusterUid: Uid | undefined) {
  const membership = membershipOf(member, master);
  if (member.joinedBy !== "pulumi" || membership === undefined) return undefined;
  return {
    ...membership,
    ...pick(member, "controller", "nameSuffix", "ifAbsent", "timeoutSeconds", "forceLeave", "onMasterLost"),
    ...pick(master, "joinToken", "joinTokenFrom", "joinTokenUrl", "joinTokenUrlFrom"),
    ...(clusterUid !== undefined && { clusterUid }),
    master: pick(master, "rest", "federation", "credentials", "tls"),
  };
}

/** How the engine treats a member's FedJoin, but not its exporter, which can be made again at any time. */
export function fedJoinOptions<S>(member: Member<S>) {
  return pick(member, "protect", "retainOnDelete");
}

/**
 * What a member's exporter needs to join by itself, except for an account; `undefined` if it does not join. The token is
 * left out if an existing Secret holds it.
 */
export function exporterJoinArgs<S>(member: Member<S>, master: Master<S>) {
  if (member.joinedBy !== "exporter") return undefined;
  const held = member.exporter?.existingSecret?.holds ?? [];
  const isHeld = held.includes("JOIN_TOKEN") || held.includes("JOIN_TOKEN_URL");
  const membership = membershipOf(member, master);
  return membership && { ...membership, ...(!isHeld && pick(master, "joinToken", "joinTokenUrl")) };
}

/** The desired membership, whoever owns it; without a token, and without the master's account, which no site gets. */
function membershipOf<S>(member: Member<S>, master: Master<S>) {
  const { jointRest } = member;
  return (
    jointRest && {
      ...pick(member, "storeId", "name", "retry"),
      ...pick(master, "joinVia", "joinTokenUrlOptions"),
      jointRest,
      master: pick(master, "rest", "federation", "tls"),
    }
  );
}

/** What a member's exporter needs in its cluster; `undefined` if none is deployed. */
export function placementOf<S>(member: Member<S>, members: readonly Member<S>[]): Placement | undefined {
  const { exporter, namespace, kubernetes } = member;
  if (exporter === undefined) return undefined;
  const { existingSecret, imagePullSecrets = [], web } = exporter;
  const beside = members.filter(
    (each) => each.namespace === namespace && each.kubernetes.cluster === kubernetes.cluster,
  );
  const secretOf = (name: string | undefined, use: string) => (name === undefined ? [] : [{ name, use }]);
  return {
    namespace,
    createNamespace: beside.some((each) => each.exporter !== undefined && each.createNamespace),
    secrets: [
      ...secretOf(existingSecret?.name, "exporter.existingSecret"),
      ...imagePullSecrets.flatMap((name) => secretOf(name, "exporter.imagePullSecrets")),
      ...secretOf(web?.tlsSecret, "exporter.web.tlsSecret"),
    ],
  };
}
