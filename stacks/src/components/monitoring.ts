import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { alertRules } from "../monitoring/alertRules";
import { dashboard } from "../monitoring/dashboard";
import { withDefault } from "./inputs";
import { monitoringApi, monitorSpec, scrapedBy, type ScrapeArgs } from "./scraping";

type Texts = Readonly<Record<string, pulumi.Input<string>>>;

/** Objects for Prometheus and Grafana. */
export interface MonitoringArgs {
  /** How Prometheus finds the exporter. Default: annotations on the Service. */
  readonly scrape?: ScrapeArgs;
  /**
   * A PrometheusRule with the alerts of docs/how-to/alerts.md. One is enough for all exporters that a Prometheus scrapes. `auto`
   * creates it if `apiVersions` has the kind. Default `false`.
   */
  readonly alerts?: boolean | "auto";
  /**
   * A page with a section for each alert, to which the annotation `runbook_url` of the alerts leads, such as your own copy
   * of docs/how-to/alerts.md. Default: the page of this version in the repository.
   */
  readonly runbookUrl?: string;
  /** A ConfigMap that Grafana's sidecar finds by label. One is enough for all exporters. Default none. */
  readonly dashboard?: boolean | DashboardArgs;
  /** Labels by which the operator selects a ServiceMonitor, PodMonitor or PrometheusRule, such as `release`. */
  readonly labels?: Texts;
  /** The output of `kubectl api-versions`, for `auto`. Default none, so `auto` creates nothing. */
  readonly apiVersions?: readonly string[];
}

/** The ConfigMap with the dashboard. */
export interface DashboardArgs {
  /** Default: the exporter's. */
  readonly namespace?: pulumi.Input<string>;
  /** Default `grafana_dashboard: "1"`. */
  readonly labels?: Texts;
  /** Such as the sidecar's for a folder. */
  readonly annotations?: Texts;
}

interface Exporter {
  readonly name: string;
  readonly metadata: {
    readonly namespace: pulumi.Input<string>;
    readonly labels: Texts;
    readonly annotations: Texts;
  };
  readonly selector: Readonly<Record<string, string>>;
  readonly scheme: "http" | "https";
  readonly child: pulumi.CustomResourceOptions;
}

/** Declares the monitoring objects of one exporter. */
export function declareMonitoring(args: MonitoringArgs, exporter: Exporter): void {
  const { scrape = {}, alerts = false, apiVersions = [], labels = {} } = args;
  const { name, metadata, selector, scheme, child } = exporter;
  const custom = (kind: string, part: string, spec: object) =>
    new k8s.apiextensions.CustomResource(
      `${name}-${part}`,
      {
        ...{ apiVersion: monitoringApi, kind, spec },
        metadata: { ...metadata, name, labels: { ...metadata.labels, ...labels } },
      },
      child,
    );

  const by = scrapedBy(scrape, apiVersions);
  if (by === "ServiceMonitor" || by === "PodMonitor") custom(by, "monitor", monitorSpec(by, selector, scheme, scrape));
  if (alerts === "auto" ? apiVersions.includes(monitoringApi) : alerts) {
    custom("PrometheusRule", "alerts", alertRules(args.runbookUrl));
  }
  if (args.dashboard !== undefined && args.dashboard !== false) {
    declareDashboard(args.dashboard === true ? {} : args.dashboard, exporter);
  }
}

function declareDashboard(
  { namespace, labels, annotations }: DashboardArgs,
  { name, metadata, child }: Exporter,
): void {
  new k8s.core.v1.ConfigMap(
    `${name}-dashboard`,
    {
      metadata: {
        ...metadata,
        name: `${name}-dashboard`,
        namespace: withDefault(namespace, metadata.namespace),
        labels: { ...metadata.labels, ...(labels ?? { grafana_dashboard: "1" }) },
        annotations: { ...metadata.annotations, ...annotations },
      },
      data: { "neuvector.json": JSON.stringify(dashboard(), undefined, 1) },
    },
    child,
  );
}
