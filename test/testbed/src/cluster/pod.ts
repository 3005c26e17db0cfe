import { z } from "zod";

/** The parts of Kubernetes objects that the pod runner reads. */

const keyRef = z.object({ name: z.string(), key: z.string(), optional: z.boolean().default(false) });
const sourceRef = z.object({ name: z.string(), optional: z.boolean().default(false) });
const fieldRef = z.object({ fieldPath: z.string() });

const environmentVariable = z.object({
  name: z.string(),
  value: z.string().default(""),
  valueFrom: z
    .object({
      secretKeyRef: keyRef.optional(),
      configMapKeyRef: keyRef.optional(),
      fieldRef: fieldRef.optional(),
    })
    .optional(),
});

const environmentSource = z.object({
  prefix: z.string().default(""),
  secretRef: sourceRef.optional(),
  configMapRef: sourceRef.optional(),
});

const readinessProbe = z.looseObject({
  httpGet: z.object({ path: z.string().default("/"), scheme: z.enum(["HTTP", "HTTPS"]).default("HTTP") }).optional(),
  periodSeconds: z.number().default(10),
  timeoutSeconds: z.number().default(1),
  failureThreshold: z.number().default(3),
});

const container = z.object({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  env: z.array(environmentVariable).default([]),
  envFrom: z.array(environmentSource).default([]),
  volumeMounts: z
    .array(z.object({ name: z.string(), mountPath: z.string(), subPath: z.string().optional() }))
    .default([]),
  readinessProbe: readinessProbe.optional(),
});

const items = z.array(z.object({ key: z.string(), path: z.string() })).optional();

const volume = z.looseObject({
  name: z.string(),
  secret: z.object({ secretName: z.string(), optional: z.boolean().default(false), items }).optional(),
  configMap: sourceRef.extend({ items }).optional(),
  emptyDir: z.looseObject({}).optional(),
  persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
});

const labels = z.record(z.string(), z.string()).default({});

export const podSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    labels,
    annotations: labels,
    deletionTimestamp: z.string().optional(),
    deletionGracePeriodSeconds: z.number().default(30),
  }),
  spec: z.object({
    nodeName: z.string().optional(),
    serviceAccountName: z.string().default("default"),
    restartPolicy: z.string().default("Always"),
    initContainers: z.array(z.object({ name: z.string() })).default([]),
    containers: z.array(container),
    volumes: z.array(volume).default([]),
  }),
});

export type Pod = z.infer<typeof podSchema>;
export type Container = z.infer<typeof container>;
export type Volume = z.infer<typeof volume>;
export type ReadinessProbe = z.infer<typeof readinessProbe>;

/** Why the runner cannot run this pod, in words for its status; undefined when it can. */
export function unsupported({ spec }: Pod): string | undefined {
  if (spec.initContainers.length > 0) return "init containers are not supported here";
  if (spec.restartPolicy !== "Always") return `restartPolicy ${spec.restartPolicy} is not supported here`;
  for (const { name, secret, configMap, emptyDir, persistentVolumeClaim } of spec.volumes) {
    if ((secret ?? configMap ?? emptyDir ?? persistentVolumeClaim) === undefined)
      return `the kind of volume ${name} is not supported here`;
  }
  for (const each of spec.containers) {
    if (each.command.length > 0) return `container ${each.name}: command is not supported here, the image decides`;
    if (each.volumeMounts.some(({ subPath }) => subPath !== undefined)) {
      return `container ${each.name}: subPath is not supported here`;
    }
    if (each.readinessProbe !== undefined && each.readinessProbe.httpGet === undefined) {
      return `container ${each.name}: only httpGet is supported here as readiness probe`;
    }
  }
  return undefined;
}
