import type * as pulumi from "@pulumi/pulumi";
import { FedJoin } from "@fedjoin/provider/fedJoin";
import { placeMembers, type PlacedMember } from "./clusters";
import type { ExporterJoinArgs } from "./components/exporterEnvironment";
import { NeuVectorExporter } from "./components/neuvectorExporter";
import type { StackEnvironment, StackMaster, StackMember } from "./config";

/** A row of the stack's table of members. What only a FedJoin knows is missing where another owns the membership. */
export interface MemberRow {
  readonly storeId: string;
  readonly joinedBy: StackMember["joinedBy"];
  /** The cluster name. */
  readonly name?: pulumi.Output<string>;
  /** The controller's id of the membership. */
  readonly id?: pulumi.Output<string>;
  readonly role?: pulumi.Output<string>;
  readonly status?: pulumi.Output<string>;
}

/** Where a member's exporter is found. */
export interface ExporterRow {
  readonly storeId: string;
  readonly namespace: pulumi.Output<string>;
  readonly service: pulumi.Output<string>;
  /** `host:port` inside its cluster. */
  readonly address: pulumi.Output<string>;
}

export interface EnvironmentOutputs {
  readonly members: readonly MemberRow[];
  readonly exporters: readonly ExporterRow[];
}

/** Declares all of an environment (D4). A member's exporter and its membership do not wait for each other. */
export function deployEnvironment({ master, members }: StackEnvironment): EnvironmentOutputs {
  const withExporter = members.filter(({ exporter }) => exporter !== undefined);
  return {
    members: members.map((member) => declareMembership(member, master)),
    exporters: placeMembers(withExporter).flatMap((placed) => deployExporter(placed, master)),
  };
}

function declareMembership(member: StackMember, master: StackMaster): MemberRow {
  const { storeId, joinedBy, controller, timeoutSeconds, forceLeave } = member;
  const join = joinArgs(member, master);
  if (joinedBy !== "pulumi" || join === undefined) return { storeId, joinedBy };
  const { clusterName, clusterId, role, status } = new FedJoin(storeId, {
    ...join,
    master: { ...join.master, ...(master.credentials && { credentials: master.credentials }) },
    ...(controller && { controller }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(forceLeave !== undefined && { forceLeave }),
  });
  return { storeId, joinedBy, name: clusterName, id: clusterId, role, status };
}

function deployExporter({ member, provider, namespace }: PlacedMember, master: StackMaster): ExporterRow[] {
  const { storeId, joinedBy, kubernetes, exporter } = member;
  if (exporter === undefined) return [];
  const { joinCredentials, ...args } = exporter;
  const join = joinedBy === "exporter" ? joinArgs(member, master) : undefined;
  const { service, address, ...deployed } = new NeuVectorExporter(
    `exporter-${storeId.toLowerCase()}`,
    {
      ...args,
      namespace,
      timeoutSeconds: kubernetes.timeoutSeconds,
      ...(join && { join: { ...join, ...(joinCredentials && { credentials: joinCredentials }) } }),
    },
    { providers: [provider] },
  );
  return [{ storeId, namespace: deployed.namespace, service, address }];
}

/** The membership that is wanted, whoever owns it; without the master's account, which no site gets. */
function joinArgs(member: StackMember, master: StackMaster): ExporterJoinArgs | undefined {
  const { storeId, name, jointRest, retry } = member;
  const { rest, federation, tls, joinVia, joinToken, joinTokenUrl, joinTokenUrlOptions } = master;
  if (member.joinedBy === "none" || jointRest === undefined) return undefined;
  return {
    storeId,
    jointRest,
    joinVia,
    master: { ...(rest && { rest }), ...(federation && { federation }), ...(tls && { tls }) },
    ...(name !== undefined && { name }),
    ...(joinToken && { joinToken }),
    ...(joinTokenUrl && { joinTokenUrl }),
    ...(joinTokenUrlOptions && { joinTokenUrlOptions }),
    ...(retry && { retry }),
  };
}
