import type * as pulumi from "@pulumi/pulumi";
import { FedJoin } from "@fedjoin/provider/fedJoin";
import { planDeployments, type MemberDeployment } from "./clusters";
import { NeuVectorExporter } from "../components/neuvectorExporter";
import type { StackEnvironment, StackMaster, StackMember } from "./readConfig";
import { exporterJoinArgs, fedJoinArgs, fedJoinOptions } from "./memberArgs";

/** A row of the stack's table of members. Values that only a FedJoin knows are missing if another owns the membership. */
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

/** The address of a member's exporter. */
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

/** Declares an environment (D4). A member's exporter and its membership do not wait for each other. */
export function deployEnvironment({ master, members }: StackEnvironment): EnvironmentOutputs {
  const placed = planDeployments(members);
  return {
    members: placed.map((member) => declareMembership(member, master)),
    exporters: placed.flatMap((member) => deployExporter(member, master)),
  };
}

function declareMembership({ member, clusterUid, initConfigCheck }: MemberDeployment, master: StackMaster): MemberRow {
  const { storeId, joinedBy } = member;
  const args = fedJoinArgs(member, master, clusterUid);
  if (args === undefined) return { storeId, joinedBy };
  const options = { ...fedJoinOptions(member), ...(initConfigCheck && { dependsOn: initConfigCheck }) };
  const { clusterName, clusterId, role, status } = new FedJoin(storeId, args, options);
  return { storeId, joinedBy, name: clusterName, id: clusterId, role, status };
}

function deployExporter(
  { member, target, clusterUid, initConfigCheck }: MemberDeployment,
  master: StackMaster,
): ExporterRow[] {
  const { storeId, kubernetes, exporter } = member;
  if (exporter === undefined || target === undefined) return [];
  const { joinCredentials, joinMode, push, ...args } = exporter;
  const join = exporterJoinArgs(member, master);
  const { service, address, namespace } = new NeuVectorExporter(
    `exporter-${storeId.toLowerCase()}`,
    {
      ...args,
      namespace: target.namespace,
      timeoutSeconds: kubernetes.timeoutSeconds,
      ...(push && { push: { ...push, attributes: { ...pushAttributes(storeId, clusterUid), ...push.attributes } } }),
      ...(join && {
        join: {
          ...join,
          ...(joinMode && { mode: joinMode }),
          ...(joinCredentials && { credentials: joinCredentials }),
        },
      }),
    },
    {
      ...{ providers: [target.provider], transformations: [replaceOnTrigger(target.replacementTrigger)] },
      ...(initConfigCheck && { dependsOn: initConfigCheck }),
    },
  );
  return [{ storeId, namespace, service, address }];
}

/** What identifies the exporter of a site among those that push to the same receiver. */
function pushAttributes(storeId: string, clusterUid: MemberDeployment["clusterUid"]) {
  return { "service.instance.id": storeId, ...(clusterUid !== undefined && { "k8s.cluster.uid": clusterUid }) };
}

/** Sets the replacement trigger of all Kubernetes objects of a component. */
function replaceOnTrigger(replacementTrigger: string): pulumi.ResourceTransformation {
  return ({ type, props, opts }) =>
    type.startsWith("kubernetes:") ? { props, opts: { ...opts, replacementTrigger } } : undefined;
}
