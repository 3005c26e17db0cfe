import * as z from "zod";

/** What the pod runner reads of a pod: one container, with what the exporter's pods use. */

const environmentVariable = z.object({
  name: z.string(),
  value: z.string().default(""),
  valueFrom: z
    .object({ secretKeyRef: z.object({ name: z.string(), key: z.string(), optional: z.boolean().default(false) }) })
    .optional(),
});

const readinessProbe = z.object({
  httpGet: z.object({ path: z.string().default("/"), scheme: z.enum(["HTTP", "HTTPS"]).default("HTTP") }).optional(),
  periodSeconds: z.number().default(10),
  timeoutSeconds: z.number().default(1),
  failureThreshold: z.number().default(3),
});

const container = z.object({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()).default([]),
  env: z.array(environmentVariable).default([]),
  envFrom: z.array(z.object({ configMapRef: z.object({ name: z.string() }) })).default([]),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).default([]),
  readinessProbe: readinessProbe.optional(),
});

/** All keys of a Secret or ConfigMap are mounted, each under its name. A volume without a source is empty. */
const volume = z.object({
  name: z.string(),
  secret: z.object({ secretName: z.string() }).optional(),
  configMap: z.object({ name: z.string() }).optional(),
  persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
});

export const podSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().optional(),
    deletionGracePeriodSeconds: z.number().default(30),
  }),
  spec: z.object({
    nodeName: z.string().optional(),
    containers: z.tuple([container]),
    volumes: z.array(volume).default([]),
  }),
});

export type Pod = z.infer<typeof podSchema>;
export type Container = z.infer<typeof container>;
export type ReadinessProbe = z.infer<typeof readinessProbe>;
