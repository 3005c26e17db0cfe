import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { contentSuffix } from "./secretPlaceholders";

/** A Kubernetes object as a program declares it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly [key: string]: unknown;
}

export interface CapturedObject {
  /** The name without the suffix for the content. */
  readonly stableName: string;
  readonly object: KubeObject;
}

const mapping = z.record(z.string(), z.unknown());

const declared = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string().optional() }).default({}),
});

/**
 * The Kubernetes objects of a Pulumi program, run with Pulumi's mocks: without cluster, backend and plugins. Secrets are
 * unwrapped. Runs one program at a time.
 */
export async function captureObjects(stack: string, program: () => object): Promise<CapturedObject[]> {
  const captured: CapturedObject[] = [];
  const newResource = ({ type, name, inputs, id }: pulumi.runtime.MockResourceArgs) => {
    const shown = mapping.parse(unwrapSecrets(inputs));
    const object = type.startsWith("kubernetes:") ? declared.safeParse(shown) : undefined;
    if (object?.success !== true) return { id: id ?? name, state: shown };
    const named = nameObject(name, object.data);
    captured.push(named);
    return { id: name, state: named.object };
  };
  await pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "fedjoin", stack, false);
  const outputs = pulumi.output(program());
  await new Promise<void>((resolve) => {
    outputs.apply(() => {
      resolve();
    });
  });
  await pulumi.runtime.disconnect();
  return captured;
}

/** Names an object as a deployment does, but with a suffix from its content instead of a random one. */
function nameObject(logicalName: string, { metadata, ...rest }: z.output<typeof declared>): CapturedObject {
  const { name } = metadata;
  const stableName = name ?? logicalName;
  const hasContent = rest.kind === "ConfigMap" || rest.kind === "Secret";
  const suffix = name === undefined && hasContent ? `-${contentSuffix(rest)}` : "";
  return { stableName, object: { ...rest, metadata: { ...metadata, name: `${stableName}${suffix}` } } };
}

/** Secrets come wrapped, at any depth. */
function unwrapSecrets(value: unknown): unknown {
  const inner: unknown = pulumi.runtime.isRpcSecret(value) ? pulumi.runtime.unwrapRpcSecret(value) : value;
  if (Array.isArray(inner)) return inner.map(unwrapSecrets);
  if (typeof inner !== "object" || inner === null) return inner;
  return Object.fromEntries(Object.entries(inner).map(([key, each]) => [key, unwrapSecrets(each)]));
}
