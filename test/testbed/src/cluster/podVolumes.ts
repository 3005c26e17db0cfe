import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { KubeError, type KubeClient } from "./kubeClient";
import type { Pod, Volume } from "./pod";
import { ContainerConfigError, readAll, readKey, type Source, type SourceData, type SourceLookup } from "./podSources";

/**
 * Writes the pod's Secret and ConfigMap volumes below `dir`, freshly. The result maps a volume's name to its folder.
 * The files are readable by this user only, whatever mode the pod asks for.
 * @throws {ContainerConfigError} when something that a volume names is missing
 */
export async function writeVolumes(pod: Pod, lookup: SourceLookup, dir: string): Promise<ReadonlyMap<string, string>> {
  const folders = new Map<string, string>();
  for (const volume of pod.spec.volumes) {
    if (volume.persistentVolumeClaim !== undefined) continue;
    const folder = join(dir, volume.name);
    const files = await filesOf(volume, lookup);
    if (volume.emptyDir === undefined) await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const [path, content] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
      await writeFile(join(folder, path), content, { mode: 0o600 });
    }
    folders.set(volume.name, folder);
  }
  return folders;
}

/** The files of a volume by path: all keys of its source, or those that `items` names. */
export async function filesOf({ secret, configMap }: Volume, lookup: SourceLookup): Promise<SourceData> {
  const source: Source | undefined = secret
    ? { kind: "Secret", name: secret.secretName, optional: secret.optional }
    : configMap && { kind: "ConfigMap", ...configMap };
  if (source === undefined) return new Map();
  const items = (secret ?? configMap)?.items;
  if (items === undefined) return readAll(lookup, source);
  const chosen = new Map<string, Buffer>();
  for (const { key, path } of items) {
    const content = await readKey(lookup, source, key);
    if (content !== undefined) chosen.set(path, content);
  }
  return chosen;
}

const claim = z.object({ metadata: z.object({ uid: z.string() }) });

/**
 * Binds each claim that the pod uses, as a storage class would. The result maps a volume's name to a folder below `dir`
 * that all pods of the same claim get.
 * @throws {ContainerConfigError} when there is no such claim
 */
export async function bindClaims(
  client: KubeClient,
  { metadata, spec }: Pod,
  dir: string,
): Promise<ReadonlyMap<string, string>> {
  const folders = new Map<string, string>();
  for (const { name, persistentVolumeClaim } of spec.volumes) {
    if (persistentVolumeClaim === undefined) continue;
    const { claimName } = persistentVolumeClaim;
    const path = `/api/v1/namespaces/${metadata.namespace}/persistentvolumeclaims/${claimName}`;
    try {
      const { uid } = (await client.get(path, claim)).metadata;
      await client.patch(`${path}/status`, { status: { phase: "Bound" } });
      const folder = join(dir, uid);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      folders.set(name, folder);
    } catch (error) {
      if (!(error instanceof KubeError) || error.status !== 404) throw error;
      throw new ContainerConfigError(`PersistentVolumeClaim ${claimName} not found`);
    }
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
