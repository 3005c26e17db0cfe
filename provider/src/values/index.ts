// Values and the rules that they obey: addresses, secrets, texts, unknown keys.
export { expectedFingerprint, fingerprintPattern } from "./fingerprint";
export { expectedProxy, isProxySetting, unverifiedProxyProblem } from "./proxy";
export { Secret } from "./secret";
export { canonicalServer, expectedBasePath, expectedServer, parseBasePath, parseServer, stripBrackets } from "./server";
export { systemErrorCode } from "./systemErrorCode";
export { decodeText, InvalidTextError, secretLine, trimText } from "./text";
export { closestMatch, unknownKeyMessage } from "./unknownKeys";
export { withDefaults } from "./withDefaults";
