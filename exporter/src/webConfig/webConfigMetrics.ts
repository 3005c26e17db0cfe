import type { Clock } from "@fedjoin/provider/internal/neuvector";
import { Gauge, type Registry } from "prom-client";

/** Metrics about reloads of the web config. */
export interface WebConfigMetrics {
  readonly noteRead: (isGood: boolean) => void;
}

export function createWebConfigMetrics(registry: Registry, clock: Clock): WebConfigMetrics {
  const registers = [registry];
  const success = new Gauge({
    name: "nv_exporter_web_config_reload_success",
    help: "1 when the web config file and its certificates were good when they last changed, 0 when the former are kept in use; absent without WEB_CONFIG_FILE.",
    registers,
  });
  const successAt = new Gauge({
    name: "nv_exporter_web_config_reload_success_timestamp_seconds",
    help: "When the web config that is in use was read, seconds since the epoch; absent without WEB_CONFIG_FILE.",
    registers,
  });
  success.remove();
  successAt.remove();
  return {
    noteRead(isGood) {
      success.set(isGood ? 1 : 0);
      if (isGood) successAt.set(clock.now() / 1000);
    },
  };
}
