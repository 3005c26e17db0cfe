import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@fedjoin/simulator";
import { startPrometheus, type Prometheus, type Tools } from "@fedjoin/testbed";
import { docsBlock } from "../support/docsBlock";
import { startExporter, type ExporterProcess } from "../support/exporterProcess";
import { startProcess } from "./childProcess";
import type { Address, ControllerRequest } from "./controller";
import type { SizeName } from "./sizes";

/** A controller, and a Prometheus as docs/how-to/push.md configures it. */
export interface PushTestbed {
  readonly prometheus: Prometheus;
  /** Where Prometheus scrapes an exporter, as the instance `scraped`. */
  readonly scrapedPort: number;
  /** Starts an exporter of the controller. */
  readonly startExporter: (env: Readonly<Record<string, string>>) => Promise<ExporterProcess>;
}

export const scraped = "scraped";
export const intervalSeconds = 5;

/** The settings of a push to this Prometheus. */
export const pushTo = ({ url }: Prometheus, seconds: number): Readonly<Record<string, string>> => ({
  EXPORTER_PUSH_URL: `${url}/api/v1/otlp/v1/metrics`,
  EXPORTER_PUSH_ALLOW_HTTP: "true",
  EXPORTER_PUSH_INTERVAL: `${seconds}s`,
});

const prometheusConfig = (target: string): string => `
scrape_configs:
  - job_name: neuvector
    scrape_interval: ${intervalSeconds}s
    static_configs:
      - { targets: ["${target}"], labels: { instance: ${scraped} } }
${docsBlock("docs/how-to/push.md", "otlp:")}`;

/** Starts a testbed with a controller of this size, for the time of `work`. */
export async function withPushTestbed<T>(
  size: SizeName,
  prometheusCommand: Tools["prometheus"],
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
    const prometheus = await startPrometheus(prometheusCommand, prometheusConfig(`127.0.0.1:${scrapedPort}`));
    stops.push(() => prometheus.stop());
    return await work({
      ...{ prometheus, scrapedPort },
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
