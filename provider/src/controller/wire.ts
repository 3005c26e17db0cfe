import { z } from "zod";
import { NeuVectorError } from "../errors";
import { quickReader, undecided } from "./quickReader";

/** `{"code", "error", "message"}` of every answer that is not a success (contract 0). */
export const errorBody = z.object({
  code: z.number().optional(),
  error: z.string().optional(),
  message: z.string().optional(),
});

/** The parts of a login answer that we use (contract 1.2). `token` is null when a new password is demanded first, and never missing; `timeout` is in seconds. */
export const authReply = z.object({
  token: z
    .object({
      token: z.string().min(1),
      timeout: z.number().optional(),
      default_password: z.boolean().optional(),
    })
    .nullable(),
  need_to_reset_password: z.boolean().optional(),
});

const restInfo = z.object({ server: z.string(), port: z.number() });

const clusterEntry = z.object({
  name: z.string(),
  id: z.string(),
  status: z.string().default(""),
  rest_version: z.string().default(""),
  rest_info: restInfo,
});

/** `GET /v1/fed/member` (contract 3.3). `joint_clusters` is null on a standalone cluster. */
export const fedMemberReply = z.object({
  fed_role: z.string(),
  local_rest_info: restInfo.optional(),
  master_cluster: clusterEntry.nullish(),
  joint_clusters: z.array(clusterEntry).nullish(),
});

export type FedMemberReply = z.infer<typeof fedMemberReply>;
export type ClusterEntry = z.infer<typeof clusterEntry>;

/** `GET /v1/fed/join_token` (contract 3.2). */
export const joinTokenReply = z.object({ join_token: z.string().min(1) });

/** A token URL's answer: `{"context": token}` (R3), or the controller's own `{"join_token": token}`. */
export const tokenUrlReply = z.union([
  z.object({ context: z.string().min(1) }).transform(({ context }) => context),
  joinTokenReply.transform(({ join_token }) => join_token),
]);

/** Text that may be missing or null. */
const text = z
  .string()
  .nullish()
  .transform((given) => given ?? "");

/** Go writes an empty list as null where nothing ever was in it (contract 0). */
const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((given) => given ?? []);

// Facts that not every version gives: missing, null or of another type, they count as not said.
const saidNumber = z.number().optional().catch(undefined);
const saidFlag = z.boolean().optional().catch(undefined);
const saidText = z.string().catch("");
const saidTexts = z.array(z.string()).catch([]);

/** `GET /v1/user/:fullname`; roles in namespaces by role (contract 1.2). */
export const userReply = z.object({
  user: z.object({
    role: text,
    role_domains: z
      .record(z.string(), z.unknown())
      .nullish()
      .transform((given) => given ?? {}),
    blocked_for_failed_login: z.boolean().default(false),
    blocked_for_password_expired: z.boolean().default(false),
  }),
});

export type User = z.infer<typeof userReply>["user"];

/** `GET /v1/system/summary` (contract 5.1). Strings are empty while no scanner is connected. */
export const systemSummaryReply = z.object({
  summary: z.object({
    hosts: z.number(),
    controllers: z.number(),
    enforcers: z.number(),
    disconnected_enforcers: z.number(),
    domains: saidNumber,
    workloads: z.number(),
    running_workloads: z.number(),
    running_pods: z.number(),
    services: z.number(),
    policy_rules: z.number(),
    scanners: saidNumber,
    cvedb_version: text,
    cvedb_create_time: text,
    platform: saidText,
    kube_version: saidText,
    openshift_version: saidText,
    component_versions: saidTexts,
  }),
});

export type SystemSummary = z.infer<typeof systemSummaryReply>["summary"];

/** An element of `GET /v1/conversation` (contract 5.1). `ports` is missing when every flow has an application. */
export const conversation = z.object({
  from: text,
  to: text,
  bytes: z.number(),
  sessions: z.number().catch(0),
  policy_action: saidText,
  ports: listOf(z.string()),
});

/** One end of conversations; `domain` is its namespace, empty for what is outside (contract 5.1). */
export const endpoint = z.object({ id: saidText, domain: saidText, kind: saidText });

const component = z.object({
  id: z.string(),
  host_name: text,
  display_name: text,
  version: saidText,
  connection_state: saidText,
  /** Of a controller alone. */
  leader: saidFlag,
});

/** `GET /v1/enforcer` (contract 5.1). */
export const enforcersReply = z.object({ enforcers: listOf(component) });

/** `GET /v1/controller` (contract 5.1). */
export const controllersReply = z.object({ controllers: listOf(component) });

const resourceUse = z.object({
  /** Share of the host's CPU, 0 to 1. */
  cpu: z.number(),
  /** Bytes. */
  memory: z.number(),
});

/** `GET /v1/enforcer/:id/stats` and `GET /v1/controller/:id/stats` (contract 5.1). */
export const statsReply = z.object({ stats: z.object({ span_1: resourceUse }) });

/** The vulnerabilities that a scan found. `status` is empty before the first scan (contract 5). */
const findings = {
  /** Apart from `high` since 5.4.0; not said before. */
  critical: saidNumber,
  high: z.number().default(0),
  medium: z.number().default(0),
  status: z.string().optional().catch(undefined),
};

const scan = z.object(findings);

const host = z.object({
  name: text,
  id: text,
  memory: z.number(),
  cpus: saidNumber,
  containers: saidNumber,
  pods: saidNumber,
  state: saidText,
  os: saidText,
  kernel: saidText,
  runtime: saidText,
  runtime_version: saidText,
  policy_mode: saidText,
  scan_summary: scan.nullish().catch(undefined),
});

/** `GET /v1/host` (contract 5.1). */
export const hostsReply = z.object({ hosts: listOf(host) });

/** `GET /v1/debug/admission_stats` (contract 5.1). */
export const admissionReply = z.object({
  stats: z.object({
    k8s_allowed_requests: z.number(),
    k8s_denied_requests: z.number(),
    k8s_erroneous_requests: saidNumber,
    k8s_ignored_requests: saidNumber,
    k8s_processing_requests: saidNumber,
  }),
});

const registry = z.object({
  name: z.string(),
  scanned: saidNumber,
  scheduled: saidNumber,
  scanning: saidNumber,
  failed: saidNumber,
});

/** `GET /v1/scan/registry` (contract 5.1), with the product's own spelling. */
export const registriesReply = z.object({ summarys: listOf(registry) });

/** An element of `GET /v1/scan/registry/:name/images` (contract 5.1). */
export const image = z.object({ repository: text, tag: text, image_id: text, ...findings });

const platform = z.object({ platform: text, ...findings });

/** `GET /v1/scan/platform` (contract 5.1). */
export const platformsReply = z.object({ platforms: listOf(platform) });

/** An element of `GET /v1/workload?brief=true` (contract 5.2). */
export const workload = z.object({
  service: text,
  domain: saidText,
  policy_mode: saidText,
  state: saidText,
  service_mesh_sidecar: z.boolean().default(false),
  scan_summary: scan.nullish(),
});

/** Unix seconds. */
const reported = { id: text, level: saidText, reported_timestamp: z.number().optional() };

/** An element of `GET /v1/log/threat` (contract 5.3). */
export const threat = z.object({
  ...reported,
  name: text,
  client_workload_name: text,
  client_workload_domain: text,
  server_workload_name: text,
  server_workload_domain: saidText,
});

/** An element of `GET /v1/log/incident` (contract 5.3). `file_name` is a list, in old versions a text. */
export const incident = z.object({
  ...reported,
  name: text,
  cluster_name: text,
  workload_name: text,
  workload_domain: text,
  workload_id: text,
  proc_name: text,
  proc_path: text,
  proc_cmd: text,
  file_path: text,
  file_name: z.union([listOf(z.string()), z.string().transform((name) => [name])]),
});

/** An element of `GET /v1/log/violation` (contract 5.3). */
export const violation = z.object({
  ...reported,
  client_id: text,
  client_name: text,
  client_domain: text,
  server_name: text,
  server_domain: text,
});

/** `GET /v1/log/event` (contract 5.3). */
export const eventsReply = z.object({ events: listOf(z.object({ name: text })) });

/** The same answer with who did it and from where (contract 5.3); `reported_timestamp` in Unix seconds. One odd event hides no other. */
export const federationHistoryReply = z.object({
  events: listOf(
    z.object({
      name: saidText,
      reported_timestamp: z.number().min(0).max(8.64e12).optional().catch(undefined),
      reported_at: saidText,
      user: saidText,
      user_addr: saidText,
      message: saidText,
    }),
  ),
});

export type FederationEvent = z.infer<typeof federationHistoryReply>["events"][number];

const scanner = z.object({
  id: z.string(),
  server: saidText,
  cvedb_version: saidText,
  cvedb_create_time: saidText,
  joined_timestamp: saidNumber,
  scanned_containers: saidNumber,
  scanned_hosts: saidNumber,
  scanned_images: saidNumber,
  scanned_serverless: saidNumber,
});

/** `GET /v1/scan/scanner` (contract 5.4). */
export const scannersReply = z.object({ scanners: listOf(scanner) });

/** `GET /v1/scan/status` (contract 5.4). */
export const scanStatusReply = z.object({
  status: z.object({ scanned: saidNumber, scheduled: saidNumber, scanning: saidNumber, failed: saidNumber }),
});

/** An element of `GET /v1/group?brief=true` (contract 5.4). Without modes where none applies. */
export const group = z.object({ kind: saidText, policy_mode: saidText, profile_mode: saidText });

const rule = z.object({ cfg_type: saidText, disable: saidFlag });

/** `GET /v1/response/rule` and `GET /v1/admission/rules` (contract 5.4). */
export const rulesReply = z.object({ rules: listOf(rule) });

/** `GET /v1/admission/state` (contract 5.4). */
export const admissionStateReply = z.object({ state: z.object({ enable: saidFlag, mode: saidText }) });

const numbers = z.record(z.string(), z.unknown()).transform((given) => {
  const said: Record<string, number> = {};
  for (const [key, value] of Object.entries(given)) if (typeof value === "number") said[key] = value;
  return said;
});

/** `GET /v1/system/score/metrics` (contract 5.4): figures by their own names. Scores are null on an old controller. */
export const riskReply = z.object({
  metrics: z.object({
    workloads: numbers.catch({}),
    groups: numbers.catch({}),
    cves: numbers.catch({}),
    deny_adm_ctrl_rules: saidNumber,
    enabled_deny_adm_ctrl_rules: saidNumber,
  }),
  security_scores: numbers.catch({}),
});

export type Conversation = z.infer<typeof conversation>;
export type Endpoint = z.infer<typeof endpoint>;
export type Component = z.infer<typeof component>;
export type ResourceUse = z.infer<typeof resourceUse>;
export type Host = z.infer<typeof host>;
export type Admission = z.infer<typeof admissionReply>["stats"];
export type Registry = z.infer<typeof registry>;
export type Image = z.infer<typeof image>;
export type Scan = z.infer<typeof scan>;
export type Platform = z.infer<typeof platform>;
export type Workload = z.infer<typeof workload>;
export type Threat = z.infer<typeof threat>;
export type Incident = z.infer<typeof incident>;
export type Violation = z.infer<typeof violation>;
export type Scanner = z.infer<typeof scanner>;
export type ScanStatus = z.infer<typeof scanStatusReply>["status"];
export type Group = z.infer<typeof group>;
export type Rule = z.infer<typeof rule>;
export type AdmissionState = z.infer<typeof admissionStateReply>["state"];
export type Risk = z.infer<typeof riskReply>;

/** The value of a JSON text, or `undefined` for a text that is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * `value` as `schema` describes it; keys that the schema does not name are ignored.
 * @throws NeuVectorError unexpected_reply, naming the first field that is wrong and never its value.
 */
export function parseReply<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const quick = quickReader(schema)(value);
  if (quick !== undecided) return quick;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unexpectedField(what, parsed.error.issues[0]?.path ?? []);
}

/** The error that names a field of an answer that is not as expected. */
export function unexpectedField(what: string, path: readonly PropertyKey[]): NeuVectorError {
  const field = path.map(String).join(".");
  return new NeuVectorError(
    "unexpected_reply",
    `${what} answered something else than expected${field === "" ? "" : ` (field ${field})`}`,
  );
}
