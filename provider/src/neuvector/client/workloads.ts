import * as z from "zod";
import { describeCall, type Api, type CallOptions } from "../rest/call";
import { getArray } from "./endpoint";
import { collectItems, readArrays } from "./readArrays";
import { nullableText, optionalText, scan } from "./schema";

/** An element of `GET /v1/workload?brief=true` (rest-api.md#workloads). */
export const workload = z.object({
  service: nullableText,
  domain: optionalText,
  policy_mode: optionalText,
  state: optionalText,
  service_mesh_sidecar: z.boolean().default(false),
  scan_summary: scan.nullish(),
});

export type Workload = z.infer<typeof workload>;

/** Gets pods and containers, side by side (rest-api.md#workloads). */
export function getWorkloads(api: Api, options: CallOptions = {}): Promise<readonly Workload[]> {
  return getArray(api, "/v1/workload?brief=true", ["workloads", workload], options);
}

/** An element of `GET /v1/conversation` (rest-api.md#conversations). `ports` is missing when every flow has an application. */
export const conversation = z.object({
  from: nullableText,
  to: nullableText,
  bytes: z.number(),
  sessions: z.number().catch(0),
  policy_action: optionalText,
  ports: z.array(z.string()).nullish(),
});

/** One end of conversations; `domain` is its namespace, empty for what is outside (rest-api.md#conversations). */
export const endpoint = z.object({ id: optionalText, domain: optionalText, kind: optionalText });

export type Conversation = z.infer<typeof conversation>;
export type Endpoint = z.infer<typeof endpoint>;

export interface Conversations {
  readonly conversations: readonly Conversation[];
  /** What `from` and `to` name, idle workloads included. */
  readonly endpoints: readonly Endpoint[];
}

/** Gets who talked to whom, aged in the controller's memory; parsed while it arrives (rest-api.md#conversations). */
export async function getConversations(api: Api, options: CallOptions = {}): Promise<Conversations> {
  const request = { method: "GET", path: "/v1/conversation" } as const;
  const what = describeCall(request);
  const conversations = collectItems(what, "conversations", conversation);
  const endpoints = collectItems(what, "endpoints", endpoint);
  await readArrays(api, { ...request, ...options }, what, { conversations, endpoints });
  return { conversations: conversations.items, endpoints: endpoints.items };
}
