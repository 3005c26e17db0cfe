import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { KubeError, type KubeClient } from "./kubeClient";
import type { Container, Pod } from "./pod";

/** Why a container cannot start now, in words for the pod's status. */
export class ContainerConfigError extends Error {
  override readonly name = "ContainerConfigError";
}

/** The content of a ConfigMap or Secret in the pod's namespace. @throws {ContainerConfigError} if there is none. */
export type SourceReader = (kind: "ConfigMap" | "Secret", name: string) => Promise<ReadonlyMap<string, Buffer>>;

const source = z.object({ data: z.record(z.string(), z.string()).default({}) });
const claim = z.object({ metadata: z.object({ uid: z.string() }) });

export function sourceReader(client: KubeClient, namespace: string): SourceReader {
  return async (kind, name) => {
    const { data } = await find(client, `/api/v1/namespaces/${namespace}`, kind, name, source);
    const encoding = kind === "Secret" ? "base64" : "utf8";
    return new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, encoding)]));
  };
}

async function find<T>(client: KubeClient, folder: string, kind: string, name: string, schema: z.ZodType<T>) {
  try {
    return await client.get(`${folder}/${kind.toLowerCase()}s/${name}`, schema);
  } catch (error) {
    if (!(error instanceof KubeError) || error.status !== 404) throw error;
    throw new ContainerConfigError(`${kind} ${name} not found`);
  }
}

/** The environment that the kubelet would give the container; the variables of services are left out. */
export async function resolveEnv({ envFrom, env }: Container, read: SourceReader): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { configMapRef } of envFrom) {
    for (const [key, value] of await read("ConfigMap", configMapRef.name)) found[key] = value.toString();
  }
  for (const { name, value, valueFrom } of env) {
    if (valueFrom === undefined) {
      found[name] = value;
      continue;
    }
    const ref = valueFrom.secretKeyRef;
    const content = (await read("Secret", ref.name)).get(ref.key);
    if (content !== undefined) found[name] = content.toString();
    else if (!ref.optional) throw new ContainerConfigError(`Secret ${ref.name} has no key ${ref.key}`);
  }
  return found;
}

/**
 * Writes the pod's Secrets and ConfigMaps below `dir`, freshly. The result maps a volume's name to its folder. The files
 * are readable by this user only, whatever mode the pod asks for.
 */
export async function writeVolumes({ spec }: Pod, read: SourceReader, dir: string): Promise<Map<string, string>> {
  const folders = new Map<string, string>();
  for (const { name, secret, configMap, persistentVolumeClaim } of spec.volumes) {
    if (persistentVolumeClaim !== undefined) continue;
    const folder = join(dir, name);
    const files = secret
      ? await read("Secret", secret.secretName)
      : configMap && (await read("ConfigMap", configMap.name));
    if (files !== undefined) await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const [file, content] of files ?? []) await writeFile(join(folder, file), content, { mode: 0o600 });
    folders.set(name, folder);
  }
  return folders;
}

/**
 * Binds each claim that the pod uses, as a storage class would. The result maps a volume's name to a folder below `dir`
 * that all pods of the same claim get.
 */
export async function bindClaims(client: KubeClient, pod: Pod, dir: string): Promise<Map<string, string>> {
  const namespace = `/api/v1/namespaces/${pod.metadata.namespace}`;
  const folders = new Map<string, string>();
  for (const { name, persistentVolumeClaim } of pod.spec.volumes) {
    if (persistentVolumeClaim === undefined) continue;
    const { claimName } = persistentVolumeClaim;
    const { uid } = (await find(client, namespace, "PersistentVolumeClaim", claimName, claim)).metadata;
    await client.patch(`${namespace}/persistentvolumeclaims/${claimName}/status`, { status: { phase: "Bound" } });
    const folder = join(dir, uid);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    folders.set(name, folder);
  }
  return folders;
}

/**
 * The environment with values that are paths below a mount point turned into paths on this machine, since a local
 * process sees no mounts. Only a value that starts with the mount point is seen as a path.
 */
export function withLocalPaths(
  env: Readonly<Record<string, string>>,
  mounts: ReadonlyMap<string, string>,
): Record<string, string> {
  const local = (value: string) => {
    for (const [mountPath, folder] of mounts) {
      if (value === mountPath || value.startsWith(`${mountPath}/`)) return folder + value.slice(mountPath.length);
    }
    return value;
  };
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, local(value)]));
}
