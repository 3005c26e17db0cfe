import type * as pulumi from "@pulumi/pulumi";

/** How Prometheus finds and scrapes the exporter. */
export interface ScrapeArgs {
  /**
   * How Prometheus scrapes, only one way so that nothing is scraped twice: by annotations, or with the Prometheus
   * Operator by a ServiceMonitor or a PodMonitor. `auto` is a ServiceMonitor if `apiVersions` has the kind, else
   * annotations. Default `annotations`.
   */
  readonly by?: "annotations" | "serviceMonitor" | "podMonitor" | "auto" | "nothing";
  /** Default 60. */
  readonly intervalSeconds?: number;
  /** Default 30; the exporter answers half a second earlier, with the data it has. */
  readonly timeoutSeconds?: number;
  /**
   * Size above which Prometheus refuses a scrape, such as `64MiB`: `bodySizeLimit` of the monitor, and the
   * `SCRAPE_SIZE_LIMIT` of the exporter's alert. Default: none in the monitor, 16MiB for the alert.
   */
  readonly sizeLimit?: string;
  /** Further fields of the monitor's endpoint, such as `tlsConfig`, `basicAuth` or `relabelings`. */
  readonly endpoint?: Readonly<Record<string, pulumi.Input<unknown>>>;
}

export type ScrapedBy = "annotations" | "ServiceMonitor" | "PodMonitor" | "nothing";

/** The API of the Prometheus Operator. */
export const monitoringApi = "monitoring.coreos.com/v1";

/** How Prometheus scrapes, given the cluster's API versions as `kubectl api-versions` lists them. */
export function scrapedBy({ by = "annotations" }: ScrapeArgs, apiVersions: readonly string[]): ScrapedBy {
  switch (by) {
    case "serviceMonitor":
      return "ServiceMonitor";
    case "podMonitor":
      return "PodMonitor";
    case "auto":
      return apiVersions.includes(monitoringApi) ? "ServiceMonitor" : "annotations";
    case "annotations":
    case "nothing":
      return by;
  }
}

export function scrapeAnnotations(port: number, scheme: "http" | "https"): Readonly<Record<string, string>> {
  return {
    "prometheus.io/scrape": "true",
    "prometheus.io/scheme": scheme,
    "prometheus.io/port": String(port),
    "prometheus.io/path": "/metrics",
  };
}

/** The spec of a ServiceMonitor or a PodMonitor. */
export function monitorSpec(
  kind: "ServiceMonitor" | "PodMonitor",
  selector: Readonly<Record<string, string>>,
  scheme: "http" | "https",
  { intervalSeconds = 60, timeoutSeconds = 30, sizeLimit, endpoint }: ScrapeArgs,
) {
  const endpoints = [
    {
      port: "metrics",
      scheme,
      interval: `${intervalSeconds}s`,
      scrapeTimeout: `${timeoutSeconds}s`,
      // Keeps the exporter's own labels `namespace` and `service`.
      honorLabels: true,
      ...endpoint,
    },
  ];
  return {
    selector: { matchLabels: selector },
    ...(sizeLimit !== undefined && { bodySizeLimit: sizeLimit }),
    // The value of this label is `neuvector`, the job in the alert rules.
    jobLabel: "app.kubernetes.io/part-of",
    ...(kind === "ServiceMonitor" ? { endpoints } : { podMetricsEndpoints: endpoints }),
  };
}
