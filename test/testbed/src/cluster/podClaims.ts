import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Resolved } from "./containerEnv";
import { KubeError, type KubeClient } from "./kubeClient";
import type { Pod } from "./pod";

const claim = z.object({ metadata: z.object({ uid: z.string() }) });

/**
 * Binds each claim that the pod uses, as a storage class would. The value maps a volume's name to a folder below `dir`
 * that all pods of the same claim get.
 */
export async function bindClaims(
  client: KubeClient,
  { metadata, spec }: Pod,
  dir: string,
): Promise<Resolved<ReadonlyMap<string, string>>> {
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
      return { ok: false, problem: `PersistentVolumeClaim ${claimName} not found` };
    }
  }
  return { ok: true, value: folders };
}
