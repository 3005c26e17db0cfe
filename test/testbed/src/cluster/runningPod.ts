import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../toolchain/tools";
import { resolveEnv, type Placement } from "./containerEnv";
import { runContainer, type ImageCommand } from "./containerRunner";
import { freePort } from "@fedjoin/simulator";
import { KubeError, type KubeClient } from "./kubeClient";
import { tail } from "./localProcess";
import { unsupported, type Container, type Pod } from "./pod";
import { sourceLookup } from "./podSources";
import { podStatus, type ContainerState } from "./podStatus";
import { bindClaims, withLocalPaths, writeVolumes } from "./podVolumes";

export interface PodAddress {
  readonly host: string;
  readonly port: number;
}

export interface PodInfo {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Where the pod's first container listens on this machine; undefined when it has no process. */
  readonly address: PodAddress | undefined;
  readonly ready: boolean;
}

export interface RunningPod {
  readonly info: () => PodInfo;
  readonly log: () => Promise<string>;
  /** Ends the pod's processes within `graceMs` and waits for that. */
  readonly stop: (graceMs: number) => Promise<void>;
}

export interface PodStart {
  readonly client: KubeClient;
  readonly pod: Pod;
  readonly placement: Placement;
  /** For this pod's volumes and logs; created. */
  readonly dir: string;
  /** For the volumes of claims, which outlive the pod. */
  readonly claimsDir: string;
  readonly images: Readonly<Record<string, ImageCommand>>;
  readonly say: Log;
  readonly failed: (error: unknown) => void;
}

/** Binds the pod and runs its containers, reporting each change of their state. */
export function startPod(start: PodStart): RunningPod {
  const { client, pod, placement, dir, images, say, failed } = start;
  const { namespace, name, labels } = pod.metadata;
  const startedAt = new Date().toISOString();
  const states = new Map<string, ContainerState>();
  const logFiles: string[] = [];
  const ending = new AbortController();
  let graceMs = 0;
  let address: PodAddress | undefined;
  const isReady = () => !ending.signal.aborted && states.size > 0 && [...states.values()].every(({ ready }) => ready);

  const report = inTurn(async () => {
    if (ending.signal.aborted) return;
    await patchStatus(client, pod, podStatus(startedAt, placement, [...states.values()]));
  }, failed);
  const changed = (state: ContainerState) => {
    const wasReady = isReady();
    states.set(state.name, state);
    if (isReady() !== wasReady) say(`pod ${namespace}/${name}: ${wasReady ? "not ready" : "ready"}`);
    report();
  };

  const run = async () => {
    await bind(client, pod, placement.nodeName);
    const objection = unsupported(pod);
    await mkdir(dir, { recursive: true });
    const runs: Promise<void>[] = [];
    for (const container of pod.spec.containers) {
      const image = images[container.image];
      changed(initialState(container, image !== undefined, objection, startedAt));
      if (image === undefined || objection !== undefined) continue;
      const port = await freePort();
      address ??= { host: "127.0.0.1", port };
      const logFile = join(dir, `${container.name}.log`);
      logFiles.push(logFile);
      runs.push(
        runContainer({
          container,
          image,
          port,
          logFile,
          resolveEnv: () => environmentOf(start, container),
          changed,
          signal: ending.signal,
          graceMs: () => graceMs,
        }).catch(failed),
      );
    }
    await Promise.all(runs);
  };
  const done = run().catch(failed);

  return {
    info: () => ({ namespace, name, labels, address, ready: isReady() }),
    log: async () => (await Promise.all(logFiles.map((file) => tail(file)))).join("\n"),
    stop: async (grace) => {
      graceMs = grace;
      ending.abort();
      await done;
    },
  };
}

function initialState(
  { name, image }: Container,
  hasProcess: boolean,
  objection: string | undefined,
  since: string,
): ContainerState {
  const base = { name, image, ready: false, restarts: 0 };
  if (objection !== undefined) return { ...base, now: { kind: "waiting", reason: "Unsupported", message: objection } };
  if (hasProcess) return { ...base, now: { kind: "waiting", reason: "ContainerCreating", message: "" } };
  return { ...base, ready: true, now: { kind: "running", since } };
}

async function environmentOf(start: PodStart, container: Container): Promise<Record<string, string>> {
  const { client, pod, placement } = start;
  const lookup = sourceLookup(client, pod.metadata.namespace);
  const folders = new Map([
    ...(await writeVolumes(pod, lookup, join(start.dir, "volumes"))),
    ...(await bindClaims(client, pod, start.claimsDir)),
  ]);
  const mounts = new Map<string, string>();
  for (const { name, mountPath } of container.volumeMounts) {
    const folder = folders.get(name);
    if (folder !== undefined) mounts.set(mountPath, folder);
  }
  return withLocalPaths(await resolveEnv(container, pod, placement, lookup), mounts);
}

async function bind(client: KubeClient, { metadata, spec }: Pod, nodeName: string): Promise<void> {
  if (spec.nodeName !== undefined) return;
  const { namespace, name } = metadata;
  await client.post(`/api/v1/namespaces/${namespace}/pods/${name}/binding`, {
    apiVersion: "v1",
    kind: "Binding",
    metadata: { name },
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
