import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { StackMember } from "./readConfig";
import { readsUid, usesCluster } from "../config/member";
import { checkInitConfig } from "./initConfigCheck";

/** A member with its Kubernetes cluster. */
export interface MemberDeployment {
  readonly member: StackMember;
  /** Where its objects are deployed; `undefined` if none are. */
  readonly target: DeploymentTarget | undefined;
  /** Resolves once the cluster is known not to join by itself; `undefined` if that is not checked. */
  readonly initConfigCheck: pulumi.Output<pulumi.Resource[]> | undefined;
  /** The cluster's UID, configured or read; `undefined` if the member does not use it. */
  readonly clusterUid: pulumi.Input<string> | undefined;
}

interface DeploymentTarget {
  readonly provider: k8s.Provider;
  /** A change of it replaces the objects. */
  readonly replacementTrigger: string;
  readonly namespace: pulumi.Input<string>;
}

interface Cluster {
  readonly name: string;
  readonly provider: k8s.Provider;
  /** Store ids of the members that use it. */
  readonly members: string[];
  /** Whether the kubeconfig belongs to single members. Objects that change from one kind to the other are replaced. */
  readonly kind: "own" | "shared";
  readonly namespaces: Map<string, k8s.core.v1.Namespace>;
  uid?: pulumi.Output<string>;
}

/**
 * Assigns each member to a Kubernetes provider, one for each cluster that is deployed to or read from, because every
 * provider is a process. Each namespace is created once, and each UID is read once.
 */
export function planDeployments(members: readonly StackMember[]): MemberDeployment[] {
  const clusters = new Map<string, Cluster>();
  const found = members.map((member) => {
    const cluster = usesCluster(member) ? clusterFor(member, clusters) : undefined;
    return { member, cluster, looked: checkInitConfig(member, cluster?.provider) };
  });
  for (const { member, cluster, looked } of found) {
    if (member.exporter && member.createNamespace && cluster?.namespaces.has(member.namespace) === false) {
      cluster.namespaces.set(member.namespace, createNamespace(member, cluster, looked));
    }
  }
  return found.map(({ member, cluster, looked }) => ({
    member,
    target: cluster && {
      provider: cluster.provider,
      replacementTrigger: cluster.kind,
      namespace: cluster.namespaces.get(member.namespace)?.metadata.name ?? member.namespace,
    },
    initConfigCheck: looked,
    clusterUid: cluster && readsUid(member) ? readUid(cluster) : member.clusterUid,
  }));
}

/** The UID of `kube-system`, a namespace that lives as long as its cluster. */
function readUid(cluster: Cluster): pulumi.Output<string> {
  const { name, provider } = cluster;
  cluster.uid ??= k8s.core.v1.Namespace.get(`${name}-kube-system`, "kube-system", { provider }).metadata.uid;
  return cluster.uid;
}

/**
 * The provider of a member's cluster. Objects that move to another provider are replaced only if the Kubernetes plugin
 * considers it another cluster: by `clusterIdentifier`, or else by the API server's address and certificate. So a context
 * of a shared kubeconfig may change its address, and members that share a kubeconfig of their own may come and go.
 */
function clusterFor(member: StackMember, clusters: Map<string, Cluster>): Cluster {
  const { cluster: key, kubeconfig, context } = member.kubernetes;
  const known = clusters.get(key);
  if (known !== undefined) {
    known.members.push(member.storeId);
    return known;
  }
  const wanted = `cluster-${member.clusterName}`;
  const isTaken = [...clusters.values()].some(({ name }) => name === wanted);
  const name = isTaken ? `${wanted}-${member.storeId}` : wanted;
  const provider = new k8s.Provider(name, {
    ...(!member.hasOwnKubeconfig && { clusterIdentifier: name }),
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  });
  const cluster = {
    ...{ name, provider, members: [member.storeId], namespaces: new Map<string, k8s.core.v1.Namespace>() },
    kind: member.hasOwnKubeconfig ? ("own" as const) : ("shared" as const),
  };
  clusters.set(key, cluster);
  return cluster;
}

/**
 * Creates a namespace that is never deleted: other objects may be in it, and under another provider or name for the same
 * cluster the new namespace would be the same object.
 */
function createNamespace(
  { namespace, kubernetes }: StackMember,
  { name, provider, kind, members }: Cluster,
  looked: MemberDeployment["initConfigCheck"],
): k8s.core.v1.Namespace {
  const wait = `${kubernetes.timeoutSeconds}s`;
  return new k8s.core.v1.Namespace(
    `${name}-${namespace}`,
    { metadata: { name: namespace } },
    {
      provider,
      ...(looked && { dependsOn: looked }),
      customTimeouts: { create: wait, update: wait, delete: wait },
      retainOnDelete: true,
      replacementTrigger: kind,
      // Version 0.1 named it after the first member with this kubeconfig.
      ...(kind === "own" && { aliases: members.map((storeId) => ({ name: `cluster-${storeId}-${namespace}` })) }),
    },
  );
}
