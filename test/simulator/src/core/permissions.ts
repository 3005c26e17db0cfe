/** Global roles (rest-api.md#roles-and-permissions); "" is a user without any. */
export type Role = "" | "admin" | "reader" | "ciops" | "fedAdmin" | "fedReader";

export interface Permission {
  readonly id: string;
  readonly read: boolean;
  readonly write: boolean;
}

const readOnly = ["audit_events", "events", "security_events"];
const readWrite = [
  "admctrl",
  "authentication",
  "authorization",
  "compliance",
  "config",
  "nv_resource",
  "reg_scan",
  "rt_policy",
  "rt_scan",
  "vulnerability",
];
const scanOnly: Permission = { id: "ci_scan", read: false, write: true };

function reads(ids: readonly string[]): Permission[] {
  return ids.map((id) => ({ id, read: true, write: false }));
}

function writes(ids: readonly string[]): Permission[] {
  return ids.map((id) => ({ id, read: true, write: true }));
}

/** What a role may do, as login and `selfuser` list it. */
export function permissionsOf(role: Role): readonly Permission[] {
  switch (role) {
    case "":
      return [];
    case "ciops":
      return [scanOnly];
    case "reader":
      return reads([...readOnly, ...readWrite]);
    case "fedReader":
      return reads([...readOnly, ...readWrite, "fed"]);
    case "admin":
      return [scanOnly, ...reads(readOnly), ...writes(readWrite)];
    case "fedAdmin":
      return [scanOnly, ...reads(readOnly), ...writes([...readWrite, "fed"])];
  }
}
