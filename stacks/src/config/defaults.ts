/** Keys of which a mapping takes one kind: one given by a member puts the others' defaults aside. */
const alternatives: Readonly<Record<string, readonly string[]>> = {
  apiKey: ["username", "password", "passwordFrom", "apiKeyFrom"],
  apiKeyFrom: ["username", "password", "passwordFrom", "apiKey"],
  username: ["apiKey", "apiKeyFrom"],
  password: ["passwordFrom", "apiKey", "apiKeyFrom"],
  passwordFrom: ["password", "apiKey", "apiKeyFrom"],
  env: ["file", "command"],
  file: ["env", "command"],
  command: ["env", "file"],
  kubeconfig: ["kubeconfigFile", "inCluster"],
  kubeconfigFile: ["kubeconfig", "inCluster"],
  context: ["inCluster"],
  inCluster: ["kubeconfig", "kubeconfigFile", "context"],
  ca: ["caFile"],
  caFile: ["ca"],
  fingerprint: ["verify"],
  verify: ["fingerprint"],
  config: ["configFile"],
  configFile: ["config"],
  size: ["claimName"],
  storageClassName: ["claimName"],
  claimName: ["size", "storageClassName"],
  minAvailable: ["maxUnavailable"],
  maxUnavailable: ["minAvailable"],
};

/** A member as it is written, over the defaults, key by key and as deep as mappings go. Lists are taken whole. */
export function withDefaults(defaults: unknown, own: unknown): unknown {
  if (!isMapping(defaults) || !isMapping(own)) return own === undefined ? defaults : own;
  const replaced = Object.keys(own).flatMap((key) => alternatives[key] ?? []);
  const inherited = Object.entries(defaults).filter(([key]) => !replaced.includes(key));
  return { ...own, ...Object.fromEntries(inherited.map(([key, value]) => [key, withDefaults(value, own[key])])) };
}

/** Keys of a FedJoin that another owner's member cannot have. */
const ofFedJoin = ["protect", "retainOnDelete"];

/** True where another than a FedJoin owns the membership. */
export const isForeign = (owner: unknown): boolean => owner === "exporter" || owner === "none";

/** The defaults that a member takes over: without the keys of a FedJoin where another owns its membership. */
export function inheritedBy(own: unknown, defaults: unknown): unknown {
  const merged = withDefaults(defaults, own);
  if (!isMapping(defaults) || !isMapping(merged) || !isForeign(merged["joinedBy"])) return defaults;
  return Object.fromEntries(Object.entries(defaults).filter(([key]) => !ofFedJoin.includes(key)));
}

/** The defaults without keys that belong to one member alone. */
export function sharedOf(defaults: unknown): unknown {
  if (!isMapping(defaults)) return {};
  return Object.fromEntries(Object.entries(defaults).filter(([key]) => key !== "storeId" && key !== "name"));
}

/** The same without keys that have no value, as YAML gives for `controller:` alone: such a key counts as not there. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMapping(value)) return value;
  const given = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(given.map(([key, inner]) => [key, withoutNulls(inner)]));
}

/** True when there is a value at `path`. */
export function has(value: unknown, path: readonly PropertyKey[]): boolean {
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
