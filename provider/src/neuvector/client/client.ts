import type { Address } from "../ports";
import { NeuVectorError } from "../../errors/neuVectorError";
import { Secret } from "../../values/secret";
import { undefinedIfMissing } from "./optionalEndpoint";
import { encodePathSegment } from "./encodePathSegment";
import { collectItems, readArrays } from "./readArrays";
import type { Session } from "../session/session";
import type { z } from "zod";
import {
  admissionStatsResponse,
  admissionStateResponse,
  controllersResponse,
  conversation,
  endpoint,
  enforcersResponse,
  eventsResponse,
  federationHistoryResponse,
  federationResponse,
  group,
  hostsResponse,
  image,
  incident,
  joinTokenResponse,
  parseResponse,
  platformsResponse,
  registriesResponse,
  riskResponse,
  rulesResponse,
  scannersResponse,
  scanStatusResponse,
  statsResponse,
  systemSummaryResponse,
  threat,
  userResponse,
  violation,
  workload,
  type Admission,
  type AdmissionState,
  type Conversation,
  type Endpoint,
  type FederationEvent,
  type FederationResponse,
  type Group,
  type Host,
  type Image,
  type Incident,
  type Component,
  type Platform,
  type Registry,
  type ResourceUse,
  type Risk,
  type Rule,
  type Scanner,
  type ScanStatus,
  type SystemSummary,
  type Threat,
  type User,
  type Violation,
  type Workload,
} from "./wire";

/** How a request is cut short. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

async function get<T>(session: Session, path: string, schema: z.ZodType<T>, options: CallOptions): Promise<T> {
  const reply = await session.call({ method: "GET", path, ...options });
  return parseResponse(schema, reply, describeRequest(path));
}

/** The same of an endpoint that a healthy controller may lack, which is `undefined`. */
function getOptional<T>(
  session: Session,
  path: string,
  schema: z.ZodType<T>,
  options: CallOptions,
): Promise<T | undefined> {
  return undefinedIfMissing(path, get(session, path, schema, options));
}

function describeRequest(path: string): string {
  return `GET ${path.split("?", 1)[0] ?? ""}`;
}

/** The array `name` of an answer that may be large: read as it arrives, never held as a whole. */
async function getItems<T>(
  session: Session,
  path: string,
  [name, schema]: readonly [string, z.ZodType<T>],
  options: CallOptions,
): Promise<readonly T[]> {
  const what = describeRequest(path);
  const list = collectItems(what, name, schema);
  await readArrays(session, { method: "GET", path, ...options }, what, { [name]: list });
  return list.items;
}

/** The federation as this controller sees it: role, master, members (rest-api.md#reading-the-federation). */
export function getFederation(session: Session, options: CallOptions = {}): Promise<FederationResponse> {
  return get(session, "/v1/fed/member", federationResponse, options);
}

/** Counts of the whole cluster; zeros where the account may not read them (rest-api.md#system-and-inventory). */
export async function getSystemSummary(session: Session, options: CallOptions = {}): Promise<SystemSummary> {
  return (await get(session, "/v1/system/summary", systemSummaryResponse, options)).summary;
}

/** Who talked to whom. */
export interface Conversations {
  readonly conversations: readonly Conversation[];
  /** What `from` and `to` name, idle workloads included. */
  readonly endpoints: readonly Endpoint[];
}

/** Who talked to whom, aged in the controller's memory; read as it arrives (rest-api.md#conversations). */
export async function getConversations(session: Session, options: CallOptions = {}): Promise<Conversations> {
  const path = "/v1/conversation";
  const what = describeRequest(path);
  const conversations = collectItems(what, "conversations", conversation);
  const endpoints = collectItems(what, "endpoints", endpoint);
  await readArrays(session, { method: "GET", path, ...options }, what, { conversations, endpoints });
  return { conversations: conversations.items, endpoints: endpoints.items };
}

/** The enforcers; none where the account may not read them (rest-api.md#system-and-inventory). */
export async function getEnforcers(session: Session, options: CallOptions = {}): Promise<Component[]> {
  return (await get(session, "/v1/enforcer", enforcersResponse, options)).enforcers;
}

/** The controllers; none where the account may not read them (rest-api.md#system-and-inventory). */
export async function getControllers(session: Session, options: CallOptions = {}): Promise<Component[]> {
  return (await get(session, "/v1/controller", controllersResponse, options)).controllers;
}

/** What one enforcer or controller used in its last slot. @throws NeuVectorError not_found or server_error for one that is down. */
export async function getResourceUse(
  session: Session,
  kind: "enforcer" | "controller",
  id: string,
  options: CallOptions = {},
): Promise<ResourceUse> {
  return (await get(session, `/v1/${kind}/${encodePathSegment(id)}/stats`, statsResponse, options)).stats.span_1;
}

/** The hosts; none where the account may not read them (rest-api.md#system-and-inventory). */
export async function getHosts(session: Session, options: CallOptions = {}): Promise<Host[]> {
  return (await get(session, "/v1/host", hostsResponse, options)).hosts;
}

/** Decisions of the admission control; `undefined` off Kubernetes (rest-api.md#system-and-inventory). */
export async function getAdmission(session: Session, options: CallOptions = {}): Promise<Admission | undefined> {
  return (await getOptional(session, "/v1/debug/admission_stats", admissionStatsResponse, options))?.stats;
}

/** The registries that are scanned (rest-api.md#system-and-inventory). */
export async function getRegistries(session: Session, options: CallOptions = {}): Promise<Registry[]> {
  return (await get(session, "/v1/scan/registry", registriesResponse, options)).summarys;
}

const imagesPerPage = 500;

/**
 * Every image of a registry, read page by page: each carries its layers and variables
 * (rest-api.md#system-and-inventory).
 */
export async function getImages(session: Session, registry: string, options: CallOptions = {}): Promise<Image[]> {
  const images: Image[] = [];
  for (;;) {
    const path = `/v1/scan/registry/${encodePathSegment(registry)}/images?start=${images.length}&limit=${imagesPerPage}`;
    const page = await getItems(session, path, ["images", image], options);
    images.push(...page);
    // More than asked for is a controller that does not page.
    if (page.length !== imagesPerPage) return images;
  }
}

/** The platform's scan; blank until it is known (rest-api.md#system-and-inventory), `undefined` where there is none. */
export async function getPlatforms(session: Session, options: CallOptions = {}): Promise<Platform[] | undefined> {
  return (await getOptional(session, "/v1/scan/platform", platformsResponse, options))?.platforms;
}

/** Pods and containers, side by side (rest-api.md#workloads). */
export function getWorkloads(session: Session, options: CallOptions = {}): Promise<readonly Workload[]> {
  return getItems(session, "/v1/workload?brief=true", ["workloads", workload], options);
}

/** A part of a log: `limit` events, newest first, without the `start` newest ones. */
export interface LogPage {
  readonly limit: number;
  readonly start?: number;
}

async function getLog<T>(
  session: Session,
  path: string,
  list: readonly [string, z.ZodType<T>],
  { limit, start = 0 }: LogPage,
  options: CallOptions,
): Promise<readonly T[]> {
  const page = `limit=${limit}${start === 0 ? "" : `&start=${start}`}`;
  return (await getItems(session, `${path}?${page}`, list, options)).slice(0, limit);
}

/** Threats, newest first (rest-api.md#logs). */
export function getThreats(session: Session, page: LogPage, options: CallOptions = {}): Promise<readonly Threat[]> {
  return getLog(session, "/v1/log/threat", ["threats", threat], page, options);
}

/** Incidents, newest first (rest-api.md#logs). */
export function getIncidents(session: Session, page: LogPage, options: CallOptions = {}): Promise<readonly Incident[]> {
  return getLog(session, "/v1/log/incident", ["incidents", incident], page, options);
}

/** Violations, newest first (rest-api.md#logs). */
export function getViolations(
  session: Session,
  page: LogPage,
  options: CallOptions = {},
): Promise<readonly Violation[]> {
  return getLog(session, "/v1/log/violation", ["violations", violation], page, options);
}

/** The scanners; none where the account may not read them (rest-api.md#policy-scanners-and-risk). */
export async function getScanners(session: Session, options: CallOptions = {}): Promise<Scanner[]> {
  return (await get(session, "/v1/scan/scanner", scannersResponse, options)).scanners;
}

/** How far the scans of what runs are (rest-api.md#policy-scanners-and-risk). */
export async function getScanStatus(session: Session, options: CallOptions = {}): Promise<ScanStatus> {
  return (await get(session, "/v1/scan/status", scanStatusResponse, options)).status;
}

/** Every group of workloads, read as it arrives (rest-api.md#policy-scanners-and-risk). */
export function getGroups(session: Session, options: CallOptions = {}): Promise<readonly Group[]> {
  return getItems(session, "/v1/group?brief=true", ["groups", group], options);
}

/** The response rules (rest-api.md#policy-scanners-and-risk). */
export async function getResponseRules(session: Session, options: CallOptions = {}): Promise<Rule[]> {
  return (await get(session, "/v1/response/rule", rulesResponse, options)).rules;
}

/**
 * The rules of the admission control; `undefined` where the controller has none (rest-api.md#policy-scanners-and-risk).
 */
export async function getAdmissionRules(session: Session, options: CallOptions = {}): Promise<Rule[] | undefined> {
  return (await getOptional(session, "/v1/admission/rules", rulesResponse, options))?.rules;
}

/**
 * Whether the admission control is on; `undefined` where its webhook or the cluster's roles are incomplete
 * (rest-api.md#policy-scanners-and-risk).
 */
export async function getAdmissionState(
  session: Session,
  options: CallOptions = {},
): Promise<AdmissionState | undefined> {
  return (await getOptional(session, "/v1/admission/state", admissionStateResponse, options))?.state;
}

/** The security score and what it is made of; `undefined` before 5.4.5 (rest-api.md#policy-scanners-and-risk). */
export function getRisk(session: Session, options: CallOptions = {}): Promise<Risk | undefined> {
  return getOptional(session, "/v1/system/score/metrics", riskResponse, options);
}

/** Names of this controller's newest federation events, such as `Federation.Kick`, newest first (rest-api.md#logs). */
export async function getFederationEvents(session: Session, options: CallOptions = {}): Promise<string[]> {
  const { events } = await get(session, "/v1/log/event?f_category=FEDERATION&limit=50", eventsResponse, options);
  return events.map(({ name }) => name);
}

const eventLogSize = 4096;

/**
 * What the controller's ring of 4096 events still holds of memberships (rest-api.md#logs), newest first: at a master,
 * those of its members. `sinceSeconds` is Unix time.
 */
export async function getFederationHistory(
  session: Session,
  sinceSeconds: number,
  options: CallOptions = {},
): Promise<FederationEvent[]> {
  const path = `/v1/log/event?f_category=FEDERATION&f_since=${sinceSeconds}&limit=${eventLogSize}`;
  return (await get(session, path, federationHistoryResponse, options)).events;
}

/**
 * A new join token of this master, valid for `minutes`. @throws NeuVectorError forbidden when it is not a master or the
 * account no fedAdmin (rest-api.md#administration-endpoints).
 */
export async function mintJoinToken(session: Session, minutes: number, options: CallOptions = {}): Promise<Secret> {
  const path = `/v1/fed/join_token?token_duration=${minutes}`;
  const reply = await session.call({ method: "GET", path, operation: "mint_token", ...options });
  return new Secret(parseResponse(joinTokenResponse, reply, describeRequest(path)).join_token);
}

/**
 * Body of `POST /v1/fed/join` (R6). `server` and `port` override the master's address inside the token
 * (rest-api.md#joining).
 */
export interface JoinBody {
  readonly name: string;
  readonly join_token: string;
  readonly joint_rest_info: Address;
  readonly server?: string;
  readonly port?: number;
}

// The controller waits up to 20 s for its lock and 10 s for the master (rest-api.md#concurrent-operations).
const joinTimeoutMs = 45_000;

/** Sends the join. Success says that it was accepted, not yet that both sides show it. */
export async function postJoin(session: Session, body: JoinBody, options: CallOptions = {}): Promise<void> {
  const call = { method: "POST", path: "/v1/fed/join", operation: "join", body } as const;
  await session.call({ ...call, timeoutMs: joinTimeoutMs, ...options });
}

/**
 * Lets this joint cluster leave. `force` leaves even if the master cannot be told, and then its entry stays there
 * (rest-api.md#leaving).
 */
export async function postLeave(session: Session, force: boolean, options: CallOptions = {}): Promise<void> {
  const call = { method: "POST", path: "/v1/fed/leave", operation: "leave", body: { force } } as const;
  await session.call({ ...call, timeoutMs: joinTimeoutMs, ...options });
}

/**
 * Removes a member at its master. The member is told only when the account is a user, not an API key
 * (rest-api.md#removing-a-member).
 */
export async function deleteMember(session: Session, clusterId: string, options: CallOptions = {}): Promise<void> {
  const path = `/v1/fed/cluster/${encodePathSegment(clusterId)}`;
  const call = { method: "DELETE", path, operation: "remove_member" } as const;
  await session.call({ ...call, timeoutMs: joinTimeoutMs, ...options });
}

/** A user of this controller, `undefined` for none: 404 with code 7, and no other 404 (rest-api.md#error-codes). */
export async function getUser(
  session: Session,
  username: string,
  options: CallOptions = {},
): Promise<User | undefined> {
  try {
    const path = userPath(username);
    const reply = await session.call({ method: "GET", path, operation: "manage_user", ...options });
    return parseResponse(userResponse, reply, describeRequest(path)).user;
  } catch (error) {
    if (isUserNotFound(error)) return undefined;
    throw error;
  }
}

export interface NewUser {
  readonly username: string;
  readonly password: Secret;
  /** A global role. */
  readonly role: string;
}

/**
 * Creates a local user. @throws NeuVectorError user_exists, weak_password, or forbidden for who is no admin
 * (rest-api.md#roles-and-permissions).
 */
export async function createUser(
  session: Session,
  { username, password, role }: NewUser,
  options: CallOptions = {},
): Promise<void> {
  const user = { fullname: username, username, password: password.reveal(), role, email: "", locale: "en" };
  await session.call({ method: "POST", path: "/v1/user", operation: "manage_user", body: { user }, ...options });
}

/** Gives a user this global role and none in namespaces; the controller ends the user's sessions. */
export async function setUserRole(
  session: Session,
  username: string,
  role: string,
  options: CallOptions = {},
): Promise<void> {
  const config = { fullname: username, role, role_domains: {} };
  await session.call({
    method: "PATCH",
    path: userPath(username),
    operation: "manage_user",
    body: { config },
    ...options,
  });
}

/**
 * Sets another user's password, ends its sessions and unblocks it (rest-api.md#lockout); the user is not asked for a
 * new one at the next login (rest-api.md#lockout). @throws NeuVectorError weak_password.
 */
export async function setUserPassword(
  session: Session,
  username: string,
  password: Secret,
  options: CallOptions = {},
): Promise<void> {
  const config = {
    fullname: username,
    new_password: password.reveal(),
    clear_failed_login: true,
    // Without it a password that has an expiry date may not be set before that.
    force_reset_password: true,
    reset_password_in_next_login: false,
  };
  await session.call({
    method: "POST",
    path: `${userPath(username)}/password`,
    operation: "manage_user",
    body: { config },
    ...options,
  });
}

/** Deletes a user and its sessions; one that is not there is fine. */
export async function deleteUser(session: Session, username: string, options: CallOptions = {}): Promise<void> {
  try {
    await session.call({ method: "DELETE", path: userPath(username), operation: "manage_user", ...options });
  } catch (error) {
    if (!isUserNotFound(error)) throw error;
  }
}

function userPath(username: string): string {
  return `/v1/user/${encodePathSegment(username)}`;
}

const objectNotFound = 7;

function isUserNotFound(error: unknown): boolean {
  return error instanceof NeuVectorError && error.kind === "not_found" && error.code === objectNotFound;
}
