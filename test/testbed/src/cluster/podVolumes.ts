import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Resolved } from "./containerEnv";
import type { Pod, Volume } from "./pod";
import type { SourceLookup, Source, SourceData } from "./podSources";

/**
 * Writes the pod's Secret and ConfigMap volumes below `dir`, freshly. The value maps a volume's name to its folder.
 * The files are readable by this user only, whatever mode the pod asks for.
 */
export async function writeVolumes(
  pod: Pod,
  lookup: SourceLookup,
  dir: string,
): Promise<Resolved<ReadonlyMap<string, string>>> {
  const folders = new Map<string, string>();
  for (const volume of pod.spec.volumes) {
    if (volume.persistentVolumeClaim !== undefined) continue;
    const folder = join(dir, volume.name);
    const files = filesOf(volume, lookup);
    if (!files.ok) return files;
    if (volume.emptyDir === undefined) await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const [path, content] of files.value) {
      await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
      await writeFile(join(folder, path), content, { mode: 0o600 });
    }
    folders.set(volume.name, folder);
  }
  return { ok: true, value: folders };
}

/** The files of a volume by path: all keys of its source, or those that `items` names. */
export function filesOf(volume: Volume, lookup: SourceLookup): Resolved<SourceData> {
  const none: SourceData = new Map();
  const ref = volume.secret ?? volume.configMap;
  if (ref === undefined) return { ok: true, value: none };
  const source: Source =
    volume.secret === undefined
      ? { kind: "ConfigMap", name: volume.configMap?.name ?? "" }
      : { kind: "Secret", name: volume.secret.secretName };
  const data = lookup(source);
  if (data === undefined) {
    return ref.optional ? { ok: true, value: none } : { ok: false, problem: `${source.kind} ${source.name} not found` };
  }
  if (ref.items === undefined) return { ok: true, value: data };
  const chosen = new Map<string, Buffer>();
  for (const { key, path } of ref.items) {
    const content = data.get(key);
    if (content !== undefined) chosen.set(path, content);
    else if (!ref.optional) return { ok: false, problem: `${source.kind} ${source.name} has no key ${key}` };
  }
  return { ok: true, value: chosen };
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
