import { z } from "zod";
import { isPinned } from "../../stacks/src/components/pinnedImage";
import { restrictedViolations } from "./podSecurity";

const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  resources: z
    .looseObject({ limits: z.record(z.string(), z.string()).default({}), requests: z.unknown().optional() })
    .default({ limits: {} }),
  securityContext: z.looseObject({ readOnlyRootFilesystem: z.boolean().optional() }).default({}),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]),
});

const workload = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({
      spec: z.looseObject({
        automountServiceAccountToken: z.boolean().optional(),
        containers: z.array(container),
        initContainers: z.array(container).default([]),
      }),
    }),
  }),
});

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

const workloads = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job"]);
/** A name that promises a secret. `…_FILE` only says where one is. */
const secretName = /(PASSWORD|APIKEY|TOKEN|BEARER|SECRET|PRIVATE_KEY)$/i;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/**
 * What the objects break of the rules that each deployment of this project keeps, a line each: no secret outside of
 * Secrets, images that say which one, a limit of memory, the Pod Security Standard "restricted", a read-only root, no
 * token of the API server.
 */
export function policyViolations(objects: readonly PolicyObject[], { secrets = [] }: PolicyOptions = {}): string[] {
  return objects.flatMap((object) => {
    const { kind, metadata } = object;
    const found = [...plainSecrets(object, secrets), ...ofKind(object)];
    return found.map((line) => `${kind} ${metadata.name ?? "(to be named)"}: ${line}`);
  });
}

function plainSecrets(object: PolicyObject, secrets: readonly string[]): string[] {
  if (object.kind === "Secret") return [];
  const text = JSON.stringify(object);
  const shown = secrets.filter((secret) => text.includes(JSON.stringify(secret).slice(1, -1)));
  return [
    ...shown.map((_, index) => `holds a secret in the clear (${index + 1} of ${shown.length})`),
    ...(privateKey.test(text) ? ["holds a private key"] : []),
  ];
}

function ofKind(object: PolicyObject): string[] {
  const { kind } = object;
  if (workloads.has(kind)) return ofWorkload(workload.parse(object));
  if (kind === "ServiceAccount") {
    return account.parse(object).automountServiceAccountToken === false ? [] : [tokenMounted];
  }
  if (kind !== "ConfigMap") return [];
  const keys = Object.keys(configMap.parse(object).data).filter((key) => secretName.test(key));
  return keys.map((key) => `key ${key} belongs into a Secret`);
}

const tokenMounted = "automountServiceAccountToken is not false";

function ofWorkload({ spec }: z.infer<typeof workload>): string[] {
  const pod = spec.template.spec;
  return [
    ...(pod.automountServiceAccountToken === false ? [] : [tokenMounted]),
    ...restrictedViolations(pod),
    ...[...pod.initContainers, ...pod.containers].flatMap((each) =>
      ofContainer(each).map((line) => `container ${each.name}: ${line}`),
    ),
  ];
}

function ofContainer({ image, resources, securityContext, env }: z.infer<typeof container>): string[] {
  const plain = env.filter(({ name, value }) => value !== undefined && secretName.test(name));
  return [
    ...(isPinned(image) ? [] : [`image ${image} has no tag that lasts`]),
    ...("memory" in resources.limits ? [] : ["no limit of memory"]),
    ...(securityContext.readOnlyRootFilesystem === true ? [] : ["readOnlyRootFilesystem is not true"]),
    ...plain.map(({ name }) => `variable ${name} belongs into a Secret`),
  ];
}
