// What the data of test/fixtures/rich/recorded.jsonl gets in addition, and what was not recorded.

/** An answer of a controller: JSON, in which a bigint is a number that JavaScript cannot hold. */
export type Body = Readonly<Record<string, unknown>>;
export type Row = Readonly<Record<string, unknown>>;

/** A text with all that could break out of a label or of a page. */
export const hostile = `x"} 1\nnv_up 7\\\r\t{a='b'} <script>alert("ü")</script> # EOF`;
const chinese = "店舗-ünïcode-🛡";
/** The whole number after the last that a JavaScript number can hold. */
const beyondSafe = 9_007_199_254_740_993n;
const largestUint64 = 18_446_744_073_709_551_615n;

const at = 1_795_441_500;

/** Elements put before those of a recorded list. */
export const added: Readonly<Record<string, Readonly<Record<string, readonly Row[]>>>> = {
  "/v1/conversation": {
    conversations: [
      { from: "external", to: chinese, bytes: largestUint64, sessions: 1, ports: ["tcp/443", "udp/53"] },
      { from: hostile, to: "web", bytes: 5, sessions: 1, ports: ["tcp/80"], policy_action: "violate" },
      { from: hostile, to: "web", bytes: 7, sessions: 1, ports: ["tcp/80"], policy_action: "violate" },
      { from: "idle", to: "web", bytes: 0, ports: ["tcp/1"] },
      { from: "portless", to: "web", bytes: 9 },
      { from: "null ports", to: "web", bytes: 9, ports: null },
      { to: null, bytes: 3, ports: ["any"] },
    ],
    endpoints: [
      { id: chinese, kind: "container", domain: chinese },
      { id: hostile, kind: "workload_ip" },
      { id: null },
    ],
  },
  "/v1/enforcer": {
    enforcers: [
      { id: `enf/3 ü`, host_name: hostile, display_name: chinese, labels: null, connection_state: "disconnected" },
      { id: "no-names" },
      { id: "gone", host_name: "node9", display_name: null },
    ],
  },
  "/v1/controller": {
    controllers: [
      { id: "nvc:", host_name: "nvc", display_name: "" },
      { id: "nvx:", host_name: "nvx", display_name: "nvx", leader: null },
    ],
  },
  "/v1/host": {
    hosts: [
      { id: "node3:uuid-3", name: chinese, memory: beyondSafe, scan_summary: null },
      { id: null, memory: 0 },
      {
        id: "scanned",
        name: hostile,
        memory: 1,
        scan_summary: { status: "finished", critical: 1, high: 2, medium: 3 },
      },
    ],
  },
  "/v1/scan/registry": {
    summarys: [
      { name: "my reg/ü", scanned: 3, scheduled: 1 },
      { name: "second", scanned: null },
      { name: "deleted", scanned: 1 },
    ],
  },
  "/v1/scan/platform": {
    platforms: [{ platform: "Kubernetes", critical: 1, high: 3, medium: 0, status: "finished" }, { platform: hostile }],
  },
  "/v1/workload": {
    workloads: [
      { service: "web", service_mesh_sidecar: true, scan_summary: { status: "finished", high: 9, medium: 9 } },
      { service: "web", scan_summary: { status: "finished", critical: 4, high: 2, medium: 0 } },
      { service: "web", scan_summary: { status: "finished", high: 5, medium: 5 } },
      { service: "critical only", scan_summary: { status: "finished", critical: 7, high: 0, medium: 0 } },
      { service: hostile, domain: chinese, scan_summary: { status: "finished", high: 0, medium: 4 } },
      { service: chinese, scan_summary: { status: "finished", high: 1, medium: beyondSafe } },
      { service: "unscanned", scan_summary: null },
      { service: "unscanned" },
      { service: null, scan_summary: { status: "finished", high: 1 } },
    ],
  },
  "/v1/log/threat": {
    threats: [
      {
        id: "thr-9",
        name: hostile,
        level: "Critical",
        reported_timestamp: at + 9,
        client_workload_name: chinese,
        client_workload_domain: "shop",
        server_workload_name: "web-11",
        server_workload_domain: "pay",
      },
      { id: "thr-8", reported_timestamp: at + 8, client_workload_name: null },
    ],
  },
  "/v1/log/incident": {
    incidents: [
      {
        id: "inc-9",
        name: "Container.File.Violation",
        reported_timestamp: at + 9,
        cluster_name: "cluster.local",
        workload_id: "w1",
        workload_name: "web-11",
        workload_domain: "shop",
        proc_name: "sh",
        proc_path: "/bin/sh",
        proc_cmd: `sh -c "printf 'a\\n' > ${chinese}"`,
        file_path: "/etc",
        file_name: ["/etc/passwd", `/tmp/${chinese}`],
      },
      { id: "inc-8", reported_timestamp: at + 8, file_name: "/etc/shadow" },
      { id: "inc-7", reported_timestamp: at + 7, file_name: null },
      { id: "inc-7", reported_timestamp: at + 6, file_name: [] },
    ],
  },
  "/v1/log/violation": {
    violations: [
      { id: "vio-9", reported_timestamp: at + 9, client_id: null, client_name: hostile, server_name: chinese },
      { id: "vio-8", reported_timestamp: at + 8 },
    ],
  },
  "/v1/log/audit": {
    audits: [
      { name: "Admission.Control.Denied", level: "Critical", reported_timestamp: at, message: hostile, count: 2 },
      { name: null, message: null },
    ],
  },
  "/v1/user": {
    users: [
      {
        ...{ fullname: hostile, server: "ldap1", role: "auditors", last_login_timestamp: at },
        ...{ blocked_for_failed_login: true, blocked_for_password_expired: true, default_password: true },
      },
      { fullname: null, role: null, server: null, default_password: null, last_login_timestamp: null },
    ],
  },
  "/v1/api_key": {
    apikeys: [{ apikey_name: chinese, role: "fedReader", expiration_timestamp: at + 60 }, { apikey_name: null }],
  },
  "/v1/compliance/asset": {
    compliances: [
      { category: "docker", level: "WARN", scored: true, workloads: ["a", "b"], nodes: null, images: ["i"] },
      { category: "docker", level: "WARN", scored: true, workloads: ["c"] },
      { category: hostile, level: chinese, scored: null, platforms: [] },
      {},
    ],
  },
  "/v1/response/rule": { rules: [{ id: 7, cfg_type: "federal" }] },
  "/v1/fed/member": {
    joint_clusters: [
      member("edge-ü-🛡", "synced"),
      member(hostile, "out_of_sync"),
      member("new", ""),
      member("odd", "word of tomorrow"),
    ],
  },
};

/** Fields that differ from what was recorded, of the object of that name in the answer. */
export const changed: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  "/v1/system/summary": {
    summary: {
      policy_rules: 42,
      services: 3,
      disconnected_enforcers: 1,
      workloads: beyondSafe,
      domains: null,
      cvedb_version: "4.101",
      cvedb_create_time: "2026-11-01T00:00:00Z",
    },
  },
  "/v1/system/alerts": {
    acceptable_alerts: {
      certificate_alerts: {
        type: "TLS_CERTIFICATE",
        data: [
          { id: "1", message: "Internal CA certificate will be expired in 180 days" },
          { id: "2", message: "Internal certificate will be expired in 30 days" },
          { id: null, message: hostile },
        ],
      },
      other_alerts: null,
    },
  },
  "/v1/debug/admission_stats": { stats: { k8s_allowed_requests: beyondSafe, k8s_denied_requests: 12 } },
};

const image = (repository: string | null, tag: string | null, critical: number, high: number, medium: number): Row => ({
  repository,
  tag,
  image_id: repository === null ? null : `sha256:${repository}`,
  critical,
  high,
  medium,
  status: "finished",
});

const vulnerability = (
  name: string,
  severity: string,
  score: number,
  fixed: string,
  workloads: readonly string[] | null,
): Row => ({
  ...{ name, severity, score_v3: score, packages: { libfoo: [{ fixed_version: fixed, package_version: "1.0" }] } },
  ...(workloads !== null && { workloads: workloads.map((id) => ({ id })) }),
});

const use = (cpu: number, memory: number | bigint): Body => ({ stats: { interval: 5, span_1: { cpu, memory } } });

/** Answers that were not recorded. */
export const invented: Readonly<Record<string, Body>> = {
  "/v1/scan/registry/my%20reg%2F%C3%BC/images": {
    images: [image("shop/web", "1.0", 9, 3, 1), image(hostile, "1.0", 0, 0, 7), image(null, null, 0, 0, 0)],
  },
  "/v1/scan/registry/second/images": {
    images: [image("shop/web", "1.0", 0, 5, 5), image("shop/web", "2.0", 0, 1, 0), image("shop/db", "1.0", 2, 0, 0)],
  },
  "/v1/vulasset": {
    query_token: "eff501a8ce17",
    summary: { count_distribution: { critical: -1, high: 2, medium: 1, low: 0 } },
    vulnerabilities: [
      vulnerability("CVE-2026-0002", "High", 7.5, "1.2", ["w1"]),
      vulnerability("CVE-2026-0001", "High", 9.8, "", ["w1", "w2"]),
      vulnerability(hostile, "Medium", 5.3, "2.0", null),
      vulnerability("CVE-2026-0003", "Negligible", 0, "", null),
    ],
  },
  "/v1/enforcer/enf1/stats": use(0.25, 104_857_600),
  "/v1/enforcer/enf%2F3%20%C3%BC/stats": use(1e-7, beyondSafe),
  "/v1/enforcer/no-names/stats": use(0, 0),
  "/v1/controller/nvx%3A/stats": use(0.5, 1024),
};

function member(name: string, status: string): Row {
  const id = Buffer.from(name).toString("hex").slice(0, 32);
  return { id, name, status, rest_version: "BB38FD65", rest_info: { server: "203.0.113.9", port: 11443 }, k8s_uid: "" };
}
