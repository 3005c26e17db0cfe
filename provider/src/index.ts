export { answerTable, classify, errorKinds, NeuVectorError, reactionTo } from "./errors";
export type { AnswerRow, ErrorDetails, ErrorKind, KindFacts, Reaction } from "./errors";
export type { CertificateFacts } from "./certificate";
export { formatAddress, sameAddress } from "./ports";
export type {
  Address,
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
export { createHttpTransport } from "./http";
export { createSystemPorts, systemClock, systemRandom } from "./systemPorts";
export { Secret } from "./secret";
export { createSystemSecrets } from "./systemSecrets";
export type { SecretReader, SecretReference } from "./secretSource";
export { createSession } from "./session";
export type { Call, Credentials, Session } from "./session";
export { createSessions } from "./sessions";
export type { Sessions } from "./sessions";
export { deleteMember, getFedMember, getSystemSummary, mintJoinToken, postJoin, postLeave } from "./client";
export type { CallOptions, JoinBody } from "./client";
export { parseReply } from "./wire";
export type { ClusterEntry, FedMemberReply, SystemSummary } from "./wire";
export { backoffSeconds, defaultRetryPolicy, withJitter, withRetry } from "./retry";
export type { RetryContext, RetryNotice, RetryPolicy } from "./retry";
export { decodeJoinToken, fingerprintOf } from "./joinToken";
export { clusterNameFromUid, drawClusterName, isNameOf, storeIdPattern } from "./clusterName";
export { isRenewable, obtainJoinToken } from "./tokenSource";
export type { TokenContext, TokenSource } from "./tokenSource";
export { judge, nextLeaveStep } from "./membership";
export type { LeaveStep, Member, Verdict, View, Wanted } from "./membership";
export { look } from "./look";
export type { Sides } from "./look";
export { createTurns } from "./turns";
export type { Turns } from "./turns";
export { joinFederation } from "./join";
export type { JoinContext, JoinEvent, JoinOrder, JoinOutcome, JoinVia } from "./joinOrder";
export { leaveFederation } from "./leave";
export type { LeaveContext, LeaveOrder } from "./leave";
export { parseInputs, unknownValue } from "./inputs";
export type { FedJoinInputs, InputProblem } from "./inputs";
export { diffInputs } from "./diff";
export type { DiffResult } from "./diff";
export { createLifecycle } from "./lifecycle";
export type { Lifecycle } from "./lifecycle";
export type { LifecycleParts } from "./parts";
export type { FedJoinOutputs, MembershipStatus, Stored } from "./state";
export { lifecycle } from "./dynamic";
