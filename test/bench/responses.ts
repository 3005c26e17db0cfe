import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@fedjoin/testbed";
import * as z from "zod";
import type { Size } from "./sizes";

/** An answer: one whole object, or a list that `start` and `limit` cut. */
export type Answer = { readonly whole: object } | { readonly key: string; readonly items: readonly object[] };

/** The body of an answer to a request with this query. */
export function answerTo(answer: Answer, query: URLSearchParams): object {
  if ("whole" in answer) return answer.whole;
  const start = Number(query.get("start") ?? 0);
  const limit = Number(query.get("limit") ?? 0);
  const items = answer.items.slice(start, limit === 0 ? undefined : start + limit);
  return { [answer.key]: items };
}

const body = z.record(z.string(), z.unknown());
const recorded = new Map(
  readFileSync(join(repositoryRoot, "test/fixtures/rich/recorded.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => z.object({ path: z.string(), body }).parse(JSON.parse(line)))
    .map((exchange) => [exchange.path.replace(/\?.*/, ""), exchange.body]),
);

/** The answer of a real controller. */
const answerOf = (path: string) => body.parse(recorded.get(path));
/** The first element of its list `key`. */
const rowOf = (path: string, key: string) => z.tuple([body], z.unknown()).parse(answerOf(path)[key])[0];
const rows = {
  enforcer: rowOf("/v1/enforcer", "enforcers"),
  controller: rowOf("/v1/controller", "controllers"),
  workload: rowOf("/v1/workload", "workloads"),
  conversation: rowOf("/v1/conversation", "conversations"),
};

const startSeconds = 1_795_440_000;
const domains = ["shop", "billing", "search", "neuvector", "kube-system", "monitoring", "default", "data"];
const modes = ["Discover", "Monitor", "Protect"];
/** Workloads of one service. */
const perService = 10;

/** Looks like an id of the product and, like one, hardly shrinks when compressed. */
const idOf = (kind: string, index: number): string => createHash("sha256").update(`${kind} ${index}`).digest("hex");
const each = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const serviceOf = (index: number) => `svc-${Math.floor(index / perService)}`;
const domainOf = (index: number) => domains[Math.floor(index / perService) % domains.length] ?? "";
const registryName = (index: number) => `registry-${index}`;

const scanOf = (index: number, count: number) => ({
  ...{ base_os: "sles:15.5", status: "finished", result: "succeeded", scanned_timestamp: startSeconds + index },
  ...{ critical: count === 0 ? 0 : index % 3, high: count, medium: count * 2 },
});

function component(kind: "enforcer" | "controller", index: number) {
  const display_name = `neuvector-${kind}-pod-${idOf(kind, index).slice(0, 5)}`;
  return { ...rows[kind], id: idOf(kind, index), host_name: `node-${index}`, display_name };
}

const statsOf = (id: string, index: number) => {
  const span = {
    byte_in: index * 1000,
    byte_out: index * 900,
    cpu: 1 / (index + 7),
    memory: 200_000_000 + index * 4096,
  };
  return { id, stats: { interval: 5, span_1: span, span_12: span, span_60: span, total: span } };
};

function workload(index: number) {
  const [service, domain] = [serviceOf(index), domainOf(index)];
  const mode = modes[index % modes.length] ?? "";
  return {
    ...rows.workload,
    ...{ id: idOf("workload", index), name: `k8s_${service}_${idOf("uid", index)}_0`, image_id: idOf("image", index) },
    ...{ domain, service: `${service}.${domain}`, policy_mode: mode, state: mode.toLowerCase() },
    service_mesh_sidecar: false,
    // Most services have findings; the others show that a service without any is left out.
    scan_summary: scanOf(index, Math.floor(index / perService) % 5 === 0 ? 0 : (index % 7) + 1),
  };
}

/** Every fourth conversation has an application in each flow and therefore no ports, every eighth has two. */
const portsOf = (index: number): string[] =>
  index % 4 === 0 ? [] : index % 8 === 1 ? [`tcp/${8000 + (index % 50)}`, "tcp/9090"] : [`tcp/${8000 + (index % 50)}`];

function conversation(index: number, workloads: number) {
  const ports = portsOf(index);
  const from = index % workloads;
  // Another step for each round over the workloads, so that no pair comes twice.
  const to = (from + 1 + Math.floor(index / workloads)) % workloads;
  return {
    ...rows.conversation,
    ...{ from: idOf("workload", from), to: idOf("workload", to), bytes: 1234 + index * 17 },
    ports: ports.length > 0 ? ports : undefined,
  };
}

const image = (registry: number, index: number) => {
  const number = registry * 1000 + index;
  const name = `team-${index % 20}/app-${index}`;
  return {
    ...scanOf(index, index % 9),
    ...{ repository: name, tag: `1.${index}.0`, image_id: idOf("image of a registry", number), size: 120_000_000 },
    envs: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 'JAVA_OPTS=-Dlabel="a\\b"'],
    labels: { "org.opencontainers.image.source": `https://git.example.com/${name}` },
    layers: each(8, (layer) => `sha256:${idOf("layer", number * 8 + layer)}`),
  };
};

/** The entries of a log, the newest first. */
const logOf = (kind: string, count: number): readonly [string, Answer] => {
  const row = rowOf(`/v1/log/${kind}`, `${kind}s`);
  const entry = (index: number) => ({ ...row, id: idOf(kind, index), reported_timestamp: startSeconds - index });
  return [`/v1/log/${kind}`, { key: `${kind}s`, items: each(count, entry) }];
};

/** The id of a member of the federation. */
export const memberId = (index: number): string => idOf("cluster", index).slice(0, 32);

/**
 * The answers of a master of this size by path: recorded ones, with as many elements as the size has. Its members answer
 * the same, but for what they say of the federation.
 */
export function responsesFor(size: Size, memberCount = 5): ReadonlyMap<string, Answer> {
  const workloads = each(size.workloads, workload);
  const enforcers = each(size.enforcers, (index) => component("enforcer", index));
  const controllers = each(size.controllers, (index) => component("controller", index));
  const listed = (path: string, key: string, count: number, over: (index: number) => object) => {
    const row = rowOf(path, key);
    return [path, { key, items: each(count, (index) => ({ ...row, ...over(index) })) }] as const;
  };
  const members = each(memberCount, (index) => ({
    ...rowOf("/v1/fed/member", "joint_clusters"),
    ...{ id: memberId(index), name: `edge-${index}`, status: "synced" },
  }));
  const whole = [...recorded].map(([path, answer]) => [path, { whole: answer }] as const);
  return new Map<string, Answer>([
    ...whole,
    [
      "/v1/conversation",
      {
        whole: {
          conversations: each(size.conversations, (index) => conversation(index, size.workloads)),
          endpoints: workloads.map((endpoint) => ({ ...endpoint, kind: "container" })),
        },
      },
    ],
    ["/v1/workload", { key: "workloads", items: workloads }],
    ["/v1/enforcer", { key: "enforcers", items: enforcers }],
    ["/v1/controller", { key: "controllers", items: controllers }],
    ...enforcers.map(({ id }, index) => [`/v1/enforcer/${id}/stats`, { whole: statsOf(id, index) }] as const),
    ...controllers.map(({ id }, index) => [`/v1/controller/${id}/stats`, { whole: statsOf(id, index) }] as const),
    listed("/v1/host", "hosts", size.enforcers, (index) => ({
      ...{ id: `node-${index}:${idOf("host", index)}`, name: `node-${index}`, memory: 68_719_476_736 },
      scan_summary: scanOf(index, index % 4),
    })),
    listed("/v1/scan/registry", "summarys", size.registries, (index) => ({ name: registryName(index) })),
    ...each(size.registries, (index) => {
      const items = each(size.imagesPerRegistry, (number) => image(index, number));
      return [`/v1/scan/registry/${registryName(index)}/images`, { key: "images", items }] as const;
    }),
    ["/v1/scan/platform", { whole: { platforms: [{ platform: "Kubernetes", ...scanOf(0, 3) }] } }],
    listed("/v1/group", "groups", Math.ceil(size.workloads / perService), (index) => ({
      name: `nv.${serviceOf(index)}`,
    })),
    ["/v1/fed/member", { whole: { ...answerOf("/v1/fed/member"), fed_role: "master", joint_clusters: members } }],
    ...["threat", "incident", "violation"].map((kind) => logOf(kind, size.logEntries)),
  ]);
}

/** What a member answers where a master lists its members. */
export const memberFederation: Answer = {
  whole: {
    ...answerOf("/v1/fed/member"),
    fed_role: "joint",
    joint_clusters: [rowOf("/v1/fed/member", "joint_clusters")],
  },
};

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
