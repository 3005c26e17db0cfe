import { NeuVectorError } from "../../errors/neuVectorError";

/**
 * Endpoints that a healthy controller may lack (rest-api.md#system-and-inventory and
 * rest-api.md#policy-scanners-and-risk).
 */
const optionalPaths: ReadonlySet<string> = new Set([
  "/v1/admission/rules",
  "/v1/admission/state",
  "/v1/compliance/asset",
  "/v1/debug/admission_stats",
  "/v1/scan/platform",
  "/v1/system/alerts",
  "/v1/system/score/metrics",
  "/v1/vulasset",
]);

const forwardPrefix = /^\/v1\/fed\/cluster\/[^/]+(?=\/)/;

/** Of admission control off Kubernetes (code 30), and of compliance without NeuVector Prime (code not recorded). */
const featureMissing = 412;

/**
 * True for an answer by which a controller says that it lacks an optional endpoint. Only a controller sends a `code`
 * (rest-api.md#errors): the same status from another server says nothing about a controller.
 */
export function isMissingEndpoint(path: string, status: number, code: number | undefined): boolean {
  if (code === undefined || !optionalPaths.has(pathOnController(path))) return false;
  return status === 404 || status === featureMissing;
}

function pathOnController(path: string): string {
  return (path.split("?", 1)[0] ?? "").replace(forwardPrefix, "");
}

/** What `asked` gives for `path`; `undefined` where the controller lacks that endpoint. */
export async function undefinedIfMissing<T>(path: string, asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof NeuVectorError && isMissingEndpoint(path, error.status ?? 0, error.code)) return undefined;
    throw error;
  }
}
