/** A SHA-256 fingerprint of a certificate: 64 hex digits, colons allowed. */
export const fingerprintPattern = /^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/;

export const expectedFingerprint = "expected a SHA-256 fingerprint: 64 hex digits, colons allowed";

/** Hex digits only, upper case: fingerprints compare equal with and without colons. */
export function normalizeFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(":", "").toUpperCase();
}

/** The pinned fingerprints, normalized, in the given order; empty if none is pinned. */
export function pinnedFingerprints(fingerprint: string | readonly string[] | undefined): readonly string[] {
  return [fingerprint ?? []].flat().map(normalizeFingerprint);
}
