import { join } from "node:path";
import * as z from "zod";
import type { Log } from "../toolchain/tools";
import type { ImageCommand } from "./containerRunner";
import { KubeError, type KubeClient } from "./kubeClient";
import { podSchema, type Pod } from "./pod";
import { startPod, type PodInfo, type RunningPod } from "./runningPod";
import { pause } from "./waitFor";

export interface PodRunnerOptions {
  readonly client: KubeClient;
  /** For the pods' volumes and logs; created. */
  readonly dir: string;
  /** By image. A pod with another image is reported as running and ready, without a process. */
  readonly images: Readonly<Record<string, ImageCommand>>;
  readonly say: Log;
  /** Leaves pods of other namespaces to other runners; by default runs all. */
  readonly isOwn?: (namespace: string) => boolean;
}

/** Stands in for scheduler and kubelet: runs the containers of pods as processes of this machine. */
export interface PodRunner {
  readonly pods: () => readonly PodInfo[];
  /** The end of what the pod's process wrote. @throws Error if there is no such pod. */
  readonly logOf: (namespace: string, name: string) => Promise<string>;
  /** Ends all processes, leaving the pods' objects as they are. */
  readonly stop: () => Promise<void>;
}

const nodeName = "this-machine";
// Addresses for documentation: an EndpointSlice refuses loopback ones. Nothing is sent there.
const hostIp = "192.0.2.1";
const stopGraceMs = 5_000;
const pollMs = 100;
const podList = z.object({ items: z.array(podSchema) });

/** Creates the one Node, binds every pod to it, runs it, reports its status, and ends it when it is deleted. */
export async function startPodRunner(options: PodRunnerOptions): Promise<PodRunner> {
  const { client, dir, images, say, isOwn = () => true } = options;
  await createNode(client);
  const pods = new Map<string, RunningPod>();
  const finishing = new Set<string>();
  const ending = new AbortController();
  let lastIp = 1;
  const failed = (error: unknown) => {
    if (!ending.signal.aborted) say(`pod runner: ${error instanceof Error ? error.message : String(error)}`);
  };

  const admit = (pod: Pod) => {
    const { uid, namespace, name } = pod.metadata;
    const image = images[pod.spec.containers[0].image];
    lastIp += 1;
    const podIp = `10.244.${lastIp >> 8}.${lastIp & 255}`;
    const dirs = { dir: join(dir, `${namespace}_${name}_${uid.slice(0, 8)}`), claimsDir: join(dir, "claims") };
    pods.set(uid, startPod({ ...{ client, pod, nodeName, hostIp, podIp, image, say, failed }, ...dirs }));
  };
  const finish = async (pod: Pod) => {
    const { uid, deletionGracePeriodSeconds } = pod.metadata;
    if (finishing.has(uid)) return;
    finishing.add(uid);
    await pods.get(uid)?.stop(deletionGracePeriodSeconds * 1000);
    await removeObject(client, pod);
  };
  const changed = (pod: Pod) => {
    if (!isOwn(pod.metadata.namespace)) return;
    if (pod.metadata.deletionTimestamp !== undefined) finish(pod).catch(failed);
    else if (!pods.has(pod.metadata.uid)) admit(pod);
  };
  const deleted = (uid: string) => {
    const running = pods.get(uid);
    pods.delete(uid);
    finishing.delete(uid);
    running?.stop(0).catch(failed);
  };
  const look = async () => {
    const { items } = await client.get("/api/v1/pods", podList);
    for (const each of items) changed(each);
    const there = new Set(items.map(({ metadata }) => metadata.uid));
    for (const uid of pods.keys()) if (!there.has(uid)) deleted(uid);
  };
  const follow = async () => {
    while (!ending.signal.aborted) {
      await look().catch(failed);
      await pause(pollMs, ending.signal);
    }
  };
  const following = follow();

  return {
    pods: () => [...pods.values()].map((each) => each.info()),
    logOf: (namespace, name) => {
      const of = ({ info }: RunningPod) => info().namespace === namespace && info().name === name;
      const found = [...pods.values()].find(of);
      if (found === undefined) throw new Error(`no pod ${namespace}/${name}`);
      return found.log();
    },
    stop: async () => {
      ending.abort();
      await following;
      await Promise.all([...pods.values()].map((each) => each.stop(stopGraceMs)));
    },
  };
}

async function createNode(client: KubeClient): Promise<void> {
  const labels = { "kubernetes.io/hostname": nodeName, "kubernetes.io/os": "linux" };
  try {
    await client.post("/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata: { name: nodeName, labels } });
  } catch (error) {
    // Another runner of the same cluster has created it.
    if (!(error instanceof KubeError && error.status === 409)) throw error;
  }
  const amounts = { cpu: "64", memory: "256Gi", pods: "1000" };
  await client.patch(`/api/v1/nodes/${nodeName}/status`, {
    status: {
      capacity: amounts,
      allocatable: amounts,
      addresses: [{ type: "InternalIP", address: hostIp }],
      conditions: [{ type: "Ready", status: "True", reason: "PodRunner", message: "" }],
    },
  });
}

/** What the kubelet does last: only then is a pod that was bound to a node really gone. */
async function removeObject(client: KubeClient, { metadata: { namespace, name, uid } }: Pod): Promise<void> {
  try {
    await client.delete(`/api/v1/namespaces/${namespace}/pods/${name}`, {
      gracePeriodSeconds: 0,
      preconditions: { uid },
    });
  } catch (error) {
    if (!(error instanceof KubeError && (error.status === 404 || error.status === 409))) throw error;
  }
}
