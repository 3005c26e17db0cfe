import * as z from "zod";
import type { Api, CallOptions } from "../rest/call";
import { getArray, getOptional, listEndpoint } from "./endpoint";
import { listOf, optionalFlag, optionalNumber, optionalText } from "./schema";

/** `GET /v1/debug/admission_stats` (rest-api.md#system-and-inventory). */
const admissionStatsResponse = z.object({
  stats: z.object({
    k8s_allowed_requests: z.number(),
    k8s_denied_requests: z.number(),
    k8s_erroneous_requests: optionalNumber,
    k8s_ignored_requests: optionalNumber,
    k8s_processing_requests: optionalNumber,
  }),
});

export type AdmissionStats = z.infer<typeof admissionStatsResponse>["stats"];

/** Counts the decisions of the admission control; `undefined` off Kubernetes (rest-api.md#system-and-inventory). */
export async function getAdmissionStats(api: Api, options: CallOptions = {}): Promise<AdmissionStats | undefined> {
  return (await getOptional(api, "/v1/debug/admission_stats", admissionStatsResponse, options))?.stats;
}

/** `GET /v1/admission/state` (rest-api.md#policy-scanners-and-risk). */
const admissionStateResponse = z.object({ state: z.object({ enable: optionalFlag, mode: optionalText }) });

export type AdmissionState = z.infer<typeof admissionStateResponse>["state"];

/** Gets whether the admission control is on; `undefined` where its webhook or the cluster's roles are incomplete (rest-api.md#policy-scanners-and-risk). */
export async function getAdmissionState(api: Api, options: CallOptions = {}): Promise<AdmissionState | undefined> {
  return (await getOptional(api, "/v1/admission/state", admissionStateResponse, options))?.state;
}

const rule = z.object({ cfg_type: optionalText, disable: optionalFlag });

/** `GET /v1/admission/rules` (rest-api.md#policy-scanners-and-risk). */
const rulesResponse = z.object({ rules: listOf(rule) });

export type Rule = z.infer<typeof rule>;

/** Gets the rules of the admission control; `undefined` where the controller has none (rest-api.md#policy-scanners-and-risk). */
export async function getAdmissionRules(api: Api, options: CallOptions = {}): Promise<Rule[] | undefined> {
  return (await getOptional(api, "/v1/admission/rules", rulesResponse, options))?.rules;
}

/** Gets the response rules (rest-api.md#policy-scanners-and-risk). */
export const getResponseRules = listEndpoint("/v1/response/rule", "rules", rule);

/** An element of `GET /v1/group?brief=true` (rest-api.md#policy-scanners-and-risk). The modes are empty where none applies. */
const group = z.object({
  kind: optionalText,
  policy_mode: optionalText,
  profile_mode: optionalText,
  /** Of the process profile. */
  baseline_profile: optionalText,
});

export type Group = z.infer<typeof group>;

/** Gets every group of workloads, parsed while it arrives (rest-api.md#policy-scanners-and-risk). */
export function getGroups(api: Api, options: CallOptions = {}): Promise<readonly Group[]> {
  return getArray(api, "/v1/group?brief=true", ["groups", group], options);
}

const getFederalScope = listEndpoint("/v1/group?scope=fed&brief=true", "groups", z.object({ name: z.string() }));

/** Gets the names of the federal groups on this controller (rest-api.md#policy-scanners-and-risk). */
export async function getFederalGroupNames(api: Api, options: CallOptions = {}): Promise<string[]> {
  const groups = await getFederalScope(api, options);
  return groups.map(({ name }) => name).filter((name) => name.startsWith("fed."));
}
