import type { Container, Pod } from "./pod";
import { ContainerConfigError, readAll, readKey, type SourceLookup } from "./podSources";

/** Facts that a pod can ask for by `fieldRef` and that its manifest does not hold. */
export interface Placement {
  readonly nodeName: string;
  readonly hostIp: string;
  readonly podIp: string;
}

/**
 * The environment that the kubelet would give a container: `envFrom` in order, then `env`, later ones winning, with
 * `$(NAME)` replaced by what was set before. The variables of services (`enableServiceLinks`) are left out.
 * @throws {ContainerConfigError} when something that it names is missing or not supported
 */
export async function resolveEnv(
  container: Container,
  pod: Pod,
  placement: Placement,
  lookup: SourceLookup,
): Promise<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const { prefix, configMapRef, secretRef } of container.envFrom) {
    for (const [kind, ref] of [["ConfigMap", configMapRef] as const, ["Secret", secretRef] as const]) {
      if (ref === undefined) continue;
      for (const [key, value] of await readAll(lookup, { kind, ...ref })) env[prefix + key] = value.toString();
    }
  }
  for (const variable of container.env) {
    const value =
      variable.valueFrom === undefined
        ? expand(variable.value, env)
        : await referredValue(variable, pod, placement, lookup);
    if (value !== undefined) env[variable.name] = value;
  }
  return env;
}

/** Replaces `$(NAME)` by the variable if there is one, and `$$(NAME)` by `$(NAME)`. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$(\$?)\(([^)]+)\)/g, (whole, escaped: string, name: string) =>
    escaped === "" ? (env[name] ?? whole) : `$(${name})`,
  );
}

/** `undefined` for an optional reference that leads nowhere: the variable is then not set. */
async function referredValue(
  { name, valueFrom = {} }: Container["env"][number],
  pod: Pod,
  placement: Placement,
  lookup: SourceLookup,
): Promise<string | undefined> {
  const { fieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef !== undefined) return fieldOf(fieldRef.fieldPath, pod, placement);
  const ref = secretKeyRef ?? configMapKeyRef;
  if (ref === undefined) throw new ContainerConfigError(`the source of ${name} is not supported here`);
  const kind = secretKeyRef === undefined ? "ConfigMap" : "Secret";
  return (await readKey(lookup, { kind, ...ref }, ref.key))?.toString();
}

function fieldOf(path: string, { metadata, spec }: Pod, placement: Placement): string {
  const [, map, key = ""] = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path) ?? [];
  if (map !== undefined) return (map === "labels" ? metadata.labels : metadata.annotations)[key] ?? "";
  const fields: Readonly<Record<string, string>> = {
    "metadata.name": metadata.name,
    "metadata.namespace": metadata.namespace,
    "metadata.uid": metadata.uid,
    "spec.nodeName": placement.nodeName,
    "spec.serviceAccountName": spec.serviceAccountName,
    "status.hostIP": placement.hostIp,
    "status.podIP": placement.podIp,
  };
  const value = fields[path];
  if (value === undefined) throw new ContainerConfigError(`field ${path} is not supported here`);
  return value;
}
