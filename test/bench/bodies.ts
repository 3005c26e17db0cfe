import { createHash } from "node:crypto";
import type { Size } from "./sizes";

/** An answer: one whole object, or a list that `start` and `limit` cut. */
export type Answer =
  { readonly whole: unknown } | { readonly key: string; readonly items: readonly unknown[]; readonly rest: object };

const startSeconds = 1_795_440_000;
const startText = "2026-11-23T13:44:46Z";

/** Looks like an id of the product and, like one, hardly shrinks when zipped. */
const idOf = (kind: string, index: number): string => createHash("sha256").update(`${kind} ${index}`).digest("hex");

const each = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const whole = (body: unknown): Answer => ({ whole: body });
const list = (key: string, items: readonly unknown[], rest: object = {}): Answer => ({ key, items, rest });

const domains = ["shop", "billing", "search", "neuvector", "kube-system", "monitoring", "default", "data"];
const domainOf = (index: number): string => domains[index % domains.length] ?? "";

/** Workloads of one service. */
const perService = 10;
const serviceOf = (index: number): string => `svc-${Math.floor(index / perService)}`;

const scan = (index: number, count: number) => ({
  base_os: "sles:15.5",
  critical: count === 0 ? 0 : index % 3,
  cvedb_create_time: "2026-11-20T04:12:08Z",
  high: count,
  medium: count * 2,
  result: "succeeded",
  scanned_at: startText,
  scanned_timestamp: startSeconds + index,
  scanner_version: "4.101",
  status: "finished",
});

const modes = ["Discover", "Monitor", "Protect"];

function workload(index: number) {
  const domain = domainOf(Math.floor(index / perService));
  const service = serviceOf(index);
  const pod = `${service}-${idOf("rs", index).slice(0, 9)}-${idOf("pod", index).slice(0, 5)}`;
  const mode = modes[index % modes.length] ?? "";
  return {
    author: "",
    baseline_profile: "zero-drift",
    cap_change_mode: true,
    cap_quarantine: true,
    cap_sniff: true,
    children: [],
    display_name: pod,
    domain,
    has_datapath: true,
    host_id: `node-${index % 100}:${idOf("host", index % 100).slice(0, 32)}`,
    host_name: `node-${index % 100}`,
    id: idOf("workload", index),
    image: `registry.example.com/${domain}/${service}:1.${index % 40}.0`,
    image_created_at: startText,
    image_digest: `sha256:${idOf("digest", index)}`,
    image_id: idOf("image", index % 400),
    image_reg_scanned: false,
    image_repo_digests: null,
    name: `k8s_${service}_${pod}_${domain}_${idOf("uid", index).slice(0, 32)}_0`,
    platform_role: domain === "kube-system" ? "system" : "",
    pod_name: pod,
    policy_mode: mode,
    privileged: index % 20 === 0,
    profile_mode: mode,
    run_as_root: index % 3 === 0,
    // Most services have findings; the others show that a service without any is left out.
    scan_summary: scan(index, Math.floor(index / perService) % 5 === 0 ? 0 : (index % 7) + 1),
    service: `${service}.${domain}`,
    service_group: `nv.${service}.${domain}`,
    service_mesh: false,
    service_mesh_sidecar: false,
    state: mode.toLowerCase(),
  };
}

/** Every fourth conversation has an application in each flow and therefore no ports, every eighth has two. */
const portsOf = (index: number): string[] =>
  index % 4 === 0 ? [] : index % 8 === 1 ? [`tcp/${8000 + (index % 50)}`, "tcp/9090"] : [`tcp/${8000 + (index % 50)}`];

function conversation(index: number, workloads: number) {
  const ports = portsOf(index);
  const flow = (bytes: number, port: string | undefined) => ({
    ...(port === undefined ? { application: "HTTP" } : {}),
    bytes,
    client_ip: `10.42.${index % 250}.${(index * 7) % 250}`,
    last_seen_at: startSeconds + index,
    policy_action: "allow",
    ...(port === undefined ? {} : { port }),
    server_ip: `10.42.${(index * 3) % 250}.${(index * 11) % 250}`,
    sessions: 3 + (index % 9),
  });
  const bytes = 1234 + index * 17;
  const from = index % workloads;
  // Another step for each round over the workloads, so that no pair comes twice.
  const to = (from + 1 + Math.floor(index / workloads)) % workloads;
  return {
    applications: ["HTTP"],
    bytes,
    entries: [flow(bytes - 1000, ports[0]), flow(1000, ports[1])],
    event_type: [],
    from: idOf("workload", from),
    policy_action: "allow",
    ...(ports.length === 0 ? {} : { ports }),
    protocols: ["tcp"],
    sessions: 9,
    severity: index % 50 === 0 ? "High" : "",
    to: idOf("workload", to),
  };
}

const registryName = (index: number): string => `registry-${index}`;

function registry(index: number, images: number) {
  return {
    auth_token: "",
    auth_with_token: false,
    cfg_type: "user_created",
    cvedb_create_time: "2026-11-20T04:12:08Z",
    cvedb_version: "4.101",
    domains: null,
    error_detail: "",
    error_message: "",
    failed: 0,
    filters: ["*"],
    gitlab_external_url: "",
    gitlab_private_token: "",
    ignore_proxy: false,
    jfrog_aql: false,
    jfrog_mode: "",
    name: registryName(index),
    password: "",
    registry: `https://registry-${index}.example.com/`,
    registry_type: "Docker Registry",
    repo_limit: 0,
    rescan_after_db_update: true,
    scan_layers: true,
    scanned: images,
    scanning: 0,
    schedule: { interval: 0, schedule: "auto" },
    scheduled: 0,
    started_at: startText,
    status: "idle",
    tag_limit: 0,
    username: "scanner",
  };
}

function image(registryIndex: number, index: number) {
  const number = registryIndex * 1000 + index;
  return {
    ...scan(index, index % 9),
    author: "",
    created_at: startText,
    digest: `sha256:${idOf("image digest", number)}`,
    domain: "",
    envs: [
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "LANG=C.UTF-8",
      `APP_VERSION=1.${index}.0`,
      `BUILD_ID=${idOf("build", number).slice(0, 20)}`,
      "JAVA_HOME=/usr/lib/jvm/java-21-openjdk",
      'JAVA_OPTS=-Xmx512m -Dlabel="a\\b"',
    ],
    image_id: idOf("registry image", number),
    labels: {
      "org.opencontainers.image.created": startText,
      "org.opencontainers.image.revision": idOf("revision", number).slice(0, 40),
      "org.opencontainers.image.source": `https://git.example.com/team-${index % 20}/app-${index}`,
    },
    layers: each(8, (layer) => `sha256:${idOf("layer", number * 8 + layer)}`),
    repository: `team-${index % 20}/app-${index}`,
    run_as_root: index % 3 === 0,
    size: 120_000_000 + index,
    tag: `1.${index}.0`,
  };
}

function component(kind: string, index: number) {
  return {
    cluster_ip: `10.42.200.${index % 250}`,
    connection_state: "connected",
    cpus: "",
    created_at: startText,
    disconnected_at: "",
    display_name: `neuvector-${kind}-pod-${idOf(kind, index).slice(0, 5)}`,
    domain: "neuvector",
    host_id: `node-${index}:${idOf("host", index).slice(0, 32)}`,
    host_name: `node-${index}`,
    id: idOf(kind, index),
    joined_at: startText,
    labels: { app: `neuvector-${kind}-pod`, release: "5.6.0" },
    memory_limit: 0,
    name: `k8s_neuvector-${kind}-pod_${index}`,
    started_at: startText,
    version: "v5.6.0",
  };
}

function host(index: number) {
  return {
    annotations: null,
    cap_docker_bench: false,
    cap_kube_bench: true,
    cgroup_version: 2,
    containers: 40,
    cpus: 16,
    id: `node-${index}:${idOf("host", index).slice(0, 32)}`,
    interfaces: { eth0: [{ gateway: "10.0.0.254", ip: `10.0.${index % 250}.1`, ip_prefix: 24 }] },
    kernel: "5.14.21-default",
    labels: { "kubernetes.io/arch": "amd64", "node.kubernetes.io/instance-type": "m6i.4xlarge" },
    memory: 68_719_476_736,
    name: `node-${index}`,
    os: "SUSE Linux Enterprise Server 15 SP5",
    platform: "Kubernetes",
    pods: 20,
    policy_mode: "Discover",
    profile_mode: "Discover",
    runtime: "containerd",
    runtime_version: "1.7.0",
    scan_summary: scan(index, index % 4),
    state: "connected",
    storage_driver: "overlayfs",
  };
}

function stats(id: string, index: number) {
  const span = (share: number) => ({
    byte_in: index * 1000,
    byte_out: index * 900,
    cpu: share / (index + 7),
    memory: 200_000_000 + index * 4096,
    packet_in: index * 10,
    packet_out: index * 9,
    session_in: index,
    session_out: index,
  });
  return {
    id,
    read_at: startText,
    stats: { interval: 5, span_1: span(1), span_12: span(2), span_60: span(3), total: span(0) },
  };
}

/** What every entry of a log says about its place and time; the newest comes first. */
const logged = (kind: string, index: number) => ({
  cluster_name: "cluster.local",
  enforcer_id: idOf("enforcer", index % 300),
  enforcer_name: `neuvector-enforcer-pod-${index % 300}`,
  host_id: `node-${index % 100}:${idOf("host", index % 100).slice(0, 32)}`,
  host_name: `node-${index % 100}`,
  id: idOf(kind, index).slice(0, 36),
  level: index % 3 === 0 ? "Critical" : "Warning",
  reported_at: startText,
  reported_timestamp: startSeconds - index,
});

const party = (role: string, index: number) => ({
  [`${role}_domain`]: domainOf(index),
  [`${role}_id`]: idOf("workload", index),
  [`${role}_image`]: `registry.example.com/app:1.${index % 40}.0`,
  [`${role}_name`]: `svc-${index % 500}-pod`,
  [`${role}_service`]: serviceOf(index),
});

const threat = (index: number) => ({
  ...logged("threat", index),
  ...party("client_workload", index),
  ...party("server_workload", index + 1),
  action: "alert",
  application: "HTTP",
  client_ip: "203.0.113.7",
  client_port: 40_000,
  count: 3,
  ether_type: 2048,
  group: "",
  ip_proto: 6,
  message: "sql",
  monitor: false,
  name: "SQL.Injection",
  sensor: "",
  server_ip: "10.42.1.1",
  server_port: 80,
  severity: "High",
  target: "server",
  threat_id: 2022,
});

const incident = (index: number) => ({
  ...logged("incident", index),
  ...party("workload", index),
  action: "alert",
  aggregation_from: startSeconds - index,
  file_name: ["/etc/passwd"],
  file_path: "/etc/passwd",
  group: "nv.web.shop",
  message: "Risky application behavior",
  name: "Container.Suspicious.Process",
  proc_cmd: "nc -l 4444",
  proc_name: "nc",
  proc_path: "/bin/nc",
  rule_id: idOf("rule", index % 50).slice(0, 36),
});

const violation = (index: number) => ({
  ...logged("violation", index),
  ...party("client", index),
  ...party("server", index + 1),
  applications: ["HTTP"],
  client_ip: "10.42.1.2",
  fqdn: "",
  ip_proto: 6,
  nbe: false,
  policy_action: "violate",
  policy_id: 0,
  server_ip: "10.42.1.1",
  server_port: 9999,
  servers: [""],
  sessions: 3,
  xff: false,
});

const audit = (index: number) => ({
  ...logged("audit", index),
  critical_vul_cnt: 1,
  high_vul_cnt: 2,
  medium_vul_cnt: 3,
  message: "",
  name: "Container.Scan.Report",
});

const event = (index: number) => ({
  ...logged("event", index),
  category: "AUTH",
  controller_id: "",
  controller_name: "",
  message: "User reader login",
  name: "User.Login",
  user: "reader",
  user_addr: "10.0.0.1",
  user_roles: { "": "reader" },
  user_session: idOf("session", index).slice(0, 12),
});

const group = (index: number) => ({
  cfg_type: "learned",
  comment: "",
  domain: domainOf(index),
  kind: "container",
  learned: true,
  name: `nv.${serviceOf(index * perService)}.${domainOf(index)}`,
  not_scored: false,
  platform_role: "",
  policy_mode: modes[index % modes.length],
  profile_mode: modes[index % modes.length],
  reserved: false,
});

const rule = (index: number) => ({
  cfg_type: index % 2 === 0 ? "default" : "user_created",
  comment: "",
  disable: index % 3 === 0,
  id: 1000 + index,
});

const domain = (name: string, workloads: number) => ({
  labels: { "kubernetes.io/metadata.name": name },
  name,
  nbe: false,
  running_pods: workloads,
  running_workloads: workloads,
  services: Math.ceil(workloads / perService),
  tags: [],
  workloads,
});

const member = (index: number, status: string) => ({
  disabled: false,
  id: idOf("cluster", index).slice(0, 32),
  name: `edge-${index}`,
  rest_info: { port: 10_443, server: `edge-${index}.example.com` },
  rest_version: "v5.6.0",
  status,
});

const scanner = (index: number) => ({
  cvedb_create_time: "2026-11-20T04:12:08Z",
  cvedb_version: "4.101",
  id: idOf("scanner", index),
  joined_timestamp: startSeconds,
  port: 18_402,
  scanned_containers: 10,
  scanned_hosts: 2,
  scanned_images: 5,
  scanned_serverless: 0,
  server: `10.42.9.${index}`,
});

/** The answers of a controller of this size by path, in the shapes of real ones (contract 3.3 and 5). */
export function bodiesOf(size: Size): ReadonlyMap<string, Answer> {
  const workloads = each(size.workloads, workload);
  const enforcers = each(size.enforcers, (index) => ({ ...component("enforcer", index), nv_protect: true }));
  const controllers = each(size.controllers, (index) => ({
    ...component("controller", index),
    leader: index === 0,
    orch_conn_last_error: "",
    orch_conn_status: "",
  }));
  const imagesOf = (index: number): Answer =>
    list(
      "images",
      each(size.imagesPerRegistry, (number) => image(index, number)),
    );
  return new Map<string, Answer>([
    [
      "/v1/system/summary",
      whole({
        summary: {
          component_versions: ["v5.6.0"],
          controllers: size.controllers,
          cvedb_create_time: "2026-11-20T04:12:08Z",
          cvedb_version: "4.101",
          disconnected_enforcers: 0,
          domains: domains.length,
          enforcers: size.enforcers,
          hosts: size.enforcers,
          kube_version: "1.33.0",
          openshift_version: "",
          platform: "Kubernetes",
          policy_rules: size.workloads,
          running_pods: size.workloads,
          running_workloads: size.workloads,
          scanners: 3,
          services: Math.ceil(size.workloads / perService),
          workloads: size.workloads,
        },
      }),
    ],
    [
      "/v1/conversation",
      whole({
        conversations: each(size.conversations, (index) => conversation(index, size.workloads)),
        endpoints: workloads.map((endpoint) => ({ ...endpoint, kind: "container" })),
      }),
    ],
    ["/v1/workload", list("workloads", workloads)],
    ["/v1/enforcer", list("enforcers", enforcers)],
    ["/v1/controller", list("controllers", controllers)],
    ...enforcers.map(({ id }, index) => [`/v1/enforcer/${id}/stats`, whole(stats(id, index))] as const),
    ...controllers.map(({ id }, index) => [`/v1/controller/${id}/stats`, whole(stats(id, index))] as const),
    ["/v1/host", list("hosts", each(size.enforcers, host))],
    ...["/v1/debug/admission_stats", "/v1/admission/stats"].map(
      (path) =>
        [
          path,
          whole({
            stats: {
              k8s_allowed_requests: 4711,
              k8s_denied_requests: 12,
              k8s_erroneous_requests: 1,
              k8s_ignored_requests: 3,
              k8s_processing_requests: 0,
            },
          }),
        ] as const,
    ),
    [
      "/v1/admission/state",
      whole({
        state: { enable: true, mode: "monitor", default_action: "allow", failure_policy: "ignore" },
        k8s_env: true,
      }),
    ],
    [
      "/v1/scan/registry",
      list(
        "summarys",
        each(size.registries, (index) => registry(index, size.imagesPerRegistry)),
      ),
    ],
    ...each(size.registries, (index) => [`/v1/scan/registry/${registryName(index)}/images`, imagesOf(index)] as const),
    [
      "/v1/scan/platform",
      whole({
        platforms: [{ ...scan(0, 3), kube_version: "1.33.0", openshift_version: "", platform: "Kubernetes" }],
      }),
    ],
    [
      "/v1/scan/status",
      whole({
        status: {
          cvedb_create_time: "2026-11-20T04:12:08Z",
          cvedb_version: "4.101",
          failed: 0,
          scanned: size.workloads,
          scanning: 1,
          scheduled: 4,
        },
      }),
    ],
    ["/v1/scan/scanner", list("scanners", each(3, scanner))],
    ["/v1/response/rule", whole({ rules: each(4, rule) })],
    ["/v1/admission/rules", whole({ rules: each(6, rule) })],
    ["/v1/group", list("groups", each(Math.ceil(size.workloads / perService), group))],
    [
      "/v1/domain",
      list(
        "domains",
        domains.map((name) => domain(name, Math.ceil(size.workloads / domains.length))),
        { tag_per_domain: false },
      ),
    ],
    [
      "/v1/system/score/metrics",
      whole({
        metrics: { platform: "Kubernetes", hosts: size.enforcers, groups: { groups: 10 }, cves: { host_cves: 4 } },
        ingress: [],
        egress: [],
        security_scores: {
          exposure_score: 1,
          security_risk_score: 12,
          service_mode_score: 8,
          vulnerability_score: 3,
        },
      }),
    ],
    [
      "/v1/fed/member",
      whole({
        deploy_repo_scan_data: false,
        fed_role: "master",
        joint_clusters: each(5, (index) => member(index, "synced")),
        local_rest_info: { port: 10_443, server: "master.example.com" },
        master_cluster: {
          ...member(100, ""),
          name: "primary",
          rest_info: { port: 11_443, server: "master.example.com" },
        },
        use_proxy: "",
      }),
    ],
    ["/v1/log/threat", list("threats", each(size.logEntries, threat))],
    ["/v1/log/incident", list("incidents", each(size.logEntries, incident))],
    ["/v1/log/violation", list("violations", each(size.logEntries, violation))],
    ["/v1/log/event", list("events", each(size.logEntries, event))],
    ["/v1/log/audit", list("audits", each(size.logEntries, audit))],
  ]);
}

/** How many samples of the Python exporter's names these data demand, where nothing is limited but the newest `events` of each log. */
export function demandedSamples(size: Size, events: number): ReadonlyMap<string, number> {
  const services = Math.ceil(size.workloads / perService);
  const vulnerable = services - Math.ceil(services / 5);
  const images = size.registries * size.imagesPerRegistry;
  const ports = each(size.conversations, (index) => portsOf(index).length).reduce((sum, count) => sum + count, 0);
  return new Map([
    ["nv_summary_hosts", 1],
    ["nv_conversation_bytes", ports],
    ["nv_enforcer_cpu", size.enforcers],
    ["nv_enforcer_memory", size.enforcers],
    ["nv_controller_cpu", size.controllers],
    ["nv_host_memory", size.enforcers],
    ["nv_admission_allowed", 1],
    ["nv_image_vulnerabilityHigh", images],
    ["nv_image_vulnerabilityMedium", images],
    ["nv_container_vulnerabilityHigh", vulnerable],
    ["nv_platform_vulnerabilityHigh", 1],
    ["nv_log_events", 3 * Math.min(events, size.logEntries)],
    ["nv_fed_master", 5],
  ]);
}
