import { z } from "zod";
import { NeuVectorError } from "../../errors/neuVectorError";

/** `{"code", "error", "message"}` of every answer that is not a success (rest-api.md#errors). */
export const errorBody = z.object({
  code: z.number().optional(),
  error: z.string().optional(),
  message: z.string().optional(),
});

/**
 * The parts of a login answer that we use (rest-api.md#login). `token` is null when a new password is demanded first,
 * and never missing; `timeout` is in seconds.
 */
export const loginResponse = z.object({
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

/** `GET /v1/fed/member` (rest-api.md#reading-the-federation). `joint_clusters` is null on a standalone cluster. */
export const federationResponse = z.object({
  fed_role: z.string(),
  local_rest_info: restInfo.optional(),
  master_cluster: clusterEntry.nullish(),
  joint_clusters: z.array(clusterEntry).nullish(),
});

export type FederationResponse = z.infer<typeof federationResponse>;
export type ClusterEntry = z.infer<typeof clusterEntry>;

/** `GET /v1/fed/join_token` (rest-api.md#administration-endpoints). */
export const joinTokenResponse = z.object({ join_token: z.string().min(1) });

/** A token URL's answer: `{"context": token}` (R3), or the controller's own `{"join_token": token}`. */
export const tokenUrlResponse = z.union([
  z.object({ context: z.string().min(1) }).transform(({ context }) => context),
  joinTokenResponse.transform(({ join_token }) => join_token),
]);

/** Text that may be missing or null. */
const nullableText = z
  .string()
  .nullish()
  .transform((given) => given ?? "");

/** Go writes an empty list as null where nothing ever was in it (rest-api.md#responses). */
const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((given) => given ?? []);

// Facts that not every version gives: missing, null or of another type, they count as not said.
const optionalNumber = z.number().optional().catch(undefined);
const optionalFlag = z.boolean().optional().catch(undefined);
const optionalText = z.string().catch("");
const optionalTexts = z.array(z.string()).catch([]);

/** `GET /v1/user/:fullname`; roles in namespaces by role (rest-api.md#login). */
export const userResponse = z.object({
  user: z.object({
    role: nullableText,
    role_domains: z
      .record(z.string(), z.unknown())
      .nullish()
      .transform((given) => given ?? {}),
    blocked_for_failed_login: z.boolean().default(false),
    blocked_for_password_expired: z.boolean().default(false),
  }),
});

export type User = z.infer<typeof userResponse>["user"];

/** `GET /v1/system/summary` (rest-api.md#system-and-inventory). Strings are empty while no scanner is connected. */
export const systemSummaryResponse = z.object({
  summary: z.object({
    hosts: z.number(),
    controllers: z.number(),
    enforcers: z.number(),
    disconnected_enforcers: z.number(),
    domains: optionalNumber,
    workloads: z.number(),
    running_workloads: z.number(),
    running_pods: z.number(),
    services: z.number(),
    policy_rules: z.number(),
    scanners: optionalNumber,
    cvedb_version: nullableText,
    cvedb_create_time: nullableText,
    platform: optionalText,
    kube_version: optionalText,
    openshift_version: optionalText,
    component_versions: optionalTexts,
  }),
});

export type SystemSummary = z.infer<typeof systemSummaryResponse>["summary"];

/**
 * An element of `GET /v1/conversation` (rest-api.md#conversations). `ports` is missing when every flow has an
 * application.
 */
export const conversation = z.object({
  from: nullableText,
  to: nullableText,
  bytes: z.number(),
  sessions: z.number().catch(0),
  policy_action: optionalText,
  ports: listOf(z.string()),
});

/** One end of conversations; `domain` is its namespace, empty for what is outside (rest-api.md#conversations). */
export const endpoint = z.object({ id: optionalText, domain: optionalText, kind: optionalText });

const component = z.object({
  id: z.string(),
  host_name: nullableText,
  display_name: nullableText,
  version: optionalText,
  connection_state: optionalText,
  /** Of a controller alone. */
  leader: optionalFlag,
});

/** `GET /v1/enforcer` (rest-api.md#system-and-inventory). */
export const enforcersResponse = z.object({ enforcers: listOf(component) });

/** `GET /v1/controller` (rest-api.md#system-and-inventory). */
export const controllersResponse = z.object({ controllers: listOf(component) });

const resourceUse = z.object({
  /** Share of the host's CPU, 0 to 1. */
  cpu: z.number(),
  /** Bytes. */
  memory: z.number(),
});

/** `GET /v1/enforcer/:id/stats` and `GET /v1/controller/:id/stats` (rest-api.md#system-and-inventory). */
export const statsResponse = z.object({ stats: z.object({ span_1: resourceUse }) });

/**
 * The vulnerabilities that a scan found. `status` is empty before the first scan (rest-api.md#endpoints-for-metrics).
 */
const vulnerabilityCounts = {
  /** Apart from `high` since 5.4.0; not said before. */
  critical: optionalNumber,
  high: z.number().default(0),
  medium: z.number().default(0),
  status: z.string().optional().catch(undefined),
};

const scan = z.object(vulnerabilityCounts);

const host = z.object({
  name: nullableText,
  id: nullableText,
  memory: z.number(),
  cpus: optionalNumber,
  containers: optionalNumber,
  pods: optionalNumber,
  state: optionalText,
  os: optionalText,
  kernel: optionalText,
  runtime: optionalText,
  runtime_version: optionalText,
  policy_mode: optionalText,
  scan_summary: scan.nullish().catch(undefined),
});

/** `GET /v1/host` (rest-api.md#system-and-inventory). */
export const hostsResponse = z.object({ hosts: listOf(host) });

/** `GET /v1/debug/admission_stats` (rest-api.md#system-and-inventory). */
export const admissionStatsResponse = z.object({
  stats: z.object({
    k8s_allowed_requests: z.number(),
    k8s_denied_requests: z.number(),
    k8s_erroneous_requests: optionalNumber,
    k8s_ignored_requests: optionalNumber,
    k8s_processing_requests: optionalNumber,
  }),
});

const registry = z.object({
  name: z.string(),
  scanned: optionalNumber,
  scheduled: optionalNumber,
  scanning: optionalNumber,
  failed: optionalNumber,
});

/** `GET /v1/scan/registry` (rest-api.md#system-and-inventory), with the product's own spelling. */
export const registriesResponse = z.object({ summarys: listOf(registry) });

/** An element of `GET /v1/scan/registry/:name/images` (rest-api.md#system-and-inventory). */
export const image = z.object({
  repository: nullableText,
  tag: nullableText,
  image_id: nullableText,
  ...vulnerabilityCounts,
});

const platform = z.object({ platform: nullableText, ...vulnerabilityCounts });

/** `GET /v1/scan/platform` (rest-api.md#system-and-inventory). */
export const platformsResponse = z.object({ platforms: listOf(platform) });

/** An element of `GET /v1/workload?brief=true` (rest-api.md#workloads). */
export const workload = z.object({
  service: nullableText,
  domain: optionalText,
  policy_mode: optionalText,
  state: optionalText,
  service_mesh_sidecar: z.boolean().default(false),
  scan_summary: scan.nullish(),
});

/** Unix seconds. */
const logEntry = { id: nullableText, level: optionalText, reported_timestamp: z.number().optional() };

/** An element of `GET /v1/log/threat` (rest-api.md#logs). */
export const threat = z.object({
  ...logEntry,
  name: nullableText,
  client_workload_name: nullableText,
  client_workload_domain: nullableText,
  server_workload_name: nullableText,
  server_workload_domain: optionalText,
});

/** An element of `GET /v1/log/incident` (rest-api.md#logs). `file_name` is a list, in old versions a text. */
export const incident = z.object({
  ...logEntry,
  name: nullableText,
  cluster_name: nullableText,
  workload_name: nullableText,
  workload_domain: nullableText,
  workload_id: nullableText,
  proc_name: nullableText,
  proc_path: nullableText,
  proc_cmd: nullableText,
  file_path: nullableText,
  file_name: z.union([listOf(z.string()), z.string().transform((name) => [name])]),
});

/** An element of `GET /v1/log/violation` (rest-api.md#logs). */
export const violation = z.object({
  ...logEntry,
  client_id: nullableText,
  client_name: nullableText,
  client_domain: nullableText,
  server_name: nullableText,
  server_domain: nullableText,
});

/** `GET /v1/log/event` (rest-api.md#logs). */
export const eventsResponse = z.object({ events: listOf(z.object({ name: nullableText })) });

/**
 * The same answer with who did it and from where (rest-api.md#logs); `reported_timestamp` in Unix seconds. One odd
 * event hides no other.
 */
export const federationHistoryResponse = z.object({
  events: listOf(
    z.object({
      name: optionalText,
      reported_timestamp: z.number().min(0).max(8.64e12).optional().catch(undefined),
      reported_at: optionalText,
      user: optionalText,
      user_addr: optionalText,
      message: optionalText,
    }),
  ),
});

export type FederationEvent = z.infer<typeof federationHistoryResponse>["events"][number];

const scanner = z.object({
  id: z.string(),
  server: optionalText,
  cvedb_version: optionalText,
  cvedb_create_time: optionalText,
  joined_timestamp: optionalNumber,
  scanned_containers: optionalNumber,
  scanned_hosts: optionalNumber,
  scanned_images: optionalNumber,
  scanned_serverless: optionalNumber,
});

/** `GET /v1/scan/scanner` (rest-api.md#policy-scanners-and-risk). */
export const scannersResponse = z.object({ scanners: listOf(scanner) });

/** `GET /v1/scan/status` (rest-api.md#policy-scanners-and-risk). */
export const scanStatusResponse = z.object({
  status: z.object({
    scanned: optionalNumber,
    scheduled: optionalNumber,
    scanning: optionalNumber,
    failed: optionalNumber,
  }),
});

/**
 * An element of `GET /v1/group?brief=true` (rest-api.md#policy-scanners-and-risk). Without modes where none applies.
 */
export const group = z.object({ kind: optionalText, policy_mode: optionalText, profile_mode: optionalText });

const rule = z.object({ cfg_type: optionalText, disable: optionalFlag });

/** `GET /v1/response/rule` and `GET /v1/admission/rules` (rest-api.md#policy-scanners-and-risk). */
export const rulesResponse = z.object({ rules: listOf(rule) });

/** `GET /v1/admission/state` (rest-api.md#policy-scanners-and-risk). */
export const admissionStateResponse = z.object({ state: z.object({ enable: optionalFlag, mode: optionalText }) });

const numericFields = z.record(z.string(), z.unknown()).transform((given) => {
  const said: Record<string, number> = {};
  for (const [key, value] of Object.entries(given)) if (typeof value === "number") said[key] = value;
  return said;
});

/**
 * `GET /v1/system/score/metrics` (rest-api.md#policy-scanners-and-risk): figures by their own names. Scores are null on
 * an old controller.
 */
export const riskResponse = z.object({
  metrics: z.object({
    workloads: numericFields.catch({}),
    groups: numericFields.catch({}),
    cves: numericFields.catch({}),
    deny_adm_ctrl_rules: optionalNumber,
    enabled_deny_adm_ctrl_rules: optionalNumber,
  }),
  security_scores: numericFields.catch({}),
});

export type Conversation = z.infer<typeof conversation>;
export type Endpoint = z.infer<typeof endpoint>;
export type Component = z.infer<typeof component>;
export type ResourceUse = z.infer<typeof resourceUse>;
export type Host = z.infer<typeof host>;
export type Admission = z.infer<typeof admissionStatsResponse>["stats"];
export type Registry = z.infer<typeof registry>;
export type Image = z.infer<typeof image>;
export type Scan = z.infer<typeof scan>;
export type Platform = z.infer<typeof platform>;
export type Workload = z.infer<typeof workload>;
export type Threat = z.infer<typeof threat>;
export type Incident = z.infer<typeof incident>;
export type Violation = z.infer<typeof violation>;
export type Scanner = z.infer<typeof scanner>;
export type ScanStatus = z.infer<typeof scanStatusResponse>["status"];
export type Group = z.infer<typeof group>;
export type Rule = z.infer<typeof rule>;
export type AdmissionState = z.infer<typeof admissionStateResponse>["state"];
export type Risk = z.infer<typeof riskResponse>;

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
export function parseResponse<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unexpectedFieldError(what, parsed.error.issues[0]?.path ?? []);
}

/** The error that names a field of an answer that is not as expected. */
export function unexpectedFieldError(what: string, path: readonly PropertyKey[]): NeuVectorError {
  const field = path.map(String).join(".");
  return new NeuVectorError(
    "unexpected_reply",
    `${what} answered something else than expected${field === "" ? "" : ` (field ${field})`}`,
  );
}
