import { z } from "zod";

import { KubeError, type KubeClient } from "./kubeClient";
import type { Pod } from "./pod";

/** The content of one ConfigMap or Secret. */
export type SourceData = ReadonlyMap<string, Buffer>;

export interface Source {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
}

/** The content of a source in the pod's namespace; undefined when there is no such object. */
export type SourceLookup = (source: Source) => SourceData | undefined;

const stringMap = z.record(z.string(), z.string()).default({});
const secretSchema = z.object({ data: stringMap });
const configMapSchema = z.object({ data: stringMap, binaryData: stringMap });

/** Every ConfigMap and Secret that the pod's environment or volumes name. */
export function sourcesOf({ spec }: Pod): Source[] {
  const configMaps: string[] = [];
  const secrets: string[] = [];
  for (const { configMap, secret } of spec.volumes) {
    if (configMap !== undefined) configMaps.push(configMap.name);
    if (secret !== undefined) secrets.push(secret.secretName);
  }
  for (const { env, envFrom } of spec.containers) {
    for (const { configMapRef, secretRef } of envFrom) {
      if (configMapRef !== undefined) configMaps.push(configMapRef.name);
      if (secretRef !== undefined) secrets.push(secretRef.name);
    }
    for (const { valueFrom } of env) {
      if (valueFrom?.configMapKeyRef !== undefined) configMaps.push(valueFrom.configMapKeyRef.name);
      if (valueFrom?.secretKeyRef !== undefined) secrets.push(valueFrom.secretKeyRef.name);
    }
  }
  return [
    ...[...new Set(configMaps)].map((name) => ({ kind: "ConfigMap" as const, name })),
    ...[...new Set(secrets)].map((name) => ({ kind: "Secret" as const, name })),
  ];
}

/** Reads the sources once; later changes do not show, as in a running container's environment. */
export async function readSources(client: KubeClient, pod: Pod): Promise<SourceLookup> {
  const contents = new Map<string, SourceData>();
  for (const source of sourcesOf(pod)) {
    const data = await readSource(client, pod.metadata.namespace, source);
    if (data !== undefined) contents.set(idOf(source), data);
  }
  return (source) => contents.get(idOf(source));
}

async function readSource(client: KubeClient, namespace: string, source: Source): Promise<SourceData | undefined> {
  const folder = source.kind === "Secret" ? "secrets" : "configmaps";
  const path = `/api/v1/namespaces/${namespace}/${folder}/${source.name}`;
  try {
    if (source.kind === "Secret") return decoded((await client.get(path, secretSchema)).data, "base64");
    const { data, binaryData } = await client.get(path, configMapSchema);
    return new Map([...decoded(data, "utf8"), ...decoded(binaryData, "base64")]);
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return undefined;
    throw error;
  }
}

function decoded(data: Readonly<Record<string, string>>, encoding: BufferEncoding): Map<string, Buffer> {
  return new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, encoding)]));
}

function idOf({ kind, name }: Source): string {
  return `${kind}/${name}`;
}
