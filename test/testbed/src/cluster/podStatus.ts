/** What the pod's container does right now. Times are ISO 8601. */
export interface ContainerState {
  readonly ready: boolean;
  readonly restarts: number;
  readonly now:
    | { readonly kind: "waiting"; readonly reason: string; readonly message: string }
    | { readonly kind: "running"; readonly since: string };
}

interface StatusOptions {
  readonly name: string;
  readonly image: string;
  readonly hostIp: string;
  readonly podIp: string;
  readonly startedAt: string;
}

/** The status that a kubelet would report for a pod whose container is in this state. */
export function podStatus(options: StatusOptions, { ready, restarts, now }: ContainerState): object {
  const { name, image, hostIp, podIp, startedAt } = options;
  const condition = (type: string, holds: boolean) => ({
    ...{ type, status: holds ? "True" : "False", lastTransitionTime: startedAt },
  });
  const isRunning = now.kind === "running";
  const state = isRunning
    ? { running: { startedAt: now.since } }
    : { waiting: { reason: now.reason, message: now.message } };
  return {
    ...{ phase: isRunning ? "Running" : "Pending", startTime: startedAt },
    ...{ hostIP: hostIp, podIP: podIp, podIPs: [{ ip: podIp }] },
    conditions: [
      condition("PodScheduled", true),
      condition("Initialized", true),
      condition("ContainersReady", ready),
      condition("Ready", ready),
    ],
    containerStatuses: [{ name, image, imageID: image, ready, started: isRunning, restartCount: restarts, state }],
  };
}
