import * as z from "zod";
import type { ParsedSample } from "./parseExposition";
import { rowsOf, type Bodies } from "./richData";
import type { Row } from "./richRows";

/**
 * What the Python exporter is documented to show of these answers, made of them without any code of ours: names, labels
 * and units are its own; where it fails or repeats a series, what docs/start/compatibility.md promises instead. Empty labels
 * are left out, as Prometheus does. Paths that no `bodies` answer are 404.
 */
export function expectedSamples(bodies: Bodies, target: string): ParsedSample[] {
  const get = (path: string, key: string) => rowsOf(bodies.get(path), key);
  const of = (path: string, key: string): Row => z.record(z.string(), z.unknown()).parse(bodies.get(path)?.[key] ?? {});
  const all: [name: string, labels: Row, value: unknown][] = [];

  const summary = of("/v1/system/summary", "summary");
  for (const [suffix, field] of Object.entries({
    services: "services",
    policy: "policy_rules",
    runningWorkloads: "running_workloads",
    totalWorkloads: "workloads",
    hosts: "hosts",
    controllers: "controllers",
    enforcers: "enforcers",
    pods: "running_pods",
    disconnectedEnforcers: "disconnected_enforcers",
  })) {
    all.push([`nv_summary_${suffix}`, {}, summary[field]]);
  }
  const created = textOf(summary["cvedb_create_time"]);
  all.push(["nv_summary_cvedbVersion", {}, created === "" ? 1 : textOf(summary["cvedb_version"])]);
  all.push(["nv_summary_cvedbTime", {}, created === "" ? 0 : new Date(created).getTime()]);

  for (const { from, to, bytes, ports } of get("/v1/conversation", "conversations")) {
    if (bytes === 0) continue;
    for (const port of z.array(z.string()).nullish().parse(ports) ?? []) {
      all.push(["nv_conversation_bytes", { port, from, to }, bytes]);
    }
  }

  for (const kind of ["enforcer", "controller"]) {
    for (const { id, host_name: host, display_name: display } of get(`/v1/${kind}`, `${kind}s`)) {
      const stats = of(`/v1/${kind}/${encodeURIComponent(textOf(id))}/stats`, "stats")["span_1"];
      if (stats === undefined) continue;
      const { cpu, memory } = z.object({ cpu: z.unknown(), memory: z.unknown() }).parse(stats);
      all.push([`nv_${kind}_cpu`, { id, host, display }, cpu]);
      all.push([`nv_${kind}_memory`, { id, host, display }, memory]);
    }
  }

  for (const { name, id, memory } of get("/v1/host", "hosts")) all.push(["nv_host_memory", { name, id }, memory]);

  const admission = of("/v1/debug/admission_stats", "stats");
  all.push(["nv_admission_allowed", {}, admission["k8s_allowed_requests"]]);
  all.push(["nv_admission_denied", {}, admission["k8s_denied_requests"]]);

  const vulnerabilities = (what: string, labels: Row, { high = 0, medium = 0 }: Row): void => {
    all.push([`nv_${what}_vulnerabilityHigh`, labels, high]);
    all.push([`nv_${what}_vulnerabilityMedium`, labels, medium]);
  };
  const hasAny = ({ high = 0, medium = 0 }: Row): boolean => high !== 0 || medium !== 0;

  for (const { name: registry } of get("/v1/scan/registry", "summarys")) {
    const path = `/v1/scan/registry/${encodeURIComponent(textOf(registry))}/images`;
    for (const { repository, tag, image_id: imageid, ...counts } of get(path, "images")) {
      vulnerabilities("image", { name: `${textOf(repository)}:${textOf(tag)}`, imageid }, counts);
    }
  }
  for (const { platform: name, ...counts } of get("/v1/scan/platform", "platforms")) {
    if (hasAny(counts)) vulnerabilities("platform", { name }, counts);
  }
  const seen = new Set<unknown>();
  for (const { service, service_mesh_sidecar: isSidecar, scan_summary } of get("/v1/workload", "workloads")) {
    const counts = z.record(z.string(), z.unknown()).parse(scan_summary ?? {});
    if (isSidecar === true || seen.has(service) || !hasAny(counts)) continue;
    seen.add(service);
    vulnerabilities("container", { service }, counts);
  }

  const firstFive = (log: string) => get(`/v1/log/${log}`, `${log}s`).slice(0, 5);
  const milliseconds = (row: Row): number => Number(row["reported_timestamp"]) * 1000;
  for (const row of firstFive("threat")) {
    const { id, name, client_workload_name: fromname, client_workload_domain: fromns } = row;
    const toname = row["server_workload_name"];
    all.push(["nv_log_events", { log: "threat", fromname, fromns, toname, tons: toname, id, name }, milliseconds(row)]);
  }
  for (const row of firstFive("incident")) {
    const {
      id,
      name,
      workload_name: fromname,
      workload_domain: fromns,
      workload_id: fromid,
      cluster_name: cluster,
    } = row;
    const { proc_name: procname, proc_path: procpath, proc_cmd: proccmd, file_path: filepath, file_name } = row;
    const filename = Array.isArray(file_name) ? file_name.join(",") : file_name;
    const from = { fromname, fromns, fromid, toname: " ", tons: " ", cluster };
    const what = { name, id, procname, procpath, proccmd, filepath, filename };
    all.push(["nv_log_events", { log: "incident", ...from, ...what }, milliseconds(row)]);
  }
  for (const row of firstFive("violation")) {
    const { id, client_name: fromname, client_domain: fromns, client_id: fromid } = row;
    const { server_name: toname, server_domain: tons } = row;
    const labels = { log: "violation", id, fromname, fromns, fromid, toname, tons, name: "Network Violation" };
    all.push(["nv_log_events", labels, milliseconds(row)]);
  }
  const samples = all.map(([name, labels, value]) => [name, { ...labels, target }, value] as const);
  return firstOfEach([...samples, ...federation(bodies)].map(([name, labels, value]) => sampleOf(name, labels, value)));
}

/** These have no label `target`. */
function federation(bodies: Bodies): (readonly [string, Row, unknown])[] {
  const reply = bodies.get("/v1/fed/member");
  const master = z.object({ name: z.string() }).nullish().parse(reply?.["master_cluster"])?.name ?? "";
  const role = reply?.["fed_role"];
  if (role !== "master") return [["nv_fed_worker", { status: role, master }, role === "joint" ? 1 : 0]];
  return rowsOf(reply, "joint_clusters").map(({ name: worker, status }) => [
    "nv_fed_master",
    { master, worker, status },
    status === "synced" ? 1 : 0,
  ]);
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function sampleOf(name: string, labels: Row, value: unknown): ParsedSample {
  const texts = Object.entries(labels).map(([label, text]) => [label, textOf(text)] as const);
  return { name, labels: Object.fromEntries(texts.filter(([, text]) => text !== "")), value: Number(value) };
}

/** Of equal series the first. */
function firstOfEach(samples: readonly ParsedSample[]): ParsedSample[] {
  const found = new Map<string, ParsedSample>();
  for (const sample of samples) {
    const key = seriesOf(sample);
    if (!found.has(key)) found.set(key, sample);
  }
  return [...found.values()];
}

/** A text that is the same for the same series. */
export function seriesOf({ name, labels }: Pick<ParsedSample, "name" | "labels">): string {
  return name + JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
