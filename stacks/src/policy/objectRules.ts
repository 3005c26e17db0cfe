import * as z from "zod";
import { isPinned } from "../components/exporterSettings";
import { restrictedViolations } from "./podSecurity";

/** A Kubernetes object, as a program or `pulumi preview --json` shows it. */
export interface PolicyObject {
  readonly kind: string;
  readonly metadata: { readonly name?: string | undefined };
  readonly [key: string]: unknown;
}

export interface PolicyOptions {
  /** Values that only a Secret may contain. */
  readonly secrets?: readonly string[];
}

/** What Pulumi prints in place of a value that it knows as a secret. */
export const secretPlaceholder = "[secret]";

const quantities = z.record(z.string(), z.unknown()).default({});
const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  resources: z.looseObject({ limits: quantities, requests: quantities }).default({ limits: {}, requests: {} }),
  securityContext: z.looseObject({ readOnlyRootFilesystem: z.boolean().optional() }).default({}),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]),
});
const podSpec = z.looseObject({
  automountServiceAccountToken: z.boolean().optional(),
  containers: z.array(container),
  initContainers: z.array(container).default([]),
});
const podTemplate = z.looseObject({ template: z.looseObject({ spec: podSpec }) });
const pod = z.looseObject({ spec: podSpec });
const workload = z.looseObject({ spec: podTemplate });
const cronJob = z.looseObject({ spec: z.looseObject({ jobTemplate: z.looseObject({ spec: podTemplate }) }) });
const serviceAccount = z.looseObject({ automountServiceAccountToken: z.boolean().optional() });
const configMap = z.looseObject({ data: z.record(z.string(), z.string()).default({}) });

type PodSpec = z.infer<typeof podSpec>;
type Container = z.infer<typeof container>;
type Check = (object: PolicyObject) => readonly string[];

const workloadViolations: Check = (object) => podViolations(workload.parse(object).spec.template.spec);
const clusterRights: Check = () => ["gives rights in the whole cluster"];

const checksByKind: Readonly<Record<string, Check>> = {
  Pod: (object) => podViolations(pod.parse(object).spec),
  Deployment: workloadViolations,
  ReplicaSet: workloadViolations,
  StatefulSet: workloadViolations,
  DaemonSet: workloadViolations,
  Job: workloadViolations,
  CronJob: (object) => podViolations(cronJob.parse(object).spec.jobTemplate.spec.template.spec),
  ServiceAccount: (object) => tokenViolations(serviceAccount.parse(object)),
  ConfigMap: (object) =>
    Object.keys(configMap.parse(object).data)
      .filter(namesSecret)
      .map((key) => `key ${key} belongs in a Secret`),
  ClusterRole: clusterRights,
  ClusterRoleBinding: clusterRights,
};

/**
 * A line for each violation of the rules that every deployment of this project keeps: no secret outside of Secrets,
 * pinned images, requests of CPU and memory and a memory limit, the Pod Security Standard "restricted", a read-only
 * root file system, no token of the API server, no cluster-wide rights. No line quotes a secret.
 */
export function policyViolations(objects: readonly PolicyObject[], { secrets = [] }: PolicyOptions = {}): string[] {
  return objects.flatMap((object) => {
    const { kind, metadata } = object;
    const violations = [...exposedSecrets(object, secrets), ...kindViolations(object)];
    return violations.map((line) => `${kind} ${metadata.name ?? "(to be named)"}: ${line}`);
  });
}

const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** A line for each of the `secrets`, and for a private key, in a text that is not a Secret. */
export function plaintextSecrets(text: string, secrets: readonly string[] = []): string[] {
  const shown = secrets.filter((secret) => text.includes(JSON.stringify(secret).slice(1, -1)));
  return [
    ...shown.map((_, index) => `holds a secret in the clear (${index + 1} of ${shown.length})`),
    ...(privateKey.test(text) ? ["holds a private key"] : []),
  ];
}

function exposedSecrets(object: PolicyObject, secrets: readonly string[]): string[] {
  if (object.kind === "Secret") return [];
  const text = JSON.stringify(object);
  // The engine hides it, the cluster would not.
  const isMarked = text.includes(JSON.stringify(secretPlaceholder));
  return [...plaintextSecrets(text, secrets), ...(isMarked ? ["what is marked as a secret belongs in a Secret"] : [])];
}

/** True for a name that promises a secret. `…_FILE` only says where one is. */
function namesSecret(name: string): boolean {
  return /(PASSWORD|APIKEY|TOKEN|TOKEN_URL|BEARER|SECRET|PRIVATE_KEY)$/i.test(name);
}

/** An object without the form of its kind is a violation too: it cannot be checked. */
function kindViolations(object: PolicyObject): readonly string[] {
  try {
    return checksByKind[object.kind]?.(object) ?? [];
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return error.issues.map(({ path }) => `${path.join(".")} cannot be checked`);
  }
}

function tokenViolations({ automountServiceAccountToken: isMounted }: z.infer<typeof serviceAccount>): string[] {
  return isMounted === false ? [] : ["automountServiceAccountToken is not false"];
}

function podViolations(spec: PodSpec): string[] {
  return [
    ...tokenViolations(spec),
    ...restrictedViolations(spec),
    ...[...spec.initContainers, ...spec.containers].flatMap((each) =>
      containerViolations(each).map((line) => `container ${each.name}: ${line}`),
    ),
  ];
}

/** A CPU limit is not required: it would stretch scrapes, and memory is what a node runs out of. */
function containerViolations({ image, resources, securityContext, env }: Container): string[] {
  const { requests, limits } = resources;
  const exposed = env.filter(({ name, value }) => value !== undefined && namesSecret(name));
  return [
    ...(isPinned(image) ? [] : [`image ${image} has no tag that lasts`]),
    ...["cpu", "memory"].filter((resource) => !(resource in requests)).map((resource) => `no request of ${resource}`),
    ...("memory" in limits ? [] : ["no limit of memory"]),
    ...(securityContext.readOnlyRootFilesystem === true ? [] : ["readOnlyRootFilesystem is not true"]),
    ...exposed.map(({ name }) => `variable ${name} belongs in a Secret`),
  ];
}
