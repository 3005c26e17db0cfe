/** The fixed texts of the error codes (rest-api.md#error-codes). */
const texts: Readonly<Record<number, string>> = {
  1: "URL not found",
  2: "Method not allowed",
  3: "Authentication failed",
  4: "Operation not allowed",
  5: "Too many login users",
  6: "Request in wrong format",
  7: "Object not found",
  8: "Write to cluster failed",
  9: "Read from cluster failed",
  10: "Data read from cluster in wrong format",
  11: "Request to cluster timeout",
  12: "More search criteria required",
  13: "Duplicate name",
  14: "Password is weak",
  15: "Name in wrong format",
  16: "Object in use",
  17: "Failed to export",
  18: "Failed to import",
  19: "Acquire cluster lock failed",
  20: "Request not supported by license",
  21: "Enforcer error",
  22: "Container not running",
  23: "CIS benchmark error",
  24: "Cluster RPC error",
  25: "Object access denied",
  26: "Fail to scan repository",
  27: "Fail to scan registry",
  28: "Kubernetes API error",
  30: "Admission control is not supported on non-Kubernetes environment",
  31: "Kubernetes RBAC settings required for NeuVector is not configured correctly",
  37: "Authentication to the remote cluster failed",
  38: "Request to the remote cluster failed",
  39: "Federation operation failed",
  40: "Managed cluster is unreachable from primary cluster",
  41: "Another cluster with the same name already exists in the federation",
  42: "Version of primary cluster is too old",
  43: "Version of managed cluster is too old",
  46: "Read-only rule(s) cannot be updated by current login user",
  47: "Temporarily blocked because of too many login failures",
  48: "Password expired",
  49: "Failed to promote rules",
  50: "Platform authentication is disabled",
  51: "Rancher authentication failed",
  52: "Failed to export to remote repository",
  53: "Invalid or expired query id",
  54: "Job not found in the Job Queue",
  55: "Server Error",
};

/** The fixed text of a code; codes without one read "Unknown error". */
function errorText(code: number): string {
  return texts[code] ?? "Unknown error";
}

/** Whether the controller has a text for the code, which decides how it relays it (rest-api.md#joining). */
export function isKnownCode(code: number): boolean {
  return code in texts;
}

/** A handler's "no": becomes an answer with this status and an error body. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly status: number,
    readonly code: number,
    message: string = errorText(code),
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }

  get body(): Readonly<Record<string, unknown>> {
    return { code: this.code, error: errorText(this.code), message: this.message, ...this.extra };
  }
}

/** A handler that dies: the caller sees the connection close without an answer. */
export class ConnectionDrop extends Error {
  override readonly name = "ConnectionDrop";
}
