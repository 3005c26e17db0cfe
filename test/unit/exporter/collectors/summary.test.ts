import { describe, expect, test } from "vitest";
import { newLines, oldLines, valuesOf } from "../../../support/scraping";

const counts = {
  ...{ hosts: 3, controllers: 5, enforcers: 4, disconnected_enforcers: 1, workloads: 120, running_workloads: 100 },
  ...{ running_pods: 60, services: 25, policy_rules: 42 },
};
const cvedb = (version: string, time: string) => ({ cvedb_version: version, cvedb_create_time: time });
const answer = (summary: object) => ({ "/v1/system/summary": { summary: { ...counts, ...summary } } });

describe("summary: metrics of the Python exporter", () => {
  test("R16: counts of the cluster", async () => {
    const values = valuesOf(await oldLines("summary", answer(cvedb("3.456", "2023-05-04T09:21:31Z"))));
    expect(values).toEqual({
      ...{ nv_summary_services: 25, nv_summary_policy: 42, nv_summary_runningWorkloads: 100 },
      ...{ nv_summary_totalWorkloads: 120, nv_summary_hosts: 3, nv_summary_controllers: 5, nv_summary_enforcers: 4 },
      ...{ nv_summary_pods: 60, nv_summary_disconnectedEnforcers: 1 },
      ...{ nv_summary_cvedbVersion: 3.456, nv_summary_cvedbTime: 1683192091000 },
    });
  });

  test.each([
    ["1 and 0 without a scanner", cvedb("", ""), [1, 0]],
    ["the first two parts, and UTC (Q1)", cvedb("4.101.2", "2023-05-04T05:21:31-04:00"), [4.101, 1683192091000]],
    ["left out if they are no numbers", cvedb("new", "yesterday"), [undefined, undefined]],
  ])("R16: cvedbVersion and cvedbTime are %s", async (_what, summary, expected) => {
    const values = valuesOf(await oldLines("summary", answer(summary)));
    expect([values["nv_summary_cvedbVersion"], values["nv_summary_cvedbTime"]]).toEqual(expected);
  });
});

describe("summary: new metrics", () => {
  test("show what the controller tells, with times in seconds", async () => {
    const summary = {
      ...{ domains: 9, scanners: 2, ...cvedb("4.101", "2026-11-01T00:00:00Z") },
      ...{ platform: "Kubernetes", kube_version: "1.31.2", openshift_version: "" },
      component_versions: ["v5.6.0", "v5.5.1"],
    };
    expect(valuesOf(await newLines("summary", answer(summary)))).toEqual({
      ...{ nv_cluster_services: 25, nv_cluster_network_rules: 42, nv_cluster_workloads: 120, nv_cluster_hosts: 3 },
      ...{ nv_cluster_running_workloads: 100, nv_cluster_running_pods: 60, nv_cluster_controllers: 5 },
      ...{ nv_cluster_enforcers: 4, nv_cluster_disconnected_enforcers: 1, nv_domains: 9, nv_scanners: 2 },
      'nv_cvedb_info{version="4.101"}': 1,
      nv_cvedb_created_timestamp_seconds: 1793491200,
      'nv_cluster_info{platform="Kubernetes",kube_version="1.31.2",openshift_version=""}': 1,
      ...{ 'nv_component_info{version="v5.6.0"}': 1, 'nv_component_info{version="v5.5.1"}': 1 },
    });
  });

  test.each<[string, object]>([
    ["missing", {}],
    ["null", { domains: null, scanners: null, ...cvedb("", ""), component_versions: null }],
    ["of another type", { domains: "many", scanners: [], platform: 7, component_versions: [7] }],
    ["the year 1", { cvedb_create_time: "0001-01-01T00:00:00Z" }],
  ])("what is %s is absent, and no failure", async (_what, odd) => {
    const lines = await newLines("summary", answer(odd));
    expect(lines.filter((line) => !line.startsWith("nv_cluster_"))).toEqual([]);
    expect(lines).toContain('nv_cluster_hosts{target="c"} 3');
  });
});
