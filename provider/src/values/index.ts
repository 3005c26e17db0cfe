// Values and their rules: addresses, TLS, credentials, secrets, retry policies, texts.
export { addressKey, formatAddress } from "./address";
export type { Address } from "./address";
export { address, basePath, federationAddress, proxyRule, proxyText, restAddress, server } from "./addressSchema";
export { apiKeyText, credentialsSchema } from "./credentials";
export { parseDuration } from "./duration";
export { joinTokenText, tokenUrlOptions, tokenUrlProblem, tokenUrlText } from "./joinToken";
export { formatPath, isMapping, omitNullish, pick, valueAt } from "./mapping";
export {
  atMostOne,
  choice,
  expected,
  flag,
  mapping,
  port,
  seconds,
  text,
  variableName,
  wholeNumber,
  withRules,
} from "./primitives";
export type { Rule } from "./primitives";
export { isProxySetting } from "./proxy";
export { defaultRetryPolicy, partialRetryPolicy, retryParts } from "./retry";
export type { RetryPolicy } from "./retry";
export { Secret } from "./secret";
export { secretReference } from "./secretReference";
export { secretMeta, secretText, toSecret } from "./secretText";
export type { Wrap } from "./secretText";
export { canonicalServer, expectedBasePath, expectedServer, parseBasePath, parseServer, stripBrackets } from "./server";
export { storeId } from "./storeId";
export { systemErrorCode } from "./systemErrorCode";
export { decodeText, describeReadError, InvalidTextError, secretLine, trimText } from "./text";
export { certificates, fingerprint, pinRule, trustedCertificates, verification } from "./tls";
export type { TlsSettings } from "./tls";
export { closestMatch, unknownKeyMessage } from "./unknownKeys";
export { withDefaults } from "./withDefaults";
export { parseYaml } from "./yaml";
