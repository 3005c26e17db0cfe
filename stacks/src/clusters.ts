import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { StackMember } from "./config";
import { refuseInitConfig } from "./initConfig";

/** A member, and what its Kubernetes cluster gives. */
export interface PlacedMember {
  readonly member: StackMember;
  /** Where its objects go; `undefined` where nothing is deployed. */
  readonly place: Place | undefined;
  /** Settled when the cluster was found not to join by itself; `undefined` where nobody looks. */
  readonly looked: pulumi.Output<pulumi.Resource[]> | undefined;
  /** The cluster's UID, given or read; `undefined` where the member asks for none. */
  readonly clusterUid: pulumi.Input<string> | undefined;
}

interface Place {
  readonly provider: k8s.Provider;
  readonly namespace: pulumi.Input<string>;
}

interface Cluster {
  readonly name: string;
  readonly provider: k8s.Provider;
  readonly namespaces: Map<string, k8s.core.v1.Namespace>;
  uid?: pulumi.Output<string>;
}

/**
 * One Kubernetes provider for each cluster where something is deployed or read, however many members share it (every
 * provider is a process). Each namespace to be made is made once, and each UID is read once.
 */
export function placeMembers(members: readonly StackMember[]): PlacedMember[] {
  const clusters = new Map<string, Cluster>();
  const found = members.map((member) => {
    const isUsed = member.exporter !== undefined || readsUid(member) || member.initConfig !== undefined;
    const cluster = isUsed ? clusterOf(member, clusters) : undefined;
    return { member, cluster, looked: refuseInitConfig(member, cluster?.provider) };
  });
  for (const { member, cluster, looked } of found) {
    if (member.exporter && member.createNamespace && cluster?.namespaces.has(member.namespace) === false) {
      cluster.namespaces.set(member.namespace, createNamespace(member, cluster, looked));
    }
  }
  return found.map(({ member, cluster, looked }) => ({
    member,
    place: cluster && {
      provider: cluster.provider,
      namespace: cluster.namespaces.get(member.namespace)?.metadata.name ?? member.namespace,
    },
    looked,
    clusterUid: cluster && readsUid(member) ? uidOf(cluster) : member.clusterUid,
  }));
}

function readsUid({ joinedBy, clusterUid }: StackMember): boolean {
  return joinedBy === "pulumi" && clusterUid === "auto";
}

/** The UID of `kube-system`, a namespace that lives as long as its cluster. */
function uidOf(cluster: Cluster): pulumi.Output<string> {
  const { name, provider } = cluster;
  cluster.uid ??= k8s.core.v1.Namespace.get(`${name}-kube-system`, "kube-system", { provider }).metadata.uid;
  return cluster.uid;
}

function clusterOf(member: StackMember, clusters: Map<string, Cluster>): Cluster {
  const { cluster: key, kubeconfig, context } = member.kubernetes;
  const known = clusters.get(key);
  if (known !== undefined) return known;
  const wanted = `cluster-${member.clusterName}`;
  const isTaken = [...clusters.values()].some(({ name }) => name === wanted);
  const name = isTaken ? `${wanted}-${member.storeId}` : wanted;
  const provider = new k8s.Provider(name, {
    // Without it, an edited kubeconfig could replace everything in the cluster.
    clusterIdentifier: name,
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  });
  const cluster = { name, provider, namespaces: new Map<string, k8s.core.v1.Namespace>() };
  clusters.set(key, cluster);
  return cluster;
}

function createNamespace(
  { namespace, kubernetes }: StackMember,
  { name, provider }: Cluster,
  looked: PlacedMember["looked"],
): k8s.core.v1.Namespace {
  const wait = `${kubernetes.timeoutSeconds}s`;
  return new k8s.core.v1.Namespace(
    `${name}-${namespace}`,
    { metadata: { name: namespace } },
    {
      provider,
      ...(looked && { dependsOn: looked }),
      customTimeouts: { create: wait, update: wait, delete: wait },
    },
  );
}
