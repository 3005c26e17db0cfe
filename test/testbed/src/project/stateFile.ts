import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";

const properties = z.record(z.string(), z.unknown());

const resource = z.object({
  type: z.string(),
  id: z.string().optional(),
  inputs: properties.optional(),
  outputs: properties.optional(),
});

/** A resource as the engine stores it. */
export type StoredResource = z.infer<typeof resource>;

const checkpoint = z.object({
  checkpoint: z.object({ latest: z.object({ resources: z.array(resource).optional() }) }),
});

/** Every resource in a file backend's state of one stack; none once it is destroyed. */
export async function storedResources(backendDir: string, project: string, stack: string): Promise<StoredResource[]> {
  const file = join(backendDir, ".pulumi/stacks", project, `${stack}.json`);
  return checkpoint.parse(JSON.parse(await readFile(file, "utf8"))).checkpoint.latest.resources ?? [];
}

/** True for a FedJoin. */
export function isFedJoin({ type }: StoredResource): boolean {
  return type === "pulumi-nodejs:dynamic/neuvector:FedJoin";
}
