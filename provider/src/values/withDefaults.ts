import { isMapping } from "./mapping";

/** Keys that exclude each other: a member's own key replaces the defaults of the others. */
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

/**
 * Merges a member over the defaults, key by key at any depth; lists are replaced as a whole. The one rule for a stack's
 * configuration and the settings of the command line.
 */
export function withDefaults(defaults: unknown, own: unknown): unknown {
  if (!isMapping(defaults) || !isMapping(own)) return own === undefined ? defaults : own;
  const replaced = Object.keys(own).flatMap((key) => alternatives[key] ?? []);
  const inherited = Object.entries(defaults).filter(([key]) => !replaced.includes(key));
  return { ...own, ...Object.fromEntries(inherited.map(([key, value]) => [key, withDefaults(value, own[key])])) };
}
