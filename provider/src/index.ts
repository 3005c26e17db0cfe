export {
  answerTable,
  classify,
  errorKinds,
  hintFor,
  isCancelled,
  NeuVectorError,
  operations,
  reactionTo,
} from "./errors";
export type { AnswerRow, ErrorDetails, ErrorKind, KindFacts, Operation, Reaction } from "./errors";
export { addressKey, formatAddress, sameAddress } from "./ports";
export { expectedProxy, isProxy, unverifiedThroughProxy } from "./proxy";
export { expectedFingerprint, fingerprintPattern } from "./fingerprint";
export { canonicalServer, expectedBasePath, expectedServer, readBasePath, readServer, withoutBrackets } from "./server";
export type {
  Address,
  ByteSink,
  CertificateFacts,
  Clock,
  Log,
  LogLevel,
  Method,
  Ports,
  Random,
  Target,
  TlsSettings,
  Transport,
  TransportReply,
  TransportRequest,
} from "./ports";
export { allowClosedReaders } from "./system/closedReaders";
export { createHttpTransport } from "./system/http";
export type { HttpOptions } from "./system/http";
export { createSystemPorts, systemClock, systemRandom } from "./system/systemPorts";
export { Secret } from "./secret";
export { withDefaults } from "./withDefaults";
export { decodeText, secretLine, TextProblem, trimText } from "./text";
export { createSystemSecrets } from "./system/systemSecrets";
export type { SecretReader, SecretReference } from "./secretSource";
export { createSession } from "./controller/session";
export type { Call, Credentials, Session } from "./controller/session";
export { accountKey, createSessions, sessionKey } from "./controller/sessions";
export type { Sessions } from "./controller/sessions";
export {
  deleteMember,
  getAdmission,
  getAdmissionRules,
  getAdmissionState,
  getControllers,
  getConversations,
  getEnforcers,
  getFedMember,
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
} from "./controller/client";
export type { CallOptions, Conversations, JoinBody, LogPage } from "./controller/client";
export { isAbsentAnswer } from "./controller/absentAnswer";
export { errorCodeOf, kindOfAnswer } from "./controller/refusedAnswer";
export { pathPart } from "./controller/pathPart";
export { parseJson, parseReply } from "./controller/wire";
export type {
  Admission,
  AdmissionState,
  ClusterEntry,
  Conversation,
  Endpoint,
  FedMemberReply,
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
} from "./controller/wire";
export { backoffSeconds, defaultRetryPolicy, withJitter, withRetry } from "./retry";
export type { RetryContext, RetryNotice, RetryPolicy } from "./retry";
export { decodeJoinToken, fingerprintOf } from "./join/joinToken";
export { clusterNameFromUid, drawClusterName, isNameOf, storeIdPattern } from "./membership/clusterName";
export { isRenewable, obtainJoinToken } from "./join/tokenSource";
export type { TokenContext, TokenSource } from "./join/tokenSource";
export { judge, nextLeaveStep } from "./membership/membership";
export type { LeaveStep, Member, Verdict, View, Wanted } from "./membership/membership";
export { look } from "./membership/look";
export type { Sides } from "./membership/look";
export { errorCode } from "./errorCode";
export { nearest, unknownKey } from "./unknownKeys";
export { ByteText } from "./byteText";
export { createTurns } from "./turns";
export type { Turns } from "./turns";
export { joinFederation } from "./join/join";
export type { JoinContext, JoinEvent, JoinOrder, JoinOutcome } from "./join/joinOrder";
export type { JoinVia } from "./join/joinVia";
export { leaveFederation } from "./membership/leave";
export type { LeaveContext, LeaveOrder } from "./membership/leave";
export { unknownValue } from "./fedJoin/checkInputs";
export type { InputProblem } from "./fedJoin/checkInputs";
export { parseInputs } from "./fedJoin/inputs";
export type { FedJoinInputs } from "./fedJoin/inputs";
export { diffInputs } from "./fedJoin/diff";
export type { DiffResult } from "./fedJoin/diff";
export { createLifecycle } from "./fedJoin/lifecycle";
export type { Lifecycle } from "./fedJoin/lifecycle";
export type { LifecycleParts } from "./fedJoin/parts";
export type { MembershipStatus } from "./fedJoin/membershipStatus";
export type { FedJoinOutputs, Stored } from "./fedJoin/state";
export { leavesIn } from "./cli/previewLeaves";
export type { MembershipChange, PreviewedLeaves } from "./cli/previewLeaves";
export { lifecycle, userLifecycle } from "./fedJoin/dynamic";
export { createUserLifecycle } from "./user/lifecycle";
export type { UserLifecycle } from "./user/lifecycle";
export { parseUserInputs } from "./user/inputs";
export type { UserInputs } from "./user/inputs";
export { diffUser } from "./user/diff";
export { adoptionObstacle, rightsOf, userSteps } from "./user/userSteps";
export type { FoundUser, UserStatus, UserStep } from "./user/userSteps";
export { contextProblem, parseKubeconfig, reachedBy } from "./kubernetes/kubeconfig";
export type { Kubeconfig } from "./kubernetes/kubeconfig";
export { lookAtPlacement } from "./kubernetes/placement";
export type { AskKube, Placement, PlacementFinding } from "./kubernetes/placement";
export { ambientKubeconfig } from "./system/ambientKubeconfig";
export { askKubeBy } from "./system/askKube";
export { mapLimited } from "./cli/limited";
