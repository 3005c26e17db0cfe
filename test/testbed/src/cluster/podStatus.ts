import type { Placement } from "./containerEnv";

/** What a container does right now. Times are ISO 8601. */
export interface ContainerState {
  readonly name: string;
  readonly image: string;
  readonly ready: boolean;
  readonly restarts: number;
  readonly now:
    | { readonly kind: "waiting"; readonly reason: string; readonly message: string }
    | { readonly kind: "running"; readonly since: string };
  /** The exit code of the run before this one. */
  readonly lastExitCode?: number;
}

/** The status that a kubelet would report for a pod in this state. */
export function podStatus(startedAt: string, placement: Placement, containers: readonly ContainerState[]): object {
  const ready = containers.every((container) => container.ready);
  const running = containers.every(({ now }) => now.kind === "running");
  return {
    phase: running ? "Running" : "Pending",
    hostIP: placement.hostIp,
    podIP: placement.podIp,
    podIPs: [{ ip: placement.podIp }],
    startTime: startedAt,
    conditions: [
      condition("PodScheduled", true, startedAt),
      condition("Initialized", true, startedAt),
      condition("ContainersReady", ready, startedAt),
      condition("Ready", ready, startedAt),
    ],
    containerStatuses: containers.map(containerStatus),
  };
}

function containerStatus({ name, image, ready, restarts, now, lastExitCode }: ContainerState): object {
  return {
    name,
    image,
    imageID: image,
    ready,
    started: now.kind === "running",
    restartCount: restarts,
    state:
      now.kind === "running"
        ? { running: { startedAt: now.since } }
        : { waiting: { reason: now.reason, message: now.message } },
    lastState: lastExitCode === undefined ? {} : { terminated: { exitCode: lastExitCode, reason: "Error" } },
  };
}

function condition(type: string, holds: boolean, since: string): object {
  return { type, status: holds ? "True" : "False", lastTransitionTime: since };
}
