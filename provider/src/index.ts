export {
  classificationTable,
  classify,
  errorKinds,
  hintFor,
  isCancelled,
  NeuVectorError,
  operations,
  reactionTo,
} from "./errors/neuVectorError";
export type {
  ClassificationRule,
  ErrorDetails,
  ErrorKind,
  ErrorKindInfo,
  Operation,
  Reaction,
} from "./errors/neuVectorError";
export { addressKey, formatAddress, sameAddress } from "./neuvector/ports";
export { expectedProxy, isProxySetting, unverifiedProxyProblem } from "./values/proxy";
export { expectedFingerprint, fingerprintPattern } from "./values/fingerprint";
export {
  canonicalServer,
  expectedBasePath,
  expectedServer,
  parseBasePath,
  parseServer,
  stripBrackets,
} from "./values/server";
export type {
  Address,
  ByteSink,
  CertificateInfo,
  Clock,
  Log,
  LogLevel,
  Method,
  Ports,
  Random,
  Target,
  TlsSettings,
  Transport,
  TransportResponse,
  TransportRequest,
} from "./neuvector/ports";
export { ignoreBrokenPipe } from "./system/brokenPipe";
export { createHttpTransport } from "./neuvector/transport/httpTransport";
export type { HttpTransportOptions } from "./neuvector/transport/httpTransport";
export { createSystemPorts, systemClock, systemRandom } from "./system/systemPorts";
export { Secret } from "./values/secret";
export { withDefaults } from "./values/withDefaults";
export { decodeText, secretLine, InvalidTextError, trimText } from "./values/text";
export { createSecretReader } from "./system/secretReader";
export type { SecretReader, SecretReference } from "./values/secretReference";
export { createSession } from "./neuvector/session/session";
export type { Call, Credentials, Session } from "./neuvector/session/session";
export { accountKey, createSessionPool, sessionKey } from "./neuvector/session/sessionPool";
export type { SessionPool } from "./neuvector/session/sessionPool";
export {
  deleteMember,
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
  mintJoinToken,
  postJoin,
  postLeave,
} from "./neuvector/client/client";
export type { CallOptions, Conversations, JoinBody, LogPage } from "./neuvector/client/client";
export { isMissingEndpoint } from "./neuvector/client/optionalEndpoint";
export { controllerErrorCode, classifyResponse } from "./neuvector/rest/responseError";
export { encodePathSegment } from "./neuvector/client/encodePathSegment";
export { parseJson, parseResponse } from "./neuvector/client/wire";
export type {
  Admission,
  AdmissionState,
  ClusterEntry,
  Conversation,
  Endpoint,
  FederationResponse,
  Group,
  Host,
  Image,
  Incident,
  Component,
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
} from "./neuvector/client/wire";
export { backoffSeconds, defaultRetryPolicy, applyJitter, withRetry } from "./federation/retry";
export type { RetryContext, RetryNotice, RetryPolicy } from "./federation/retry";
export { decodeJoinToken, joinTokenFingerprint } from "./federation/joinToken";
export { clusterNameFromUid, generateClusterName, isClusterNameOf, storeIdPattern } from "./federation/clusterName";
export { isRenewable, obtainJoinToken } from "./federation/tokenSource";
export type { TokenContext, TokenSource } from "./federation/tokenSource";
export { desiredMembership } from "./federation/membership";
export type {
  DeclaredMembership,
  DesiredMembership,
  MembershipIdentity,
  ObservedMembership,
} from "./federation/membership";
export { classifyMembership } from "./federation/membershipState";
export type { MembershipState } from "./federation/membershipState";
export { nextLeaveStep } from "./federation/leaveStep";
export type { LeaveStep } from "./federation/leaveStep";
export { observe } from "./federation/observe";
export type { FederationSessions, Observation } from "./federation/observe";
export { systemErrorCode } from "./values/systemErrorCode";
export { closestMatch, unknownKeyMessage } from "./values/unknownKeys";
export { Utf8Builder } from "./utf8Builder";
export { createKeyedMutex } from "./concurrency";
export type { KeyedMutex } from "./concurrency";
export { joinFederation } from "./federation/join";
export type { JoinContext, JoinEvent, JoinOutcome, JoinRequest, JoinSessions, JoinVia } from "./federation/joinRequest";
export { leaveFederation } from "./federation/leave";
export type { LeaveContext, LeaveRequest } from "./federation/leave";
export { unknownValue } from "./resources/shared/props";
export type { ResourceProps } from "./resources/shared/props";
export type { InputProblem } from "./resources/shared/checkInputs";
export { parseFedJoinInputs } from "./resources/fedJoin/inputs";
export type { FedJoinInputs } from "./resources/fedJoin/inputs";
export { diffInputs } from "./resources/fedJoin/diff";
export { createFedJoinLifecycle } from "./resources/fedJoin/lifecycle";
export type { DiffResult, LifecycleDeps, ResourceLifecycle } from "./resources/shared/lifecycle";
export type { MembershipStatus } from "./resources/fedJoin/outputs";
export type { FedJoinOutputs } from "./resources/fedJoin/state";
export { findLeaves } from "./pulumi/previewLeaves";
export type { MembershipChange, PreviewedLeaves } from "./pulumi/previewLeaves";
export { lifecycle, userLifecycle } from "./resources/dynamic";
export { createUserLifecycle } from "./resources/neuVectorUser/lifecycle";
export { parseUserInputs } from "./resources/neuVectorUser/inputs";
export type { UserInputs } from "./resources/neuVectorUser/inputs";
export { diffUser } from "./resources/neuVectorUser/diff";
export { adoptionObstacle, rightsOf, userSteps } from "./resources/neuVectorUser/userSteps";
export type { ObservedUser, UserStatus, UserStep } from "./resources/neuVectorUser/userSteps";
export { contextProblem, parseKubeconfig, resolveContext } from "./kubernetes/kubeconfig";
export type { Kubeconfig } from "./kubernetes/kubeconfig";
export { checkPlacement } from "./kubernetes/placement";
export type { KubeFetch, Placement, PlacementFinding } from "./kubernetes/placement";
export { defaultKubeconfig } from "./system/defaultKubeconfig";
export { createKubeFetch } from "./system/kubeFetch";
export { mapWithConcurrency } from "./cli/limited";
