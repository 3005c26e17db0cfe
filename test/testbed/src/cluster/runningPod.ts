import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../toolchain/tools";
import { runContainer, type ImageCommand } from "./containerRunner";
import { freePort } from "@fedjoin/simulator";
import { KubeError, type KubeClient } from "./kubeClient";
import { tail } from "./localProcess";
import type { Pod } from "./pod";
import { bindClaims, resolveEnv, sourceReader, withLocalPaths, writeVolumes } from "./podSources";
import { podStatus, type ContainerState } from "./podStatus";

export interface PodInfo {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Where the pod's process listens on this machine; undefined while it has none. */
  readonly address: { readonly host: string; readonly port: number } | undefined;
  readonly ready: boolean;
}

export interface RunningPod {
  readonly info: () => PodInfo;
  /** The end of what the process wrote. */
  readonly log: () => Promise<string>;
  /** Ends the process within `graceMs` and waits for that. */
  readonly stop: (graceMs: number) => Promise<void>;
}

export interface PodStart {
  readonly client: KubeClient;
  readonly pod: Pod;
  readonly nodeName: string;
  readonly hostIp: string;
  readonly podIp: string;
  /** For this pod's volumes and logs; created. */
  readonly dir: string;
  /** For the volumes of claims, which outlive the pod. */
  readonly claimsDir: string;
  /** Without one, the container counts as running and ready, and has no process. */
  readonly image: ImageCommand | undefined;
  readonly say: Log;
  readonly failed: (error: unknown) => void;
}

/** Binds the pod and runs its container, reporting each change of its state. */
export function startPod(start: PodStart): RunningPod {
  const { client, pod, nodeName, dir, image, say, failed } = start;
  const [container] = pod.spec.containers;
  const { namespace, name, labels } = pod.metadata;
  const options = { ...start, name: container.name, image: container.image, startedAt: new Date().toISOString() };
  const logFile = join(dir, `${container.name}.log`);
  const ending = new AbortController();
  let state: ContainerState | undefined;
  let graceMs = 0;
  let address: PodInfo["address"];
  const isReady = () => !ending.signal.aborted && state?.ready === true;

  const report = inTurn(async () => {
    if (ending.signal.aborted || state === undefined) return;
    await patchStatus(client, pod, podStatus(options, state));
  }, failed);
  const changed = (next: ContainerState) => {
    const wasReady = isReady();
    state = next;
    if (isReady() !== wasReady) say(`pod ${namespace}/${name}: ${wasReady ? "not ready" : "ready"}`);
    report();
  };

  const run = async () => {
    if (pod.spec.nodeName === undefined) await bind(client, pod, nodeName);
    await mkdir(dir, { recursive: true });
    if (image === undefined) {
      changed({ ready: true, restarts: 0, now: { kind: "running", since: options.startedAt } });
      return;
    }
    changed({ ready: false, restarts: 0, now: { kind: "waiting", reason: "ContainerCreating", message: "" } });
    const port = await freePort();
    address = { host: "127.0.0.1", port };
    await runContainer({
      ...{ container, image, port, logFile, changed, signal: ending.signal },
      resolveEnv: () => environmentOf(start),
      graceMs: () => graceMs,
    });
  };
  const done = run().catch(failed);

  return {
    info: () => ({ namespace, name, labels, address, ready: isReady() }),
    log: () => tail(logFile),
    stop: async (grace) => {
      graceMs = grace;
      ending.abort();
      await done;
    },
  };
}

async function environmentOf({ client, pod, dir, claimsDir }: PodStart): Promise<Record<string, string>> {
  const [container] = pod.spec.containers;
  const read = sourceReader(client, pod.metadata.namespace);
  const volumes = await writeVolumes(pod, read, join(dir, "volumes"));
  const folders = new Map([...volumes, ...(await bindClaims(client, pod, claimsDir))]);
  const mounts = container.volumeMounts.map(({ name, mountPath }) => [mountPath, folders.get(name) ?? ""] as const);
  return withLocalPaths(await resolveEnv(container, read), new Map(mounts));
}

async function bind(client: KubeClient, { metadata: { namespace, name } }: Pod, nodeName: string): Promise<void> {
  await client.post(`/api/v1/namespaces/${namespace}/pods/${name}/binding`, {
    ...{ apiVersion: "v1", kind: "Binding", metadata: { name } },
    target: { apiVersion: "v1", kind: "Node", name: nodeName },
  });
}

async function patchStatus(client: KubeClient, { metadata: { namespace, name } }: Pod, status: object): Promise<void> {
  try {
    await client.patch(`/api/v1/namespaces/${namespace}/pods/${name}/status`, { status });
  } catch (error) {
    // The pod is gone; its end is on the way.
    if (!(error instanceof KubeError && error.status === 404)) throw error;
  }
}

/** Runs `task` once after each burst of calls, never two at a time. */
function inTurn(task: () => Promise<void>, failed: (error: unknown) => void): () => void {
  let wanted = false;
  let running = false;
  const drain = async () => {
    running = true;
    try {
      while (wanted) {
        wanted = false;
        await task();
      }
    } finally {
      running = false;
    }
  };
  return () => {
    wanted = true;
    if (!running) drain().catch(failed);
  };
}
