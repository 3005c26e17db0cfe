import type { Ports } from "@fedjoin/provider/internal/neuvector";
import { toExpositionFamily, type ExpositionFamily } from "../scrape/exposition";
import type { PushConfig } from "../settings/pushConfig";
import { createPushCollector, type CollectPushDeps } from "./collectPush";
import { createPushRecord } from "./pushMetrics";
import { runPush } from "./runPush";

/** What is pushed: the targets and their exposition, and the host's name, which the instance has by default. */
export type PushSubject = Pick<CollectPushDeps, "targets" | "selfMetrics" | "exposition" | "version"> & {
  readonly hostname: string;
};

/** The push of an exporter. */
export interface Push {
  /** The exporter's metrics about its pushes. */
  metrics(): ExpositionFamily[];
  /** Pushes until `signal` aborts. Never throws. */
  run(subject: PushSubject, signal: AbortSignal): Promise<void>;
}

/** A push to the receiver of `config`. Its counters begin now. */
export function createPush(config: PushConfig, ports: Ports): Push {
  const record = createPushRecord();
  const startMs = ports.clock.now();
  return {
    metrics: () => record.families().map(toExpositionFamily),
    run({ hostname, ...subject }, signal) {
      const resource = new Map([
        ["service.name", "neuvector"],
        ["service.instance.id", hostname],
        ...config.attributes,
      ]);
      const collect = createPushCollector({ ...subject, resource, startMs, clock: ports.clock });
      return runPush({ config, ports, collect, record }, signal);
    },
  };
}
