import { NeuVectorError, type FederationResponse, type SystemSummary } from "@fedjoin/provider/neuvector";
import { describe, expect, test } from "vitest";
import { federationSamples } from "../../../../exporter/src/collectors/federation";
import { summarySamples } from "../../../../exporter/src/collectors/summary";
import { createJoinMetrics } from "../../../../exporter/src/join/joinMetrics";
import { createJoinRecorder } from "../../../../exporter/src/join/joinRecorder";
import { renderToString } from "../../../support/renderToString";
import type { CollectorResult } from "../../../../exporter/src/scrape/scraper";
import { createSelfMetrics, registryFamilies } from "../../../../exporter/src/selfMetrics";
import { createInstantClock } from "../../../support/instantClock";

const summary: SystemSummary = {
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

const collected = (collector: string, families: ReturnType<typeof summarySamples>): CollectorResult => ({
  collector,
  durationSeconds: 0.25,
  families,
});

const settings = { format: "text", maxLabelLength: 1024, names: "old" } as const;

const expose = (...results: CollectorResult[]): Promise<string> => renderToString(results, [], settings);

/** Only the samples, one a line. */
async function samples(...results: CollectorResult[]): Promise<string[]> {
  return (await expose(...results)).split("\n").filter((line) => /^nv_(summary|fed)/.test(line));
}

describe("R16: summary", () => {
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

const cluster = (name: string, status: string) => ({
  name,
  id: `${name}-id`,
  status,
  rest_version: "",
  rest_info: { server: name, port: 10443 },
});

const federationLines = (reply: FederationResponse): Promise<string[]> =>
  samples(collected("federation", federationSamples(reply, "c")));

describe("R16: federation", () => {
  test("R16: a master shows each member, 1 when synced", async () => {
    expect(
      await federationLines({
        fed_role: "master",
        master_cluster: cluster("primary", "active"),
        joint_clusters: [cluster("edge-1", "synced"), cluster("edge-2", "disconnected")],
      }),
    ).toEqual([
      'nv_fed_master{master="primary",worker="edge-1",status="synced"} 1',
      'nv_fed_master{master="primary",worker="edge-2",status="disconnected"} 0',
    ]);
  });

  test("R16: a master without members shows nothing rather than a 0", async () => {
    const reply = { fed_role: "master", master_cluster: cluster("primary", "active"), joint_clusters: [] };
    expect(await federationLines(reply)).toEqual([]);
  });

  test("R16: a member shows its role and master", async () => {
    const reply = {
      fed_role: "joint",
      master_cluster: cluster("primary", "connected"),
      joint_clusters: [cluster("edge-1", "joined")],
    };
    expect(await federationLines(reply)).toEqual(['nv_fed_worker{status="joint",master="primary"} 1']);
  });

  test("R16: a standalone cluster shows 0 with empty labels", async () => {
    expect(await federationLines({ fed_role: "", joint_clusters: null })).toEqual([
      'nv_fed_worker{status="",master=""} 0',
    ]);
  });

  test("R16: a hostile cluster name stays inside its label", async () => {
    const reply = {
      fed_role: "joint",
      master_cluster: cluster('x"} 1\nnv_up 7', "connected"),
      joint_clusters: [cluster("edge-1", "joined")],
    };
    expect(await federationLines(reply)).toEqual(['nv_fed_worker{status="joint",master="x\\"} 1\\nnv_up 7"} 1']);
  });
});

describe("R9: a scrape", () => {
  test("R9: a failed collector loses only itself", async () => {
    const failed = {
      collector: "federation",
      durationSeconds: 1.5,
      families: [],
      error: new NeuVectorError("forbidden", "no"),
    };
    const text = await expose(collected("summary", summarySamples(summary, "c")), failed);
    expect(text).toContain("\nnv_up 1\n");
    expect(text).toContain('nv_scrape_collector_success{collector="summary"} 1\n');
    expect(text).toContain('nv_scrape_collector_success{collector="federation"} 0\n');
    expect(text).toContain('nv_scrape_collector_duration_seconds{collector="federation"} 1.5\n');
    expect(text).not.toContain("nv_fed_");
  });

  test("R9: nv_up is 0 when nothing came", async () => {
    const error = new NeuVectorError("network", "no answer");
    expect(await expose({ collector: "summary", durationSeconds: 0, families: [], error })).toContain("\nnv_up 0\n");
  });

  test("R9: the exporter's own metrics follow, with every state of the join", async () => {
    const self = createSelfMetrics({ version: "1.2.3", revision: "abc", nodeVersion: "v22.0.0" });
    const record = createJoinRecorder(createInstantClock(), createJoinMetrics(self.registry));
    record.set({ state: "failed", lastErrorKind: "tls" });
    record.countRequest("failed");
    const text = await renderToString([], await registryFamilies(self.registry), settings);
    expect(text).toContain('nv_exporter_build_info{version="1.2.3",revision="abc",node_version="v22.0.0"} 1\n');
    expect(text).toMatch(/^process_start_time_seconds \d+$/m);
    expect(text.match(/^nv_fed_join_.*$/gm)).toEqual([
      'nv_fed_join_state{state="off"} 0',
      'nv_fed_join_state{state="invalid"} 0',
      'nv_fed_join_state{state="joining"} 0',
      'nv_fed_join_state{state="joined"} 0',
      'nv_fed_join_state{state="unconfirmed"} 0',
      'nv_fed_join_state{state="failed"} 1',
      'nv_fed_join_state{state="lost"} 0',
      'nv_fed_join_state{state="kicked"} 0',
      'nv_fed_join_state{state="unclear"} 0',
      'nv_fed_join_state{state="elsewhere"} 0',
      'nv_fed_join_state{state="conflict"} 0',
      'nv_fed_join_requests_total{result="accepted"} 0',
      'nv_fed_join_requests_total{result="failed"} 1',
      "nv_fed_join_rejoins_total 0",
      'nv_fed_join_last_error{kind="tls"} 1',
    ]);
  });
});
