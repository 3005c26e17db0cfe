import { createHash } from "node:crypto";
import type { Random } from "../neuvector/ports";

const alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const suffixLength = 6;

/** Returns `{storeId}-{6 random alphanumerics}` (R5). Generate it once per membership: a retry repeats the name. */
export function generateClusterName(storeId: string, random: Random): string {
  const suffix = Array.from({ length: suffixLength }, () => alphanumerics.charAt(random.below(alphanumerics.length)));
  return `${storeId}-${suffix.join("")}`;
}

/** Returns `{storeId}-{6 alphanumerics derived from the cluster's UID}`: always the same name for the same cluster. */
export function clusterNameFromUid(storeId: string, clusterUid: string): string {
  const digest = createHash("sha256").update(clusterUid).digest().subarray(0, suffixLength);
  const suffix = Array.from(digest, (byte) => alphanumerics.charAt(byte % alphanumerics.length));
  return `${storeId}-${suffix.join("")}`;
}

/** Returns true for a name that `generateClusterName` can produce for this store id. */
export function isClusterNameOf(storeId: string, name: string): boolean {
  return name.startsWith(`${storeId}-`) && /^[A-Za-z0-9]{6}$/.test(name.slice(storeId.length + 1));
}
