import { z } from "zod";
import { isPinned } from "../components/exporterSettings";
import { restrictedViolations } from "./podSecurity";

const amounts = z.record(z.string(), z.unknown()).default({});
const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  resources: z.looseObject({ limits: amounts, requests: amounts }).default({ limits: {}, requests: {} }),
  securityContext: z.looseObject({ readOnlyRootFilesystem: z.boolean().optional() }).default({}),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]),
});

const podSpec = z.looseObject({
  automountServiceAccountToken: z.boolean().optional(),
  containers: z.array(container),
  initContainers: z.array(container).default([]),
});
const template = z.looseObject({ spec: podSpec });
const pod = z.looseObject({ spec: podSpec }).transform(({ spec }) => spec);
const workload = z.looseObject({ spec: z.looseObject({ template }) }).transform(({ spec }) => spec.template.spec);
const cronJob = z
  .looseObject({ spec: z.looseObject({ jobTemplate: z.looseObject({ spec: z.looseObject({ template }) }) }) })
  .transform(({ spec }) => spec.jobTemplate.spec.template.spec);

const account = z.looseObject({ automountServiceAccountToken: z.boolean().optional() });
const configMap = z.looseObject({ data: z.record(z.string(), z.string()).default({}) });

/** An object of Kubernetes, as a program or `pulumi preview --json` shows it. */
export interface PolicyObject {
  readonly kind: string;
  readonly metadata: { readonly name?: string | undefined };
  readonly [key: string]: unknown;
}

export interface PolicyOptions {
  /** Values that no object but a Secret may hold, in whatever place. */
  readonly secrets?: readonly string[];
}

/** What Pulumi writes in place of a value that it knows as a secret. */
export const secretPlaceholder = "[secret]";

/** A name that promises a secret. `…_FILE` only says where one is. */
const secretName = /(PASSWORD|APIKEY|TOKEN|TOKEN_URL|BEARER|SECRET|PRIVATE_KEY)$/i;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

type Rules = (object: PolicyObject) => readonly string[];

const wholeCluster: Rules = () => ["gives rights in the whole cluster"];
const ofWorkload: Rules = (object) => ofPod(workload.parse(object));

const rulesOfKind: Readonly<Record<string, Rules>> = {
  Pod: (object) => ofPod(pod.parse(object)),
  Deployment: ofWorkload,
  ReplicaSet: ofWorkload,
  StatefulSet: ofWorkload,
  DaemonSet: ofWorkload,
  Job: ofWorkload,
  CronJob: (object) => ofPod(cronJob.parse(object)),
  ServiceAccount: (object) => ofAccount(account.parse(object)),
  ConfigMap: (object) =>
    Object.keys(configMap.parse(object).data)
      .filter((key) => secretName.test(key))
      .map((key) => `key ${key} belongs in a Secret`),
  ClusterRole: wholeCluster,
  ClusterRoleBinding: wholeCluster,
};

/**
 * What the objects break of the rules that each deployment of this project keeps, a line each: no secret outside of
 * Secrets, images that say which one, requests of CPU and memory and a limit of memory, the Pod Security Standard
 * "restricted", a read-only root, no token of the API server, no right in the whole cluster. No line repeats a secret.
 */
export function policyViolations(objects: readonly PolicyObject[], { secrets = [] }: PolicyOptions = {}): string[] {
  return objects.flatMap((object) => {
    const { kind, metadata } = object;
    const found = [...plainSecrets(object, secrets), ...ofKind(object)];
    return found.map((line) => `${kind} ${metadata.name ?? "(to be named)"}: ${line}`);
  });
}

/** What a text that is no Secret holds all the same. */
export function plaintextSecrets(text: string, secrets: readonly string[] = []): string[] {
  const shown = secrets.filter((secret) => text.includes(JSON.stringify(secret).slice(1, -1)));
  return [
    ...shown.map((_, index) => `holds a secret in the clear (${index + 1} of ${shown.length})`),
    ...(privateKey.test(text) ? ["holds a private key"] : []),
  ];
}

function plainSecrets(object: PolicyObject, secrets: readonly string[]): string[] {
  if (object.kind === "Secret") return [];
  const text = JSON.stringify(object);
  // The engine hides it, the cluster would not.
  const hidden = text.includes(JSON.stringify(secretPlaceholder))
    ? ["what is marked as a secret belongs in a Secret"]
    : [];
  return [...plaintextSecrets(text, secrets), ...hidden];
}

/** An object that is not of the form that its kind has breaks a rule: nobody could say that it keeps them. */
function ofKind(object: PolicyObject): readonly string[] {
  try {
    return rulesOfKind[object.kind]?.(object) ?? [];
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return error.issues.map(({ path }) => `${path.join(".")} cannot be judged`);
  }
}

const tokenMounted = "automountServiceAccountToken is not false";

function ofAccount({ automountServiceAccountToken: isMounted }: z.infer<typeof account>): string[] {
  return isMounted === false ? [] : [tokenMounted];
}

function ofPod(spec: z.infer<typeof podSpec>): string[] {
  return [
    ...(spec.automountServiceAccountToken === false ? [] : [tokenMounted]),
    ...restrictedViolations(spec),
    ...[...spec.initContainers, ...spec.containers].flatMap((each) =>
      ofContainer(each).map((line) => `container ${each.name}: ${line}`),
    ),
  ];
}

/** A limit of CPU is not asked for: it would stretch scrapes, and memory is what a node runs out of. */
function ofContainer({ image, resources, securityContext, env }: z.infer<typeof container>): string[] {
  const { requests, limits } = resources;
  const plain = env.filter(({ name, value }) => value !== undefined && secretName.test(name));
  return [
    ...(isPinned(image) ? [] : [`image ${image} has no tag that lasts`]),
    ...["cpu", "memory"].filter((amount) => !(amount in requests)).map((amount) => `no request of ${amount}`),
    ...("memory" in limits ? [] : ["no limit of memory"]),
    ...(securityContext.readOnlyRootFilesystem === true ? [] : ["readOnlyRootFilesystem is not true"]),
    ...plain.map(({ name }) => `variable ${name} belongs in a Secret`),
  ];
}
