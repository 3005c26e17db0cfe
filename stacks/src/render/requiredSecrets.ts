import * as z from "zod";
import type { KubeObject } from "./captureObjects";

/** A Secret that render does not write and somebody must provide. */
export interface RequiredSecret {
  readonly namespace: string;
  readonly name: string;
  /** Keys that variables refer to; none for a Secret that is mounted as a whole or used to pull the image. */
  readonly keys: readonly string[];
}

const reference = z.looseObject({ name: z.string(), key: z.string() });
const variable = z.looseObject({ valueFrom: z.looseObject({ secretKeyRef: reference.optional() }).optional() });
const source = z.looseObject({ secret: z.looseObject({ name: z.string() }).optional() });
const volume = z.looseObject({
  secret: z.looseObject({ secretName: z.string() }).optional(),
  projected: z.looseObject({ sources: z.array(source) }).optional(),
});

const withPod = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({
      spec: z.looseObject({
        containers: z.array(z.looseObject({ env: z.array(variable).default([]) })),
        volumes: z.array(volume).default([]),
        imagePullSecrets: z.array(z.looseObject({ name: z.string() })).default([]),
      }),
    }),
  }),
});

/** The Secrets that an object's pod needs, sorted by name; none for an object without a pod. */
export function requiredSecrets(object: KubeObject): readonly Omit<RequiredSecret, "namespace">[] {
  const parsed = withPod.safeParse(object);
  if (!parsed.success) return [];
  const { containers, volumes, imagePullSecrets } = parsed.data.spec.template.spec;
  const variables = containers
    .flatMap(({ env }) => env)
    .flatMap(({ valueFrom }) => (valueFrom?.secretKeyRef ? [valueFrom.secretKeyRef] : []));
  const mounted = volumes.flatMap(({ secret, projected }) => [
    ...(secret ? [secret.secretName] : []),
    ...(projected?.sources ?? []).flatMap((each) => (each.secret ? [each.secret.name] : [])),
  ]);
  const names = new Set([...[...variables, ...imagePullSecrets].map(({ name }) => name), ...mounted]);
  return [...names].toSorted().map((name) => ({
    name,
    keys: [...new Set(variables.filter((each) => each.name === name).map(({ key }) => key))].toSorted(),
  }));
}
