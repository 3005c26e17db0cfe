import { stringify } from "yaml";
import * as z from "zod";
import type { DeclaredStack } from "./declareStack";

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string().optional(), labels: z.record(z.string(), z.string()).optional() }),
});

/** A Kubernetes object as a program hands it to its provider. */
export type KubeObject = z.infer<typeof object>;

/** The Kubernetes objects of a program, in the order of their kinds and names. */
export function renderedObjects({ resources }: DeclaredStack): KubeObject[] {
  const ofCluster = resources.filter(({ type }) => type.startsWith("kubernetes:"));
  const named = ofCluster.map(({ name, inputs }) => ({ key: `${String(inputs["kind"])} ${name}`, inputs }));
  return named.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ inputs }) => object.parse(inputs));
}

/** As one YAML text, in which an object without a name is one that Pulumi gives a new name for each content. */
export function asYaml(objects: readonly KubeObject[]): string {
  const written = objects.map(({ apiVersion, kind, metadata, ...rest }) =>
    stringify({ apiVersion, kind, metadata, ...rest }, { lineWidth: 120, aliasDuplicateObjects: false }),
  );
  return written.join("---\n");
}
