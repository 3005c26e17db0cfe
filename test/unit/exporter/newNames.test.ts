import { NeuVectorError } from "@fedjoin/provider";
import { describe, expect, test } from "vitest";
import type { CollectContext } from "../../../exporter/src/collectors/collector";
import { collectorOf, linesOf, sessionThat, type Answers } from "../../support/scraping";

/** The lines under new names alone. */
const newLines = (name: string, answers: Answers, context: Partial<CollectContext> = {}): Promise<string[]> =>
  linesOf(collectorOf(name), sessionThat(answers), { names: "new", ...context });

const named = (lines: readonly string[], ...names: string[]): string[] =>
  lines.filter((line) => names.some((name) => line.startsWith(`${name}{`)));

const forbidden = new NeuVectorError("forbidden", "no", { status: 403, code: 25 });
const down = new NeuVectorError("server_error", "no", { status: 500, code: 24 });
const huge = 2 ** 63;

describe("summary", () => {
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

describe("admission", () => {
  const path = "/v1/debug/admission_stats";

  test("counts requests by result", async () => {
    const stats = {
      ...{ k8s_allowed_requests: huge, k8s_denied_requests: 2, k8s_erroneous_requests: 1 },
      ...{ k8s_ignored_requests: 0, k8s_processing_requests: -1 },
    };
    expect(await newLines("admission", { [path]: { stats } })).toEqual([
      'nv_admission_requests_total{result="allowed",target="c"} 9223372036854776000',
      'nv_admission_requests_total{result="denied",target="c"} 2',
      'nv_admission_requests_total{result="erroneous",target="c"} 1',
      'nv_admission_requests_total{result="ignored",target="c"} 0',
      'nv_admission_processing_requests{target="c"} -1',
    ]);
  });

  test("a result that the controller does not count is absent", async () => {
    const stats = { k8s_allowed_requests: 7, k8s_denied_requests: 2, k8s_ignored_requests: null };
    expect(await newLines("admission", { [path]: { stats } })).toHaveLength(2);
  });
});

describe("conversation", () => {
  const path = "/v1/conversation";
  const talk = (from: string, to: string, bytes: number, sessions: number, policy_action = "allow") => ({
    ...{ from, to, bytes, sessions, policy_action },
    ports: ["tcp/80", "tcp/443"],
  });
  const endpoints = [
    { id: "web", domain: "shop", kind: "container" },
    { id: "db", domain: "läden", kind: "container" },
    { id: "external", domain: "", kind: "external" },
    { id: "host:n1", domain: null, kind: "node_ip" },
  ];

  test("sums up each conversation once by namespace, also the ones without ports", async () => {
    const conversations = [
      talk("external", "web", 100, 1),
      { ...talk("external", "web", 50, 2, "violate"), ports: null },
      talk("web", "db", 7, 3),
      talk("host:n1", "gone", 1, 1, "violate"),
    ];
    expect(await newLines("conversation", { [path]: { conversations, endpoints } })).toEqual([
      'nv_namespace_conversation_bytes{from_namespace="_external",to_namespace="shop",target="c"} 150',
      'nv_namespace_conversation_bytes{from_namespace="shop",to_namespace="läden",target="c"} 7',
      'nv_namespace_conversation_bytes{from_namespace="_node_ip",to_namespace="_unknown",target="c"} 1',
      'nv_namespace_conversation_sessions{from_namespace="_external",to_namespace="shop",target="c"} 3',
      'nv_namespace_conversation_sessions{from_namespace="shop",to_namespace="läden",target="c"} 3',
      'nv_namespace_conversation_sessions{from_namespace="_node_ip",to_namespace="_unknown",target="c"} 1',
      'nv_conversations{policy_action="allow",target="c"} 2',
      'nv_conversations{policy_action="violate",target="c"} 2',
    ]);
  });

  test("null lists are empty ones", async () => {
    expect(await newLines("conversation", { [path]: { conversations: null, endpoints: null } })).toEqual([]);
  });

  test("facts of another type count as not said, and the old names go on", async () => {
    const conversations = [{ ...talk("web", "db", 5, 1), sessions: "many", policy_action: 7, ports: ["tcp/80"] }];
    const answers = { [path]: { conversations, endpoints: [{ id: "db", domain: [], kind: null }] } };
    expect(await linesOf(collectorOf("conversation"), sessionThat(answers), { names: "both" })).toEqual([
      'nv_conversation_bytes{port="tcp/80",from="web",to="db",target="c"} 5',
      'nv_namespace_conversation_bytes{from_namespace="_unknown",to_namespace="_unknown",target="c"} 5',
      'nv_namespace_conversation_sessions{from_namespace="_unknown",to_namespace="_unknown",target="c"} 0',
      'nv_conversations{policy_action="",target="c"} 1',
    ]);
  });

  test("keeps the largest, in the order of the controller, and says how many it left out", async () => {
    const conversations = [talk("web", "db", 5, 1), talk("external", "web", 900, 1), talk("web", "external", 70, 1)];
    const session = sessionThat({ [path]: { conversations, endpoints } });
    const limits = { conversations: 3, events: 5 };
    const old = await linesOf(collectorOf("conversation"), session, { limits });
    expect(old).toEqual([
      'nv_conversation_bytes{port="tcp/80",from="external",to="web",target="c"} 900',
      'nv_conversation_bytes{port="tcp/443",from="external",to="web",target="c"} 900',
      'nv_conversation_bytes{port="tcp/80",from="web",to="external",target="c"} 70',
    ]);
    const families = await collectorOf("conversation").collect({
      ...{ session, target: "c", limits, roster: undefined },
      signal: AbortSignal.timeout(20_000),
      onFederation: () => undefined,
    });
    expect(families.map(({ dropped }) => dropped)).toEqual([3, 0, undefined, undefined]);
  });

  test("a limit of 0 shows none", async () => {
    const session = sessionThat({ [path]: { conversations: [talk("web", "db", 5, 1)], endpoints } });
    const limits = { conversations: 0, events: 5 };
    expect(await linesOf(collectorOf("conversation"), session, { limits, names: "both" })).toEqual([
      'nv_conversations{policy_action="allow",target="c"} 1',
    ]);
  });
});

describe.each(["enforcer", "controller"])("%s", (kind) => {
  const node = (id: string, more: object = {}) => ({
    ...{ id, host_name: "node1", display_name: `pod-${id}`, version: "v5.6.0", connection_state: "connected" },
    ...more,
  });
  const stats = { stats: { span_1: { cpu: 0.25, memory: 1024 } } };
  const labels = (id: string) => `id="${id}",host="node1",display="pod-${id}",target="c"`;

  test("one that is disconnected, gone or down is not connected, and no failure", async () => {
    const lines = await newLines(kind, {
      [`/v1/${kind}`]: {
        [`${kind}s`]: [
          node("up"),
          node("lost", { connection_state: "disconnected" }),
          node("gone"),
          node("down"),
          node("old", { connection_state: undefined, version: null }),
        ],
      },
      [`/v1/${kind}/up/stats`]: stats,
      [`/v1/${kind}/lost/stats`]: stats,
      [`/v1/${kind}/down/stats`]: down,
      [`/v1/${kind}/old/stats`]: stats,
    });
    expect(named(lines, `nv_${kind}_connected`)).toEqual([
      `nv_${kind}_connected{${labels("up")}} 1`,
      `nv_${kind}_connected{${labels("lost")}} 0`,
      `nv_${kind}_connected{${labels("gone")}} 0`,
      `nv_${kind}_connected{${labels("down")}} 0`,
      `nv_${kind}_connected{${labels("old")}} 1`,
    ]);
    expect(named(lines, `nv_${kind}_cpu_ratio`)).toHaveLength(3);
    expect(named(lines, `nv_${kind}_memory_bytes`)[0]).toBe(`nv_${kind}_memory_bytes{${labels("up")}} 1024`);
    expect(named(lines, `nv_${kind}_info`)[0]).toContain('version="v5.6.0"');
  });

  test("a null list is an empty one", async () => {
    expect(await newLines(kind, { [`/v1/${kind}`]: { [`${kind}s`]: null } })).toEqual([]);
  });
});

test("controller says which one leads, where it does say so", async () => {
  const lines = await newLines("controller", {
    "/v1/controller": { controllers: [{ id: "a", leader: true }, { id: "b", leader: false }, { id: "c" }] },
  });
  expect(named(lines, "nv_controller_leader")).toEqual([
    'nv_controller_leader{id="a",host="",display="",target="c"} 1',
    'nv_controller_leader{id="b",host="",display="",target="c"} 0',
  ]);
});

describe("host", () => {
  const path = "/v1/host";

  test("shows what a host has and runs", async () => {
    const node = {
      ...{ name: "node1", id: "node1:u1", memory: huge, cpus: 4, containers: 12, pods: 6, state: "connected" },
      ...{ os: "SLES 15", kernel: "5.14", runtime: "containerd", runtime_version: "1.7.0", policy_mode: "Discover" },
      scan_summary: { status: "finished", critical: 1, high: 2, medium: 3 },
    };
    const of = 'name="node1",id="node1:u1"';
    expect(await newLines("host", { [path]: { hosts: [node] } })).toEqual([
      `nv_host_memory_bytes{${of},target="c"} 9223372036854776000`,
      `nv_host_cpus{${of},target="c"} 4`,
      `nv_host_containers{${of},target="c"} 12`,
      `nv_host_pods{${of},target="c"} 6`,
      `nv_host_connected{${of},target="c"} 1`,
      `nv_host_info{${of},os="SLES 15",kernel="5.14",runtime="containerd",runtime_version="1.7.0",policy_mode="Discover",target="c"} 1`,
      `nv_host_vulnerabilities{${of},severity="critical",target="c"} 1`,
      `nv_host_vulnerabilities{${of},severity="high",target="c"} 2`,
      `nv_host_vulnerabilities{${of},severity="medium",target="c"} 3`,
    ]);
  });

  test.each<[string, object]>([
    ["missing", {}],
    ["null", { cpus: null, containers: null, pods: null, state: null, scan_summary: null }],
    ["never scanned", { scan_summary: { status: "", critical: 0, high: 0, medium: 0 } }],
    ["of another type", { cpus: "4", containers: {}, state: 1, scan_summary: "none" }],
  ])("what is %s is absent, never a false 0", async (_what, odd) => {
    const lines = await newLines("host", { [path]: { hosts: [{ name: "n", id: "i", memory: 1, ...odd }] } });
    expect(lines.map((line) => line.split("{")[0])).toEqual(["nv_host_memory_bytes", "nv_host_info"]);
  });
});

describe("image_vulnerability", () => {
  const images = (registry: string) => `/v1/scan/registry/${registry}/images?start=0&limit=500`;

  test("tells registries apart, and shows critical vulnerabilities where the controller does", async () => {
    const found = { repository: "wëb", tag: "1.0", image_id: "i", high: 2, medium: 3 };
    const answers = {
      "/v1/scan/registry": {
        summarys: [
          { name: "one", scanned: 5, scheduled: 1, scanning: 0, failed: 2 },
          { name: "two" },
          { name: "gone" },
        ],
      },
      [images("one")]: { images: [{ ...found, critical: 1, status: "finished" }] },
      [images("two")]: { images: [found, { ...found, tag: "new", status: "", high: 0, medium: 0 }] },
    };
    expect(await newLines("image_vulnerability", answers)).toEqual([
      'nv_image_vulnerabilities{registry="one",repository="wëb",tag="1.0",severity="critical",target="c"} 1',
      'nv_image_vulnerabilities{registry="one",repository="wëb",tag="1.0",severity="high",target="c"} 2',
      'nv_image_vulnerabilities{registry="one",repository="wëb",tag="1.0",severity="medium",target="c"} 3',
      'nv_image_vulnerabilities{registry="two",repository="wëb",tag="1.0",severity="high",target="c"} 2',
      'nv_image_vulnerabilities{registry="two",repository="wëb",tag="1.0",severity="medium",target="c"} 3',
      'nv_registry_images{registry="one",state="scanned",target="c"} 5',
      'nv_registry_images{registry="one",state="scheduled",target="c"} 1',
      'nv_registry_images{registry="one",state="scanning",target="c"} 0',
      'nv_registry_images{registry="one",state="failed",target="c"} 2',
    ]);
  });

  test("null lists are empty ones", async () => {
    expect(await newLines("image_vulnerability", { "/v1/scan/registry": { summarys: null } })).toEqual([]);
    const answers = { "/v1/scan/registry": { summarys: [{ name: "one" }] }, [images("one")]: { images: null } };
    expect(await newLines("image_vulnerability", answers)).toEqual([]);
  });
});

describe("container_vulnerability", () => {
  const path = "/v1/workload?brief=true";
  const workload = (domain: string, service: string, counts: readonly [number, number, number], more: object = {}) => ({
    ...{ domain, service, policy_mode: "Monitor", state: "monitor" },
    scan_summary: { status: "finished", critical: counts[0], high: counts[1], medium: counts[2] },
    ...more,
  });

  test("shows the worst workload of each service, also of one that has only critical vulnerabilities", async () => {
    const workloads = [
      workload("shop", "web", [1, 0, 0]),
      workload("shop", "web", [0, 4, 2]),
      workload("shop", "web", [9, 9, 9], { service_mesh_sidecar: true }),
      workload("pay", "web", [0, 0, 0]),
      workload("pay", "new", [0, 0, 0], { scan_summary: { status: "", high: 0, medium: 0 } }),
      workload("pay", "old", [0, 0, 0], { scan_summary: null }),
    ];
    const lines = await newLines("container_vulnerability", { [path]: { workloads } });
    expect(named(lines, "nv_service_vulnerabilities")).toEqual([
      'nv_service_vulnerabilities{namespace="shop",service="web",severity="critical",target="c"} 1',
      'nv_service_vulnerabilities{namespace="shop",service="web",severity="high",target="c"} 4',
      'nv_service_vulnerabilities{namespace="shop",service="web",severity="medium",target="c"} 2',
      'nv_service_vulnerabilities{namespace="pay",service="web",severity="critical",target="c"} 0',
      'nv_service_vulnerabilities{namespace="pay",service="web",severity="high",target="c"} 0',
      'nv_service_vulnerabilities{namespace="pay",service="web",severity="medium",target="c"} 0',
    ]);
  });

  test("counts the workloads that are there by namespace and mode", async () => {
    const workloads = [
      workload("shop", "web", [0, 0, 0]),
      workload("shop", "web", [0, 0, 0], { policy_mode: "Protect", state: "quarantined" }),
      workload("shop", "job", [0, 0, 0], { state: "exit" }),
      workload("shop", "web", [0, 0, 0]),
      { service: "bare" },
    ];
    const lines = await newLines("container_vulnerability", { [path]: { workloads } });
    expect(named(lines, "nv_workloads", "nv_quarantined_workloads")).toEqual([
      'nv_workloads{namespace="shop",policy_mode="Monitor",target="c"} 2',
      'nv_workloads{namespace="shop",policy_mode="Protect",target="c"} 1',
      'nv_workloads{namespace="",policy_mode="",target="c"} 1',
      'nv_quarantined_workloads{namespace="shop",target="c"} 1',
    ]);
  });

  test("a null list is an empty one", async () => {
    expect(await newLines("container_vulnerability", { [path]: { workloads: null } })).toEqual([]);
  });
});

test("platform_vulnerability shows the platform by severity, and nothing of one that is not known yet", async () => {
  const platforms = [
    { platform: "Kubernetes", status: "finished", critical: 1, high: 0, medium: 0 },
    { platform: "", status: "", critical: 0, high: 0, medium: 0 },
  ];
  expect(await newLines("platform_vulnerability", { "/v1/scan/platform": { platforms } })).toEqual([
    'nv_platform_vulnerabilities{platform="Kubernetes",severity="critical",target="c"} 1',
    'nv_platform_vulnerabilities{platform="Kubernetes",severity="high",target="c"} 0',
    'nv_platform_vulnerabilities{platform="Kubernetes",severity="medium",target="c"} 0',
  ]);
});

describe("scanner", () => {
  const status = { status: { scanned: 100, scheduled: 5, scanning: 2, failed: 0, cvedb_version: "4.101" } };
  const scanner = {
    ...{ id: "s1", server: "10.0.0.5", cvedb_version: "4.101", cvedb_create_time: "2026-11-01T00:00:00Z" },
    ...{ joined_timestamp: 1795441486, scanned_containers: 10, scanned_hosts: 3, scanned_images: 7 },
    scanned_serverless: 0,
  };

  test("shows each scanner, its CVE database, and what is left to scan", async () => {
    const answers = { "/v1/scan/scanner": { scanners: [scanner] }, "/v1/scan/status": status };
    expect(await newLines("scanner", answers)).toEqual([
      'nv_scanner_info{id="s1",server="10.0.0.5",version="4.101",target="c"} 1',
      'nv_scanner_cvedb_created_timestamp_seconds{id="s1",target="c"} 1793491200',
      'nv_scanner_joined_timestamp_seconds{id="s1",target="c"} 1795441486',
      'nv_scanner_scans_total{id="s1",scanned="containers",target="c"} 10',
      'nv_scanner_scans_total{id="s1",scanned="hosts",target="c"} 3',
      'nv_scanner_scans_total{id="s1",scanned="images",target="c"} 7',
      'nv_scanner_scans_total{id="s1",scanned="serverless",target="c"} 0',
      'nv_scan_objects{state="scanned",target="c"} 100',
      'nv_scan_objects{state="scheduled",target="c"} 5',
      'nv_scan_objects{state="scanning",target="c"} 2',
      'nv_scan_objects{state="failed",target="c"} 0',
    ]);
  });

  test("missing keys are absent, a null list is empty, a refusal is a failure", async () => {
    const bare = { "/v1/scan/scanner": { scanners: [{ id: "s1" }] }, "/v1/scan/status": { status: {} } };
    expect(await newLines("scanner", bare)).toEqual(['nv_scanner_info{id="s1",server="",version="",target="c"} 1']);
    const none = { "/v1/scan/scanner": { scanners: null }, "/v1/scan/status": { status: {} } };
    expect(await newLines("scanner", none)).toEqual([]);
    const refused = { "/v1/scan/scanner": { scanners: [] }, "/v1/scan/status": forbidden };
    await expect(newLines("scanner", refused)).rejects.toMatchObject({ kind: "forbidden" });
  });
});

describe("policy", () => {
  const learned = { kind: "container", policy_mode: "Discover", profile_mode: "Monitor" };
  const answers = {
    "/v1/group?brief=true": { groups: [learned, { kind: "external" }, learned] },
    "/v1/response/rule": {
      rules: [
        { cfg_type: "user_created", disable: true },
        { cfg_type: "user_created", disable: false },
        { cfg_type: "federal" },
      ],
    },
    "/v1/admission/rules": { rules: [{ cfg_type: "ground", disable: false }] },
    "/v1/admission/state": { k8s_env: true, state: { enable: true, mode: "monitor" } },
  };

  test("counts groups by mode and rules by origin, and shows the admission control", async () => {
    expect(await newLines("policy", answers)).toEqual([
      'nv_groups{kind="container",policy_mode="Discover",profile_mode="Monitor",target="c"} 2',
      'nv_groups{kind="external",policy_mode="",profile_mode="",target="c"} 1',
      'nv_response_rules{cfg_type="user_created",enabled="false",target="c"} 1',
      'nv_response_rules{cfg_type="user_created",enabled="true",target="c"} 1',
      'nv_response_rules{cfg_type="federal",enabled="true",target="c"} 1',
      'nv_admission_rules{cfg_type="ground",enabled="true",target="c"} 1',
      'nv_admission_enabled{target="c"} 1',
      'nv_admission_mode{mode="monitor",target="c"} 1',
      'nv_admission_mode{mode="protect",target="c"} 0',
    ]);
  });

  test("null lists, and an admission control that the cluster's roles forbid, are no failure", async () => {
    const bare = {
      "/v1/group?brief=true": { groups: null },
      "/v1/response/rule": { rules: null },
      "/v1/admission/rules": new NeuVectorError("unexpected_status", "no", { status: 412, code: 30 }),
    };
    expect(await newLines("policy", bare)).toEqual([]);
    const refused = { ...answers, "/v1/admission/state": forbidden };
    await expect(newLines("policy", refused)).rejects.toMatchObject({ kind: "forbidden" });
  });
});

describe("log", () => {
  const ends = {
    ...{ client_workload_name: "web", client_workload_domain: "shop" },
    ...{ server_workload_name: "db", server_workload_domain: "pay" },
  };
  const answers = (threats: unknown, incidents: unknown, violations: unknown): Answers => ({
    "/v1/log/threat?limit=256": { threats },
    "/v1/log/incident?limit=256": { incidents },
    "/v1/log/violation?limit=256": { violations },
  });
  const times = async (given: Answers, context: Partial<CollectContext> = {}) =>
    named(await newLines("log", given, context), "nv_security_event_timestamp_seconds");

  test("Q3: shows the newest events of all logs with both ends, each with its namespace", async () => {
    const at = { reported_timestamp: 7, level: "Critical" };
    const threat = { ...at, ...ends, id: "t", name: "SQL.Injection" };
    const incident = { ...at, id: "i", name: "Container.Violation", workload_name: "web", workload_domain: "shop" };
    const violation = { ...at, id: "v", client_name: "web", server_name: "db", server_domain: "pay" };
    expect(await times(answers([threat], [incident], [violation]))).toEqual([
      'nv_security_event_timestamp_seconds{log="threat",id="t",name="SQL.Injection",level="Critical",from="web",from_namespace="shop",to="db",to_namespace="pay",target="c"} 7',
      'nv_security_event_timestamp_seconds{log="incident",id="i",name="Container.Violation",level="Critical",from="web",from_namespace="shop",target="c"} 7',
      'nv_security_event_timestamp_seconds{log="violation",id="v",name="Network Violation",level="Critical",from="web",from_namespace="",to="db",to_namespace="pay",target="c"} 7',
    ]);
  });

  test("Q3: what is missing, null or of another type is empty, and an event without a time is no sample", async () => {
    const odd = { server_workload_domain: 7, client_workload_domain: null, level: "Loud", reported_timestamp: 1 };
    expect(
      await times(
        answers(
          [
            { id: "a", ...odd },
            { id: "b", ...ends },
          ],
          null,
          [],
        ),
      ),
    ).toEqual([
      'nv_security_event_timestamp_seconds{log="threat",id="a",name="",level="other",from="",from_namespace="",to="",to_namespace="",target="c"} 1',
    ]);
  });

  test("Q3, Q19: shows no more events of each log than the limit", async () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ id: `e-${index}`, reported_timestamp: 100 - index }));
    const limits = { conversations: 1, events: 3 };
    expect(await times(answers(many, many, many), { limits })).toHaveLength(9);
  });
});

describe("risk", () => {
  const path = "/v1/system/score/metrics";
  const metrics = {
    cves: { discover_cves: 5, monitor_cves: 0, protect_cves: 1, host_cves: 7, platform_cves: 2 },
    workloads: { privileged_wls: 3, root_wls: 4, discover_ext_eps: 1, running_pods: 60 },
    enabled_deny_adm_ctrl_rules: 2,
  };

  test("shows the score, its parts and what it is made of", async () => {
    const scores = { security_risk_score: 41, exposure_score: 3, exposure_score_by_100: 8, vulnerability_score: 4 };
    expect(await newLines("risk", { [path]: { metrics, security_scores: scores, ingress: [], egress: [] } })).toEqual([
      'nv_risk_score{target="c"} 41',
      'nv_risk_score_part{part="exposure",target="c"} 3',
      'nv_risk_score_part{part="vulnerability",target="c"} 4',
      'nv_risk_vulnerabilities{of="discover",target="c"} 5',
      'nv_risk_vulnerabilities{of="monitor",target="c"} 0',
      'nv_risk_vulnerabilities{of="protect",target="c"} 1',
      'nv_risk_vulnerabilities{of="host",target="c"} 7',
      'nv_risk_vulnerabilities{of="platform",target="c"} 2',
      'nv_risk_workloads{reason="privileged",target="c"} 3',
      'nv_risk_workloads{reason="run_as_root",target="c"} 4',
      'nv_risk_workloads{reason="exposed_in_discover",target="c"} 1',
      'nv_risk_enabled_deny_rules{target="c"} 2',
    ]);
  });

  test("null scores are absent, and so is all of it on an older controller", async () => {
    const lines = await newLines("risk", { [path]: { metrics, security_scores: null } });
    expect(named(lines, "nv_risk_score", "nv_risk_score_part")).toEqual([]);
    expect(named(lines, "nv_risk_workloads")).toHaveLength(3);
    expect(await newLines("risk", { [path]: { metrics: { cves: null } } })).toEqual([]);
    expect(await newLines("risk", {})).toEqual([]);
  });
});
