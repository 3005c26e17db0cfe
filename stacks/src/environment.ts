import type * as pulumi from "@pulumi/pulumi";
import { FedJoin } from "@fedjoin/provider/fedJoin";
import { placeMembers, type PlacedMember } from "./clusters";
import { NeuVectorExporter } from "./components/neuvectorExporter";
import type { StackEnvironment, StackMaster, StackMember } from "./config";
import { exporterJoinArgs, fedJoinArgs, fedJoinOptions } from "./joinArgs";

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
  const placed = placeMembers(members);
  return {
    members: placed.map((member) => declareMembership(member, master)),
    exporters: placed.flatMap((member) => deployExporter(member, master)),
  };
}

function declareMembership({ member, clusterUid, looked }: PlacedMember, master: StackMaster): MemberRow {
  const { storeId, joinedBy } = member;
  const args = fedJoinArgs(member, master, clusterUid);
  if (args === undefined) return { storeId, joinedBy };
  const options = { ...fedJoinOptions(member), ...(looked && { dependsOn: looked }) };
  const { clusterName, clusterId, role, status } = new FedJoin(storeId, args, options);
  return { storeId, joinedBy, name: clusterName, id: clusterId, role, status };
}

function deployExporter({ member, place, looked }: PlacedMember, master: StackMaster): ExporterRow[] {
  const { storeId, kubernetes, exporter } = member;
  if (exporter === undefined || place === undefined) return [];
  const { joinCredentials, joinMode, ...args } = exporter;
  const join = exporterJoinArgs(member, master);
  const { service, address, namespace } = new NeuVectorExporter(
    `exporter-${storeId.toLowerCase()}`,
    {
      ...args,
      namespace: place.namespace,
      timeoutSeconds: kubernetes.timeoutSeconds,
      ...(join && {
        join: {
          ...join,
          ...(joinMode && { mode: joinMode }),
          ...(joinCredentials && { credentials: joinCredentials }),
        },
      }),
    },
    {
      ...{ providers: [place.provider], transformations: [replacedOn(place.replacementTrigger)] },
      ...(looked && { dependsOn: looked }),
    },
  );
  return [{ storeId, namespace, service, address }];
}

/** For all Kubernetes objects of a component. */
function replacedOn(replacementTrigger: string): pulumi.ResourceTransformation {
  return ({ type, props, opts }) =>
    type.startsWith("kubernetes:") ? { props, opts: { ...opts, replacementTrigger } } : undefined;
}
