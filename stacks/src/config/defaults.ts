import { withDefaults } from "@fedjoin/provider/values";

/** Keys of a FedJoin that another owner's member cannot have. */
const fedJoinKeys = ["protect", "retainOnDelete"];

/** True where another than a FedJoin owns the membership. */
export const isOwnedElsewhere = (owner: unknown): boolean => owner === "exporter" || owner === "none";

/** The defaults that a member takes over: without the keys of a FedJoin where another owns its membership. */
export function inheritedDefaults(own: unknown, defaults: unknown): unknown {
  const merged = withDefaults(defaults, own);
  if (!isMapping(defaults) || !isMapping(merged) || !isOwnedElsewhere(merged["joinedBy"])) return defaults;
  return Object.fromEntries(Object.entries(defaults).filter(([key]) => !fedJoinKeys.includes(key)));
}

/** The defaults without keys that belong to one member alone. */
export function sharedDefaults(defaults: unknown): unknown {
  if (!isMapping(defaults)) return {};
  return Object.fromEntries(Object.entries(defaults).filter(([key]) => key !== "storeId" && key !== "name"));
}

/** The same without keys that have no value, as YAML gives for `controller:` alone: such a key counts as not there. */
export function dropNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropNulls);
  if (!isMapping(value)) return value;
  const given = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(given.map(([key, inner]) => [key, dropNulls(inner)]));
}

/** True when there is a value at `path`. */
export function hasPath(value: unknown, path: readonly PropertyKey[]): boolean {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key)) return false;
    current = Reflect.get(current, key);
  }
  return true;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
