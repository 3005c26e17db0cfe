import { component, host, member, stats } from "./responses/components";
import { image, registry, registryName, scanner } from "./responses/images";
import { audit, event, incident, threat, violation } from "./responses/logs";
import { domain, group, rule } from "./responses/policy";
import { type Answer, domains, each, list, perService, scan, whole } from "./responses/shared";
import { conversation, portsOf, workload } from "./responses/workloads";
import type { Size } from "./sizes";

/**
 * The answers of a controller of this size by path, in the shapes of real ones (rest-api.md#reading-the-federation and
 * rest-api.md#endpoints-for-metrics).
 */
export function responsesFor(size: Size): ReadonlyMap<string, Answer> {
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
export function expectedSamples(size: Size, events: number): ReadonlyMap<string, number> {
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
