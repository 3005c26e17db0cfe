import { freePort } from "@fedjoin/simulator";
import { startServer } from "./server";
import type { Command } from "./toolchain/tools";

/** An OpenTelemetry Collector that receives OTLP over HTTP. */
export interface Collector {
  /** Where it receives metrics. */
  readonly metricsUrl: string;
  /** Ends the process. */
  stop(): Promise<void>;
}

/**
 * Starts a collector with what `configOf` makes of the address, host and port, at which its receiver listens.
 * @throws Error with the end of its log when it ends instead, such as for a configuration that it refuses.
 */
export async function startCollector(command: Command, configOf: (receiver: string) => string): Promise<Collector> {
  const receiver = `127.0.0.1:${await freePort()}`;
  const metricsUrl = `http://${receiver}/v1/metrics`;
  const stop = await startServer("the OpenTelemetry Collector", {
    ...{ command, config: configOf(receiver) },
    args: (configFile) => [`--config=${configFile}`],
    // It takes only POST there.
    ready: { url: metricsUrl, status: 405 },
  });
  return { metricsUrl, stop };
}
