import { NeuVectorError } from "@fedjoin/provider/neuvector";
import { describe, expect, test } from "vitest";
import { named, newLines } from "../../../support/newNames";
import { collectorOf, linesOf, sessionThat } from "../../../support/scraping";

const forbidden = new NeuVectorError("forbidden", "no", { status: 403, code: 25 });
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
    expect(families?.map(({ dropped }) => dropped)).toEqual([3, 0, undefined, undefined]);
  });

  test("a limit of 0 shows none", async () => {
    const session = sessionThat({ [path]: { conversations: [talk("web", "db", 5, 1)], endpoints } });
    const limits = { conversations: 0, events: 5 };
    expect(await linesOf(collectorOf("conversation"), session, { limits, names: "both" })).toEqual([
      'nv_conversations{policy_action="allow",target="c"} 1',
    ]);
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
