/** Values that differ from run to run: only their type counts. */
const volatile = new Set([
  "component_versions",
  "created_timestamp",
  "id",
  "join_token",
  "k8s_rbac_alert_message",
  "last_login_at",
  "last_login_timestamp",
  "login_count",
  "status",
  "token",
]);

/**
 * A body in a form in which two bodies of the same meaning are equal: volatile values replaced by their type,
 * permissions (which the product lists in any order) sorted, everything else exact, null and [] apart.
 */
export function normalize(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => normalize(item, key));
    return key === "global_permissions" ? items.toSorted(byJson) : items;
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, normalize(member, name)]));
  }
  // A permission's id is a word, not a random one.
  if (!volatile.has(key) || value === null) return value;
  return typeof value === "string" && /^[a-z_]+$/.test(value) && key === "id" ? value : `<${typeof value}>`;
}

function byJson(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
