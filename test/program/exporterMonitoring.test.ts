import { describe, expect, test } from "vitest";
import { alertRules, type NeuVectorExporterArgs } from "../../stacks/src/component";
import { declare, kindsOf, oneOf, plain, render } from "../support/exporterObjects";

const monitored = (monitoring: NonNullable<NeuVectorExporterArgs["monitoring"]>) => render({ ...plain, monitoring });

describe("the monitoring of an exporter", () => {
  const auto = { scrape: { by: "auto" }, alerts: "auto" } as const;
  test.each<readonly [NonNullable<NeuVectorExporterArgs["monitoring"]>, readonly string[], boolean]>([
    [{}, [], true],
    [{ scrape: { by: "annotations" } }, [], true],
    [{ scrape: { by: "serviceMonitor" } }, ["ServiceMonitor"], false],
    [{ scrape: { by: "podMonitor" } }, ["PodMonitor"], false],
    [{ scrape: { by: "nothing" } }, [], false],
    [auto, [], true],
    [{ ...auto, apiVersions: ["apps/v1"] }, [], true],
    [{ ...auto, apiVersions: ["apps/v1", "monitoring.coreos.com/v1"] }, ["PrometheusRule", "ServiceMonitor"], false],
  ])("is scraped by one way only, with auto by what the cluster has: %j", async (monitoring, monitors, annotated) => {
    const objects = await monitored(monitoring);
    expect(kindsOf(objects).filter((kind) => /Monitor$|^PrometheusRule$/.test(kind))).toEqual(monitors);
    const { metadata } = oneOf(objects, "Service");
    expect(JSON.stringify(metadata).includes("prometheus.io/scrape")).toBe(annotated);
  });

  test.each([
    ["serviceMonitor", "ServiceMonitor", "endpoints"],
    ["podMonitor", "PodMonitor", "podMetricsEndpoints"],
  ] as const)("%s finds it by label and port, and names the job that the alerts ask for", async (by, kind, list) => {
    const objects = await monitored({ scrape: { by }, labels: { release: "prometheus" } });
    const monitor = oneOf(objects, kind);
    const found = { "app.kubernetes.io/instance": "exporter-u2204a", "app.kubernetes.io/name": "neuvector-exporter" };
    expect(monitor).toMatchObject({
      metadata: { namespace: "neuvector", labels: { release: "prometheus" } },
      spec: {
        selector: { matchLabels: found },
        jobLabel: "app.kubernetes.io/part-of",
        [list]: [{ port: "metrics", scheme: "http", interval: "60s", scrapeTimeout: "30s", honorLabels: true }],
      },
    });
    const labels = { ...found, "app.kubernetes.io/part-of": "neuvector" };
    expect(oneOf(objects, "Service")).toMatchObject({ metadata: { labels }, spec: { ports: [{ name: "metrics" }] } });
    expect(oneOf(objects, "Deployment")).toMatchObject({ spec: { template: { metadata: { labels } } } });
    expect(alertRules().groups[0]?.rules[0]?.expr).toBe('up{job="neuvector"} == 0');
  });

  test("one size limit is the monitor's and that of the alert; without one, Prometheus has none", async () => {
    for (const by of ["serviceMonitor", "podMonitor"] as const) {
      const objects = await monitored({ scrape: { by, sizeLimit: "64MiB" } });
      const [monitor] = objects.filter(({ kind }) => kind.endsWith("Monitor"));
      expect(monitor).toMatchObject({ spec: { bodySizeLimit: "64MiB" } });
      expect(oneOf(objects, "ConfigMap")).toMatchObject({ data: { SCRAPE_SIZE_LIMIT: "64MiB" } });
    }
    const objects = await monitored({ scrape: { by: "serviceMonitor" } });
    expect(oneOf(objects, "ServiceMonitor")["spec"]).not.toHaveProperty("bodySizeLimit");
    expect(oneOf(objects, "ConfigMap")["data"]).not.toHaveProperty("SCRAPE_SIZE_LIMIT");
  });

  test("deploys the alerts, which lead to the page of this version or to your own", async () => {
    const specOf = async (monitoring: object) =>
      oneOf(await monitored({ alerts: true, ...monitoring }), "PrometheusRule")["spec"];
    expect(await specOf({})).toEqual(alertRules());
    const runbookUrl = "https://intranet.example.com/alerts";
    const [first] = alertRules(runbookUrl).groups[0]?.rules ?? [];
    expect(first?.annotations["runbook_url"]).toBe(`${runbookUrl}#neuvectorexporterdown`);
    expect(await specOf({ runbookUrl })).toEqual(alertRules(runbookUrl));
  });

  test("puts the dashboard where Grafana's sidecar looks", async () => {
    const dashboardOf = async (dashboard: NonNullable<NeuVectorExporterArgs["monitoring"]>["dashboard"]) => {
      const { resources } = await declare({ ...plain, monitoring: { ...(dashboard !== undefined && { dashboard }) } });
      return resources.find(({ name }) => name === "exporter-u2204a-dashboard")?.inputs;
    };
    expect(await dashboardOf(false)).toBeUndefined();
    expect(await dashboardOf(true)).toMatchObject({
      metadata: { namespace: "neuvector", labels: { grafana_dashboard: "1" } },
      data: { "neuvector.json": expect.stringContaining('"title": "NeuVector"') as unknown },
    });
    const metadata = { namespace: "grafana", labels: { grafana: "yes" }, annotations: { folder: "Security" } };
    expect(await dashboardOf(metadata)).toMatchObject({ metadata });
  });
});
