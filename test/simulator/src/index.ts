export {
  createTestCa,
  fingerprint256,
  issueCertificate,
  issueClientCertificate,
  type KeyPair,
  selfSignedCertificate,
} from "./certificates";
export type { Account, ControllerHandle, Reply, RequestOptions } from "./controllerHandle";
export type { Fault, FaultRule } from "./core/faults";
export { toGoJson } from "./core/goJson";
export type { Interceptor } from "./core/message";
export { slowTimings } from "./core/options";
export type { LogEntry } from "./core/requestLog";
export type { RestInfo } from "./core/state";
export { encodeJoinToken } from "./core/tokens";
export { envToScrape } from "./envToScrape";
export { freePort } from "./freePort";
export { injectFault } from "./injectFault";
export { createSeededRandom, type SeededRandom } from "./seededRandom";
export { type SimulatedController, startController, type StartOptions } from "./startController";
export { type FederationOptions, type SimulatedFederation, startFederation } from "./startFederation";
export { createVirtualClock, promisesSettled, type VirtualClock } from "./virtualClock";
export { createVirtualFederation, type VirtualFederation } from "./virtualFederation";
export {
  createVirtualNetwork,
  type VirtualMessage,
  type VirtualNetwork,
  type VirtualReply,
  type VirtualRequest,
} from "./virtualNetwork";
