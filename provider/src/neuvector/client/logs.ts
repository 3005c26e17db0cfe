import * as z from "zod";
import type { Api, CallOptions } from "../rest/call";
import { get, getArray } from "./endpoint";
import { withoutRepeats, type ReadPage } from "./pages";
import { listOf, nullableText, optionalNumber, optionalText } from "./schema";

/** Makes a function that prepares reading a log page by page, newest entry first. */
function logReader<T>(path: string, name: string, entry: z.ZodType<T>) {
  return (api: Api, options: CallOptions = {}): ReadPage<T> =>
    withoutRepeats((limit, start) => {
      const query = `${path.includes("?") ? "&" : "?"}limit=${limit}${start === 0 ? "" : `&start=${start}`}`;
      return getArray(api, path + query, [name, entry], options);
    });
}

/** `reported_timestamp` is in Unix seconds. */
const logEntry = { id: nullableText, level: optionalText, reported_timestamp: z.number().optional() };

export const threat = z.object({
  ...logEntry,
  name: nullableText,
  client_workload_name: nullableText,
  client_workload_domain: nullableText,
  server_workload_name: nullableText,
  server_workload_domain: optionalText,
  threat_id: optionalNumber,
  /** Only of DLP and WAF rules. */
  sensor: optionalText,
  action: optionalText,
  /** Hits that the entry stands for. */
  count: optionalNumber,
});

export type Threat = z.infer<typeof threat>;

/** Reads threats (rest-api.md#logs). */
export const readThreats = logReader("/v1/log/threat", "threats", threat);

/** `file_name` is a list, in old versions a text. */
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

export type Incident = z.infer<typeof incident>;

/** Reads incidents (rest-api.md#logs). */
export const readIncidents = logReader("/v1/log/incident", "incidents", incident);

export const violation = z.object({
  ...logEntry,
  client_id: nullableText,
  client_name: nullableText,
  client_domain: nullableText,
  server_name: nullableText,
  server_domain: nullableText,
});

export type Violation = z.infer<typeof violation>;

/** Reads violations (rest-api.md#logs). */
export const readViolations = logReader("/v1/log/violation", "violations", violation);

/** An element of `GET /v1/log/audit` (rest-api.md#logs). Entries have no id. */
const audit = z.object({
  name: optionalText,
  level: optionalText,
  reported_timestamp: optionalNumber,
  message: optionalText,
  /** Requests that the entry stands for; missing in old versions. */
  count: optionalNumber,
});

export type Audit = z.infer<typeof audit>;

/** Requests that rules of the admission control denied, or would deny outside monitor mode. */
const deniedOrViolating = "/v1/log/audit?f_name=in,Control.Denied%7CControl.Violation";

/** Reads the admission control's denials and violations (rest-api.md#logs). */
export const readAdmissionAudits = logReader(deniedOrViolating, "audits", audit);

const eventsPath = "/v1/log/event?f_category=FEDERATION";
const eventNamesResponse = z.object({ events: listOf(z.object({ name: nullableText })) });

/** Gets the names of the newest federation events, such as `Federation.Kick`, newest first (rest-api.md#logs). */
export async function getFederationEvents(api: Api, options: CallOptions = {}): Promise<string[]> {
  const { events } = await get(api, `${eventsPath}&limit=50`, eventNamesResponse, options);
  return events.map(({ name }) => name);
}

/** `reported_timestamp` is in Unix seconds. A malformed event does not hide the others. */
const federationEvent = z.object({
  name: optionalText,
  reported_timestamp: z.number().min(0).max(8.64e12).optional().catch(undefined),
  reported_at: optionalText,
  user: optionalText,
  user_addr: optionalText,
  message: optionalText,
});

export const eventsResponse = z.object({ events: listOf(federationEvent) });

export type FederationEvent = z.infer<typeof federationEvent>;

/** The controller keeps so many events. */
const eventLogSize = 4096;

/**
 * Gets the membership events that the controller's log still holds (rest-api.md#logs), newest first; at a master, those of
 * its members.
 * @param sinceSeconds Unix time.
 */
export async function getFederationHistory(
  api: Api,
  sinceSeconds: number,
  options: CallOptions = {},
): Promise<FederationEvent[]> {
  const path = `${eventsPath}&f_since=${sinceSeconds}&limit=${eventLogSize}`;
  return (await get(api, path, eventsResponse, options)).events;
}
