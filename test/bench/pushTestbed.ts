import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@fedjoin/simulator";
import { startCollector, startPrometheus, type Command, type Prometheus } from "@fedjoin/testbed";
import { docsBlock } from "../support/docsBlock";
import { startExporter, type ExporterProcess } from "../support/exporterProcess";
import { startProcess } from "./childProcess";
import type { Address, ControllerRequest } from "./controller";
import type { SizeName } from "./sizes";

/** A controller, and a Prometheus as docs/how-to/push.md configures it. */
export interface PushTestbed {
  readonly prometheus: Prometheus;
  /** Where an exporter pushes to: this Prometheus, or a collector before it. */
  readonly pushUrl: string;
  /** Where Prometheus scrapes an exporter, as the instance `scraped`. */
  readonly scrapedPort: number;
  /** Starts an exporter of the controller. */
  readonly startExporter: (env: Readonly<Record<string, string>>) => Promise<ExporterProcess>;
}

export const scraped = "scraped";
export const intervalSeconds = 5;

/** The settings of a push to this address. */
export const pushTo = (url: string): Readonly<Record<string, string>> => ({
  EXPORTER_PUSH_URL: url,
  EXPORTER_PUSH_ALLOW_HTTP: "true",
  EXPORTER_PUSH_INTERVAL: `${intervalSeconds}s`,
});

const prometheusConfig = (target: string): string => `
scrape_configs:
  - job_name: neuvector
    scrape_interval: ${intervalSeconds}s
    static_configs:
      - { targets: ["${target}"], labels: { instance: ${scraped} } }
${docsBlock("docs/how-to/push.md", "otlp:")}`;

/** The page's configuration of a collector, with addresses of this machine. */
function collectorConfig(receiver: string, prometheusUrl: string): string {
  return docsBlock("docs/how-to/push.md", "receivers:")
    .replace("0.0.0.0:4318", receiver)
    .replace("https://prometheus.example.com", prometheusUrl)
    .concat("  telemetry: { metrics: { level: none } }\n");
}

export interface PushCommands {
  readonly prometheus: Command;
  /** Pushes go through this OpenTelemetry Collector. */
  readonly collector?: Command;
}

/** Starts a testbed with a controller of this size, for the time of `work`. */
export async function withPushTestbed<T>(
  size: SizeName,
  commands: PushCommands,
  work: (testbed: PushTestbed) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "fedjoin-push-"));
  const stops: (() => unknown)[] = [
    () => {
      rmSync(folder, { recursive: true, force: true });
    },
  ];
  try {
    const controller = startProcess<ControllerRequest>("controller", [size]);
    stops.push(controller.stop);
    const { port, ca } = await controller.request<Address>({ ask: "address" });
    const caFile = join(folder, "ca.pem");
    writeFileSync(caFile, ca);
    const scrapedPort = await freePort();
    const prometheus = await startPrometheus(commands.prometheus, prometheusConfig(`127.0.0.1:${scrapedPort}`));
    stops.push(() => prometheus.stop());
    let pushUrl = `${prometheus.url}/api/v1/otlp/v1/metrics`;
    if (commands.collector !== undefined) {
      const collector = await startCollector(commands.collector, (receiver) =>
        collectorConfig(receiver, prometheus.url),
      );
      stops.push(() => collector.stop());
      pushUrl = collector.metricsUrl;
    }
    return await work({
      ...{ prometheus, pushUrl, scrapedPort },
      startExporter: async (env) => {
        const exporter = await startExporter({
          ...{ CTRL_API_SERVICE: `127.0.0.1:${port}`, CTRL_USERNAME: "reader", CTRL_PASSWORD: "bench" },
          ...{ CTRL_CA_FILE: caFile, ENFORCER_STATS: "true", ...env },
        });
        stops.push(() => exporter.stop());
        return exporter;
      },
    });
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}
