import * as z from "zod";
import { KubeError, type KubeClient } from "../cluster/kubeClient";
import { collectionPath } from "../cluster/kubectl";
import { storedResources, type StoredResource } from "./stateFile";

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional(), uid: z.string() }),
});

/** A Kubernetes object as a stack's state or an API server holds it. */
export type LiveObject = z.infer<typeof object>;

/** The Kubernetes objects in a file backend's state of one stack. */
export async function storedObjects(backendDir: string, stack: string): Promise<LiveObject[]> {
  const resources = await storedResources(backendDir, "fedjoin", stack);
  return resources.flatMap((each: StoredResource) => {
    const found = each.type.startsWith("kubernetes:") ? object.safeParse(each.outputs) : undefined;
    return found?.data === undefined ? [] : [found.data];
  });
}

/** The path of an object at its API server. */
export const pathOf = (live: LiveObject): string => `${collectionPath(live)}/${live.metadata.name}`;

/** As the API server has it; `undefined` when it is gone. */
export async function liveObject(client: KubeClient, path: string): Promise<LiveObject | undefined> {
  try {
    return await client.get(path, object);
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return undefined;
    throw error;
  }
}

export const objectId = ({ kind, metadata: { namespace = "", name, uid } }: LiveObject): string =>
  `${kind} ${namespace}/${name} ${uid}`;

/** Objects of a state that no API server has, or not the very same one: made and then deleted by another hand. */
export async function missingObjects(stored: readonly LiveObject[], clients: readonly KubeClient[]): Promise<string[]> {
  const lost: string[] = [];
  for (const each of stored) {
    const live = await Promise.all(clients.map((client) => liveObject(client, pathOf(each))));
    const isThere = live.some((found) => found?.metadata.uid === each.metadata.uid && !isEnding(found));
    if (!isThere) lost.push(objectId(each));
  }
  return lost;
}

const isEnding = ({ metadata }: LiveObject): boolean => metadata["deletionTimestamp"] !== undefined;
