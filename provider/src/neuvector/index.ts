// The REST API of a controller: client, sessions, errors and ports.
export { createKeyedMutex, mapWithConcurrency } from "../concurrency";
export { errorKinds, hintFor, isCancelled, NeuVectorError, reactionTo } from "../errors/neuVectorError";
export type { ErrorKind } from "../errors/neuVectorError";
export {
  getAdmission,
  getAdmissionRules,
  getAdmissionState,
  getControllers,
  getConversations,
  getEnforcers,
  getFederation,
  getFederationEvents,
  getGroups,
  getHosts,
  getImages,
  getIncidents,
  getPlatforms,
  getRegistries,
  getResourceUse,
  getResponseRules,
  getRisk,
  getScanners,
  getScanStatus,
  getSystemSummary,
  getThreats,
  getViolations,
  getWorkloads,
} from "./client/client";
export type { CallOptions, Conversations } from "./client/client";
export { encodePathSegment } from "./client/encodePathSegment";
export { isMissingEndpoint } from "./client/optionalEndpoint";
export { parseJson } from "./client/wire";
export type {
  Admission,
  AdmissionState,
  ClusterEntry,
  Component,
  Conversation,
  Endpoint,
  FederationResponse,
  Group,
  Host,
  Image,
  Incident,
  Platform,
  Registry,
  ResourceUse,
  Risk,
  Rule,
  Scan,
  Scanner,
  ScanStatus,
  SystemSummary,
  Threat,
  Violation,
  Workload,
} from "./client/wire";
export { addressKey, formatAddress } from "./ports";
export type {
  Address,
  CertificateInfo,
  Clock,
  Log,
  LogLevel,
  Ports,
  Target,
  TlsSettings,
  Transport,
  TransportResponse,
} from "./ports";
export { classifyResponse, controllerErrorCode } from "./rest/responseError";
export { createSession } from "./session/session";
export type { Credentials, Session } from "./session/session";
export { accountKey, sessionKey } from "./session/sessionPool";
