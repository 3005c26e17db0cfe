import * as z from "zod";
import type { Api, CallOptions } from "../rest/call";
import { encodePathSegment } from "../rest/encodePathSegment";
import { get, getOptional, listEndpoint } from "./endpoint";
import { listOf, nullableText, optionalFlag, optionalNumber, optionalText, optionalTexts, scan } from "./schema";

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

/** Counts the whole cluster; zeros where the account may not read it (rest-api.md#system-and-inventory). */
export async function getSystemSummary(api: Api, options: CallOptions = {}): Promise<SystemSummary> {
  return (await get(api, "/v1/system/summary", systemSummaryResponse, options)).summary;
}

const component = z.object({
  id: z.string(),
  host_name: nullableText,
  display_name: nullableText,
  version: optionalText,
  connection_state: optionalText,
  /** Of a controller only. */
  leader: optionalFlag,
});

export type Component = z.infer<typeof component>;

/** Gets the enforcers (rest-api.md#system-and-inventory). */
export const getEnforcers = listEndpoint("/v1/enforcer", "enforcers", component);

/** Gets the controllers (rest-api.md#system-and-inventory). */
export const getControllers = listEndpoint("/v1/controller", "controllers", component);

const resourceUse = z.object({
  /** Share of the host's CPU, 0 to 1. */
  cpu: z.number(),
  /** Bytes. */
  memory: z.number(),
});

/** `GET /v1/enforcer/:id/stats` and `GET /v1/controller/:id/stats` (rest-api.md#system-and-inventory). */
export const statsResponse = z.object({ stats: z.object({ span_1: resourceUse }) });

export type ResourceUse = z.infer<typeof resourceUse>;

/**
 * Gets what one enforcer or controller used in its last slot.
 * @throws NeuVectorError not_found or server_error for one that is down.
 */
export async function getResourceUse(
  api: Api,
  kind: "enforcer" | "controller",
  id: string,
  options: CallOptions = {},
): Promise<ResourceUse> {
  return (await get(api, `/v1/${kind}/${encodePathSegment(id)}/stats`, statsResponse, options)).stats.span_1;
}

export const host = z.object({
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

export type Host = z.infer<typeof host>;

/** Gets the hosts (rest-api.md#system-and-inventory). */
export const getHosts = listEndpoint("/v1/host", "hosts", host);

const numericFields = z.record(z.string(), z.unknown()).transform((given) => {
  const numbers: Record<string, number> = {};
  for (const [key, value] of Object.entries(given)) if (typeof value === "number") numbers[key] = value;
  return numbers;
});

/** `GET /v1/system/score/metrics` (rest-api.md#policy-scanners-and-risk): figures by their own names. Scores are null on an old controller. */
const riskResponse = z.object({
  metrics: z.object({
    workloads: numericFields.catch({}),
    groups: numericFields.catch({}),
    cves: numericFields.catch({}),
    deny_adm_ctrl_rules: optionalNumber,
    enabled_deny_adm_ctrl_rules: optionalNumber,
  }),
  security_scores: numericFields.catch({}),
});

export type Risk = z.infer<typeof riskResponse>;

/** Gets the security score and its components; `undefined` before 5.4.5 (rest-api.md#policy-scanners-and-risk). */
export function getRisk(api: Api, options: CallOptions = {}): Promise<Risk | undefined> {
  return getOptional(api, "/v1/system/score/metrics", riskResponse, options);
}

const alertGroup = z
  .object({ data: listOf(z.object({ message: optionalText })) })
  .nullish()
  .transform((group) => group?.data.map(({ message }) => message) ?? []);

/** `GET /v1/system/alerts` (rest-api.md#accounts-alerts-and-vulnerabilities): the messages that nobody has accepted yet, by group. */
const alertsResponse = z.object({
  acceptable_alerts: z.object({
    clusterrole_alerts: alertGroup,
    clusterrolebinding_alerts: alertGroup,
    role_alerts: alertGroup,
    rolebinding_alerts: alertGroup,
    neuvector_crd_alerts: alertGroup,
    certificate_alerts: alertGroup,
    other_alerts: alertGroup,
  }),
});

export type SystemAlerts = z.infer<typeof alertsResponse>["acceptable_alerts"];

/** Gets the alerts of the controller itself; `undefined` before 5.4.0 (rest-api.md#accounts-alerts-and-vulnerabilities). */
export async function getSystemAlerts(api: Api, options: CallOptions = {}): Promise<SystemAlerts | undefined> {
  return (await getOptional(api, "/v1/system/alerts", alertsResponse, options))?.acceptable_alerts;
}
