import type { Container, Pod } from "./pod";
import type { SourceLookup, Source, SourceData } from "./podSources";

export type Resolved<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Facts that a pod can ask for by `fieldRef` and that its manifest does not hold. */
export interface Placement {
  readonly nodeName: string;
  readonly hostIp: string;
  readonly podIp: string;
}

/**
 * The environment that the kubelet would give a container: `envFrom` in order, then `env`, later ones winning, with
 * `$(NAME)` replaced by what was set before. The variables of services (`enableServiceLinks`) are left out.
 */
export function resolveEnv(
  container: Container,
  pod: Pod,
  placement: Placement,
  lookup: SourceLookup,
): Resolved<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const { prefix, configMapRef, secretRef } of container.envFrom) {
    for (const [kind, ref] of [["ConfigMap", configMapRef] as const, ["Secret", secretRef] as const]) {
      if (ref === undefined) continue;
      const data = lookup({ kind, name: ref.name });
      if (data === undefined && !ref.optional) return missing({ kind, name: ref.name });
      for (const [key, value] of data ?? []) env[prefix + key] = value.toString();
    }
  }
  for (const variable of container.env) {
    const resolved = resolveVariable(variable, pod, placement, lookup);
    if (!resolved.ok) return resolved;
    if (resolved.value === undefined) continue;
    env[variable.name] = variable.valueFrom === undefined ? expand(resolved.value, env) : resolved.value;
  }
  return { ok: true, value: env };
}

/** Replaces `$(NAME)` by the variable if there is one, and `$$(NAME)` by `$(NAME)`. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$(\$?)\(([^)]+)\)/g, (whole, escaped: string, name: string) =>
    escaped === "" ? (env[name] ?? whole) : `$(${name})`,
  );
}

/** `undefined` for an optional reference that leads nowhere: the variable is then not set. */
function resolveVariable(
  variable: Container["env"][number],
  pod: Pod,
  placement: Placement,
  lookup: SourceLookup,
): Resolved<string | undefined> {
  const { value, valueFrom } = variable;
  if (valueFrom === undefined) return { ok: true, value };
  if (valueFrom.fieldRef !== undefined) return fieldOf(valueFrom.fieldRef.fieldPath, pod, placement);
  const kind = valueFrom.secretKeyRef === undefined ? "ConfigMap" : "Secret";
  const ref = valueFrom.secretKeyRef ?? valueFrom.configMapKeyRef;
  if (ref === undefined) return { ok: false, problem: `the source of ${variable.name} is not supported here` };
  const data: SourceData | undefined = lookup({ kind, name: ref.name });
  const found = data?.get(ref.key);
  if (found !== undefined || ref.optional) return { ok: true, value: found?.toString() };
  if (data === undefined) return missing({ kind, name: ref.name });
  return { ok: false, problem: `${kind} ${ref.name} has no key ${ref.key}` };
}

function fieldOf(path: string, { metadata, spec }: Pod, placement: Placement): Resolved<string> {
  const map = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
  if (map !== null) {
    const from = map[1] === "labels" ? metadata.labels : metadata.annotations;
    return { ok: true, value: from[map[2] ?? ""] ?? "" };
  }
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
  return value === undefined ? { ok: false, problem: `field ${path} is not supported here` } : { ok: true, value };
}

function missing({ kind, name }: Source): { ok: false; problem: string } {
  return { ok: false, problem: `${kind} ${name} not found` };
}
