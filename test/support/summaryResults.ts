import type { SystemSummary } from "@fedjoin/provider/neuvector";
import type { summarySamples } from "../../exporter/src/collectors/summary";
import type { CollectorResult } from "../../exporter/src/scrape/scraper";
import { renderToString } from "./renderToString";

/** What a small cluster says of itself. */
export const summary: SystemSummary = {
  hosts: 3,
  controllers: 3,
  enforcers: 4,
  disconnected_enforcers: 1,
  workloads: 120,
  running_workloads: 100,
  running_pods: 60,
  services: 25,
  policy_rules: 42,
  cvedb_version: "3.456",
  cvedb_create_time: "2023-05-04T09:21:31Z",
  platform: "Kubernetes",
  kube_version: "1.31.2",
  openshift_version: "",
  component_versions: ["v5.6.0"],
};

/** The result of a collector that got these families. */
export const collected = (collector: string, families: ReturnType<typeof summarySamples>): CollectorResult => ({
  collector,
  durationSeconds: 0.25,
  families,
});

/** How these tests write an exposition. */
export const textSettings = { format: "text", maxLabelLength: 1024, names: "old" } as const;

/** The exposition of these results, with the metrics of the Python exporter. */
export const expose = (...results: CollectorResult[]): Promise<string> => renderToString(results, [], textSettings);
