import { isMapping, withDefaults } from "@fedjoin/provider/internal/values";

/** Keys that only a FedJoin's membership can have. */
const fedJoinKeys = ["protect", "retainOnDelete"];

/** True if an owner other than a FedJoin has the membership. */
export const isOwnedElsewhere = (owner: unknown): boolean => owner === "exporter" || owner === "none";

/** The defaults for a member; without the keys of a FedJoin if another owns its membership. */
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
