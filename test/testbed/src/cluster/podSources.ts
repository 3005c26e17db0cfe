import { z } from "zod";
import { KubeError, type KubeClient } from "./kubeClient";

/** The content of one ConfigMap or Secret. */
export type SourceData = ReadonlyMap<string, Buffer>;

export interface Source {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
  /** Whether a container can do without it; by default not. */
  readonly optional?: boolean;
}

/** The content of a source in the pod's namespace; undefined when there is no such object. */
export type SourceLookup = (source: Source) => Promise<SourceData | undefined>;

/** Why a container cannot start now, in words for the pod's status. */
export class ContainerConfigError extends Error {
  override readonly name = "ContainerConfigError";
}

const stringMap = z.record(z.string(), z.string()).default({});
const configMapOrSecret = z.object({ data: stringMap, binaryData: stringMap });

/** Reads each source once; later changes do not show, as in a running container's environment. */
export function sourceLookup(client: KubeClient, namespace: string): SourceLookup {
  const known = new Map<string, Promise<SourceData | undefined>>();
  return ({ kind, name }) => {
    const path = `/api/v1/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`;
    const data = known.get(path) ?? readSource(client, path, kind === "Secret" ? "base64" : "utf8");
    known.set(path, data);
    return data;
  };
}

async function readSource(client: KubeClient, path: string, encoding: BufferEncoding): Promise<SourceData | undefined> {
  try {
    const { data, binaryData } = await client.get(path, configMapOrSecret);
    return new Map([...decoded(data, encoding), ...decoded(binaryData, "base64")]);
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return undefined;
    throw error;
  }
}

function decoded(data: Readonly<Record<string, string>>, encoding: BufferEncoding): [string, Buffer][] {
  return Object.entries(data).map(([key, value]) => [key, Buffer.from(value, encoding)]);
}

/** The content of a source, empty for an optional one that is not there. @throws {ContainerConfigError} */
export async function readAll(lookup: SourceLookup, source: Source): Promise<SourceData> {
  const data = await lookup(source);
  if (data === undefined && source.optional !== true) {
    throw new ContainerConfigError(`${source.kind} ${source.name} not found`);
  }
  return data ?? new Map<string, Buffer>();
}

/** One key of a source; undefined when it, or an optional source, is not there. @throws {ContainerConfigError} */
export async function readKey(lookup: SourceLookup, source: Source, key: string): Promise<Buffer | undefined> {
  const value = (await readAll(lookup, source)).get(key);
  if (value === undefined && source.optional !== true) {
    throw new ContainerConfigError(`${source.kind} ${source.name} has no key ${key}`);
  }
  return value;
}
