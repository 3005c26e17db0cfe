import type { SecureVersion } from "node:tls";

/** OpenSSL names of Go's secure cipher suites, by Go name (crypto/tls, CipherSuites). */
const opensslCiphers: Readonly<Record<string, string>> = {
  TLS_AES_128_GCM_SHA256: "TLS_AES_128_GCM_SHA256",
  TLS_AES_256_GCM_SHA384: "TLS_AES_256_GCM_SHA384",
  TLS_CHACHA20_POLY1305_SHA256: "TLS_CHACHA20_POLY1305_SHA256",
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: "ECDHE-ECDSA-AES128-SHA",
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: "ECDHE-ECDSA-AES256-SHA",
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: "ECDHE-RSA-AES128-SHA",
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: "ECDHE-RSA-AES256-SHA",
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: "ECDHE-ECDSA-AES128-GCM-SHA256",
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: "ECDHE-ECDSA-AES256-GCM-SHA384",
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: "ECDHE-RSA-AES128-GCM-SHA256",
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: "ECDHE-RSA-AES256-GCM-SHA384",
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: "ECDHE-RSA-CHACHA20-POLY1305",
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: "ECDHE-ECDSA-CHACHA20-POLY1305",
};

const opensslCurves: Readonly<Record<string, string>> = {
  CurveP256: "P-256",
  CurveP384: "P-384",
  CurveP521: "P-521",
  X25519: "X25519",
};

export const cipherNames = Object.keys(opensslCiphers);
export const curveNames = Object.keys(opensslCurves);

/** From weakest to strongest. */
export const versionNames = ["TLS10", "TLS11", "TLS12", "TLS13"] as const;
type VersionName = (typeof versionNames)[number];

/**
 * Node's `ciphers` for Go names. Only TLS 1.2 suites can be chosen: as in Go, all TLS 1.3 suites stay enabled, because a
 * list without them would turn TLS 1.3 off in Node.
 */
export function opensslCipherList(chosen: readonly string[]): string {
  const ofTls13 = cipherNames.slice(0, 3);
  return [...new Set([...chosen, ...ofTls13])].map((name) => opensslCiphers[name] ?? name).join(":");
}

/** Node's `ecdhCurve` for Go names. */
export function opensslCurveList(chosen: readonly string[]): string {
  return chosen.map((name) => opensslCurves[name] ?? name).join(":");
}

/** A problem of the section `tls_server_config`. */
export const at = (key: string, message: string): string => `tls_server_config.${key}: ${message}`;

const nodeVersions = { TLS12: "TLSv1.2", TLS13: "TLSv1.3" } as const;

const isServed = (version: VersionName): version is keyof typeof nodeVersions => version in nodeVersions;

interface VersionReading {
  readonly context: { readonly minVersion: SecureVersion; readonly maxVersion: SecureVersion } | undefined;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Node's versions for Go names, with problems and warnings. */
export function readVersions(min: VersionName = "TLS12", max: VersionName = "TLS13"): VersionReading {
  const nothing = { context: undefined, warnings: [] };
  if (!isServed(max))
    return { ...nothing, problems: [at("max_version", "must be TLS12 or TLS13: older versions are not supported")] };
  if (versionNames.indexOf(min) > versionNames.indexOf(max)) {
    return { ...nothing, problems: [at("min_version", `must not be above max_version`)] };
  }
  return {
    context: { minVersion: nodeVersions[isServed(min) ? min : "TLS12"], maxVersion: nodeVersions[max] },
    problems: [],
    warnings: isServed(min) ? [] : [at("min_version", `${min} is not supported; the minimum is TLS12`)],
  };
}
