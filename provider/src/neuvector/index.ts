// The REST API of a controller: client, sessions, errors and ports.
export { createKeyedMutex, mapWithConcurrency } from "../concurrency";
export {
  documentationBase,
  errorKinds,
  hintFor,
  isCancelled,
  NeuVectorError,
  reactionTo,
} from "../errors/neuVectorError";
export type { ErrorKind } from "../errors/neuVectorError";
export { getComplianceChecks } from "./client/compliance";
export { getFederation } from "./client/federation";
export { getFederationEvents, readAdmissionAudits, readIncidents, readThreats, readViolations } from "./client/logs";
export { getAdmissionStats, getAdmissionRules, getAdmissionState, getGroups, getResponseRules } from "./client/policy";
export { getImages, getPlatforms, getRegistries, getScanners, getScanStatus } from "./client/scan";
export {
  getControllers,
  getEnforcers,
  getHosts,
  getResourceUse,
  getRisk,
  getSystemAlerts,
  getSystemSummary,
} from "./client/system";
export { getApiKeys, getUsers } from "./client/users";
export { getVulnerabilities, getVulnerabilityCounts } from "./client/vulnerabilities";
export { getConversations, getWorkloads } from "./client/workloads";
export type { Conversations } from "./client/workloads";
export type { Api, CallOptions } from "./rest/call";
export { isMissingEndpoint } from "./client/optionalEndpoint";
export { parseJson } from "./rest/response";
export type { ComplianceCheck } from "./client/compliance";
export type { ClusterEntry, FederationResponse } from "./client/federation";
export type { Audit, Incident, Threat, Violation } from "./client/logs";
export type { ReadPage } from "./client/pages";
export type { AdmissionStats, AdmissionState, Group, Rule } from "./client/policy";
export type { Image, Platform, Registry, Scanner, ScanStatus } from "./client/scan";
export type { Scan } from "./client/schema";
export type { Component, Host, ResourceUse, Risk, SystemAlerts, SystemSummary } from "./client/system";
export type { ApiKey, ListedUser } from "./client/users";
export type { Vulnerability, VulnerabilityQuery } from "./client/vulnerabilities";
export type { Conversation, Endpoint, Workload } from "./client/workloads";
export type { CertificateInfo } from "../errors/neuVectorError";
export type { Clock, Log, LogLevel, Ports, Target, Transport, TransportResponse } from "./ports";
export { classifyResponse, controllerErrorCode } from "./rest/responseError";
export { createSession } from "./session/session";
export type { Credentials } from "./session/credentials";
export type { Session } from "./session/session";
export { createSessionPool } from "./session/sessionPool";
export type { PooledSession } from "./session/sessionPool";
export { createLoginAccount, isLoginRefusal } from "./session/loginGuard";
export type { BackoffPolicy, BackoffStore, LoginAccount, LoginBackoff } from "./session/loginGuard";
export { secretOf, sessionKey } from "./session/credentials";
