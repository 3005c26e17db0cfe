import { describe, expect, test } from "vitest";
import { summarySamples } from "../../../../exporter/src/collectors/summary";
import type { CollectorResult } from "../../../../exporter/src/scrape/scraper";
import { collected, expose, summary } from "../../../support/summaryResults";
import { named, newLines } from "../../../support/scraping";

/** Only the samples, one a line. */
async function samples(...results: CollectorResult[]): Promise<string[]> {
  return (await expose(...results)).split("\n").filter((line) => line.startsWith("nv_summary"));
}

describe("summary: metrics of the Python exporter", () => {
  test("R16: the whole exposition, with the names, labels and units of the Python exporter", async () => {
    const text = await expose(collected("summary", summarySamples(summary, "controller.neuvector")));
    expect(text).toMatchInlineSnapshot(`
      "# HELP nv_summary_services Services (GET /v1/system/summary, field services).
      # TYPE nv_summary_services gauge
      nv_summary_services{target="controller.neuvector"} 25
      # HELP nv_summary_policy Network rules (GET /v1/system/summary, field policy_rules).
      # TYPE nv_summary_policy gauge
      nv_summary_policy{target="controller.neuvector"} 42
      # HELP nv_summary_runningWorkloads Running workloads (GET /v1/system/summary, field running_workloads).
      # TYPE nv_summary_runningWorkloads gauge
      nv_summary_runningWorkloads{target="controller.neuvector"} 100
      # HELP nv_summary_totalWorkloads Workloads (GET /v1/system/summary, field workloads).
      # TYPE nv_summary_totalWorkloads gauge
      nv_summary_totalWorkloads{target="controller.neuvector"} 120
      # HELP nv_summary_hosts Hosts (GET /v1/system/summary, field hosts).
      # TYPE nv_summary_hosts gauge
      nv_summary_hosts{target="controller.neuvector"} 3
      # HELP nv_summary_controllers Controllers (GET /v1/system/summary, field controllers).
      # TYPE nv_summary_controllers gauge
      nv_summary_controllers{target="controller.neuvector"} 3
      # HELP nv_summary_enforcers Enforcers, disconnected ones included (GET /v1/system/summary, field enforcers).
      # TYPE nv_summary_enforcers gauge
      nv_summary_enforcers{target="controller.neuvector"} 4
      # HELP nv_summary_pods Running pods (GET /v1/system/summary, field running_pods).
      # TYPE nv_summary_pods gauge
      nv_summary_pods{target="controller.neuvector"} 60
      # HELP nv_summary_disconnectedEnforcers Disconnected enforcers (GET /v1/system/summary, field disconnected_enforcers).
      # TYPE nv_summary_disconnectedEnforcers gauge
      nv_summary_disconnectedEnforcers{target="controller.neuvector"} 1
      # HELP nv_summary_cvedbVersion Version of the CVE database as a number, major.minor; 1 while no scanner is connected (GET /v1/system/summary, field cvedb_version).
      # TYPE nv_summary_cvedbVersion gauge
      nv_summary_cvedbVersion{target="controller.neuvector"} 3.456
      # HELP nv_summary_cvedbTime Creation of the CVE database, milliseconds since the epoch; 0 while no scanner is connected (GET /v1/system/summary, field cvedb_create_time).
      # TYPE nv_summary_cvedbTime gauge
      nv_summary_cvedbTime{target="controller.neuvector"} 1683192091000
      # HELP nv_up 1 when at least one collector got its data from the controller (exporter).
      # TYPE nv_up gauge
      nv_up 1
      # HELP nv_scrape_collector_success 1 when the collector got its data, in this scrape or within its interval (exporter).
      # TYPE nv_scrape_collector_success gauge
      nv_scrape_collector_success{collector="summary"} 1
      # HELP nv_scrape_collector_duration_seconds How long the collector took in this scrape (exporter).
      # TYPE nv_scrape_collector_duration_seconds gauge
      nv_scrape_collector_duration_seconds{collector="summary"} 0.25
      # HELP nv_scrape_duplicate_samples Samples left out of this scrape since their labels were there already; the first one stays (exporter).
      # TYPE nv_scrape_duplicate_samples gauge
      nv_scrape_duplicate_samples 0
      "
    `);
  });

  test("R16: without a scanner cvedbVersion is 1 and cvedbTime is 0", async () => {
    const families = summarySamples({ ...summary, cvedb_version: "", cvedb_create_time: "" }, "c");
    const lines = await samples(collected("summary", families));
    expect(lines).toContain('nv_summary_cvedbVersion{target="c"} 1');
    expect(lines).toContain('nv_summary_cvedbTime{target="c"} 0');
  });

  test("R16: a three-part version counts with its first two parts, and cvedbTime is UTC whatever the zone", async () => {
    const families = summarySamples(
      { ...summary, cvedb_version: "4.101.2", cvedb_create_time: "2023-05-04T05:21:31-04:00" },
      "c",
    );
    const lines = await samples(collected("summary", families));
    expect(lines).toContain('nv_summary_cvedbVersion{target="c"} 4.101');
    expect(lines).toContain('nv_summary_cvedbTime{target="c"} 1683192091000');
  });

  test("R16: what is not a number is left out, never NaN or a false 0", async () => {
    const families = summarySamples({ ...summary, cvedb_version: "new", cvedb_create_time: "yesterday" }, "c");
    const text = await expose(collected("summary", families));
    expect(text).not.toContain("cvedb");
    expect(text).not.toMatch(/nan/i);
  });

  test("R16: target is the address without brackets for IPv6", async () => {
    expect(await samples(collected("summary", summarySamples(summary, "fd00::7")))).toContain(
      'nv_summary_hosts{target="fd00::7"} 3',
    );
  });
});

describe("summary: new metrics", () => {
  const path = "/v1/system/summary";
  const counts = {
    ...{ hosts: 3, controllers: 3, enforcers: 4, disconnected_enforcers: 1, workloads: 120, running_workloads: 100 },
    ...{ running_pods: 60, services: 25, policy_rules: 42 },
  };

  test("shows what the controller says, with times in seconds", async () => {
    const summary = {
      ...counts,
      ...{ domains: 9, scanners: 2, cvedb_version: "4.101", cvedb_create_time: "2026-11-01T00:00:00Z" },
      ...{ platform: "Kubernetes", kube_version: "1.31.2", openshift_version: "" },
      component_versions: ["v5.6.0", "v5.5.1"],
    };
    expect(await newLines("summary", { [path]: { summary } })).toEqual([
      'nv_cluster_services{target="c"} 25',
      'nv_cluster_network_rules{target="c"} 42',
      'nv_cluster_workloads{target="c"} 120',
      'nv_cluster_running_workloads{target="c"} 100',
      'nv_cluster_running_pods{target="c"} 60',
      'nv_cluster_hosts{target="c"} 3',
      'nv_cluster_controllers{target="c"} 3',
      'nv_cluster_enforcers{target="c"} 4',
      'nv_cluster_disconnected_enforcers{target="c"} 1',
      'nv_domains{target="c"} 9',
      'nv_scanners{target="c"} 2',
      'nv_cvedb_info{version="4.101",target="c"} 1',
      'nv_cvedb_created_timestamp_seconds{target="c"} 1793491200',
      'nv_cluster_info{platform="Kubernetes",kube_version="1.31.2",openshift_version="",target="c"} 1',
      'nv_component_info{version="v5.6.0",target="c"} 1',
      'nv_component_info{version="v5.5.1",target="c"} 1',
    ]);
  });

  test.each<[string, object]>([
    ["missing", {}],
    ["null", { domains: null, scanners: null, cvedb_version: "", cvedb_create_time: "", component_versions: null }],
    ["of another type", { domains: "many", scanners: [], platform: 7, component_versions: [7] }],
    ["the year 1", { cvedb_create_time: "0001-01-01T00:00:00Z" }],
  ])("what is %s is absent, and no failure", async (_what, odd) => {
    const lines = await newLines("summary", { [path]: { summary: { ...counts, ...odd } } });
    expect(named(lines, "nv_domains", "nv_scanners", "nv_cvedb_info", "nv_component_info")).toEqual([]);
    expect(named(lines, "nv_cvedb_created_timestamp_seconds")).toEqual([]);
    expect(named(lines, "nv_cluster_hosts")).toEqual(['nv_cluster_hosts{target="c"} 3']);
  });
});
