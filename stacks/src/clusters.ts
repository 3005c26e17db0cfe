import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { StackMember } from "./config";

/** A member, and where its objects go. */
export interface PlacedMember {
  readonly member: StackMember;
  readonly provider: k8s.Provider;
  readonly namespace: pulumi.Input<string>;
}

interface Cluster {
  readonly name: string;
  readonly provider: k8s.Provider;
  readonly namespaces: Map<string, k8s.core.v1.Namespace>;
}

/**
 * One Kubernetes provider for each cluster that the members name, however many share it (every provider is a process),
 * and each namespace to be made, once.
 */
export function placeMembers(members: readonly StackMember[]): PlacedMember[] {
  const clusters = new Map<string, Cluster>();
  const placed = members.map((member) => ({ member, cluster: clusterOf(member, clusters) }));
  for (const { member, cluster } of placed) {
    if (member.createNamespace && !cluster.namespaces.has(member.namespace)) {
      cluster.namespaces.set(member.namespace, createNamespace(member, cluster));
    }
  }
  return placed.map(({ member, cluster: { provider, namespaces } }) => ({
    member,
    provider,
    namespace: namespaces.get(member.namespace)?.metadata.name ?? member.namespace,
  }));
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

function createNamespace({ namespace, kubernetes }: StackMember, { name, provider }: Cluster): k8s.core.v1.Namespace {
  const wait = `${kubernetes.timeoutSeconds}s`;
  return new k8s.core.v1.Namespace(
    `${name}-${namespace}`,
    { metadata: { name: namespace } },
    { provider, customTimeouts: { create: wait, update: wait, delete: wait } },
  );
}
