import { z } from "zod";
import type { KubeClient } from "./kubeClient";
import { isAborted, pause } from "./waitFor";

export interface InformerHandlers<T> {
  /** An object there was at the start, a new one, or a new version of one. */
  readonly changed: (object: T) => void;
  /** The uid of an object that is no longer there. */
  readonly deleted: (uid: string) => void;
  /** A call failed; it is tried again. */
  readonly failed: (error: unknown) => void;
}

const retryMs = 500;

const identity = z.looseObject({ metadata: z.looseObject({ uid: z.string() }) });

const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  items: z.array(identity),
});

/**
 * Lists the objects at `path` and watches them until the signal aborts: a list, then its changes, and the list again
 * when the server ends the watch.
 */
export async function startInformer<T>(
  client: KubeClient,
  path: string,
  schema: z.ZodType<T>,
  followed: InformerHandlers<T>,
  signal: AbortSignal,
): Promise<void> {
  const known = new Set<string>();
  while (!signal.aborted) {
    try {
      await listAndWatch(client, path, schema, followed, known, signal);
    } catch (error) {
      if (isAborted(signal)) return;
      followed.failed(error);
      await pause(retryMs, signal);
    }
  }
}

async function listAndWatch<T>(
  client: KubeClient,
  path: string,
  schema: z.ZodType<T>,
  followed: InformerHandlers<T>,
  known: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  const present = (object: unknown) => {
    known.add(identity.parse(object).metadata.uid);
    followed.changed(schema.parse(object));
  };
  const absent = (uid: string) => {
    known.delete(uid);
    followed.deleted(uid);
  };
  const list = await client.get(path, listSchema);
  const listed = new Set(list.items.map(({ metadata }) => metadata.uid));
  for (const uid of known) if (!listed.has(uid)) absent(uid);
  for (const item of list.items) present(item);
  for await (const { type, object } of client.watch(path, list.metadata.resourceVersion, signal)) {
    // Such as "the version is too old": list again.
    if (type === "ERROR") return;
    if (type === "DELETED") absent(identity.parse(object).metadata.uid);
    else present(object);
  }
}
