import { createHash } from "node:crypto";
import {
  contextProblem,
  parseKubeconfig,
  resolveContext,
  type Kubeconfig,
} from "@fedjoin/provider/internal/kubernetes";
import { atMostOne, flag, mapping, seconds, secretMeta, text, withRules } from "@fedjoin/provider/internal/values";
import { fileText, type SchemaContext } from "./context";

const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The kubeconfig of every pod. Its token is read from the file at each use. */
const inClusterKubeconfig = JSON.stringify({
  apiVersion: "v1",
  kind: "Config",
  clusters: [
    {
      name: "in-cluster",
      cluster: { server: "https://kubernetes.default.svc", "certificate-authority": `${serviceAccountFolder}/ca.crt` },
    },
  ],
  users: [{ name: "in-cluster", user: { tokenFile: `${serviceAccountFolder}/token` } }],
  contexts: [{ name: "in-cluster", context: { cluster: "in-cluster", user: "in-cluster" } }],
  "current-context": "in-cluster",
});

/** The access to a cluster; without a kubeconfig, that of `kubectl`. Adds `cluster`, equal for the same cluster. */
export function kubernetesSchema<S>(ports: SchemaContext<S>) {
  const wrap = (plain: string) => ({
    kubeconfig: ports.secret(plain),
    digest: createHash("sha256").update(plain).digest("hex"),
    // A function, so that printing the object does not reveal it.
    read: () => parseKubeconfig(plain),
  });
  return withRules(
    mapping({
      kubeconfig: text.transform(wrap).meta(secretMeta).exactOptional().describe("the text of a kubeconfig"),
      kubeconfigFile: fileText({ readFile: ports.readKubeconfig ?? ports.readFile })
        .transform(wrap)
        .exactOptional()
        .describe("a file with a kubeconfig, instead of kubeconfig"),
      context: text.exactOptional().describe("a context of the kubeconfig; default its current one"),
      inCluster: flag
        .exactOptional()
        .describe("true if Pulumi itself runs in a pod of this cluster: use that pod's service account"),
      timeoutSeconds: seconds.default(600).describe("how long an object may take to become ready"),
    }),
    ...atMostOne("kubeconfig", "kubeconfigFile"),
    [
      "inCluster",
      "excludes kubeconfig, kubeconfigFile and context",
      ({ inCluster, kubeconfig, kubeconfigFile, context }) =>
        inCluster !== true || (kubeconfig ?? kubeconfigFile ?? context) === undefined,
    ],
  )
    .transform((given) =>
      given.inCluster === true ? { ...given, kubeconfig: wrap(inClusterKubeconfig), context: "in-cluster" } : given,
    )
    .transform(({ kubeconfigFile, kubeconfig = kubeconfigFile, ...rest }) => ({
      ...rest,
      ...(kubeconfig !== undefined && { kubeconfig: kubeconfig.kubeconfig }),
      cluster: JSON.stringify([kubeconfig?.digest, rest.context]),
      ...(ports.ambientKubeconfig && { access: accessOf(kubeconfig?.read, ports.ambientKubeconfig) }),
    }));
}

/** The kubeconfig of a cluster, and its name in messages. */
export interface KubeAccess {
  readonly config: Kubeconfig | undefined;
  readonly where: string;
}

function accessOf(own: (() => Kubeconfig | undefined) | undefined, ambient: () => KubeAccess) {
  return own === undefined ? ambient : () => ({ config: own(), where: "the kubeconfig" });
}

/** How a member reaches its cluster. */
export interface MemberCluster {
  readonly kubeconfig?: unknown;
  readonly context?: string;
  readonly access?: () => KubeAccess;
}

/** Why a cluster cannot be reached, and the key to blame; `undefined` if it can, or kubeconfigs are not checked. */
export function clusterProblem(
  kubernetes: MemberCluster,
): { readonly key: string; readonly message: string } | undefined {
  const { kubeconfig, context, access } = kubernetes;
  if (access === undefined) return undefined;
  const { config, where } = access();
  if (config === undefined) {
    return kubeconfig === undefined
      ? undefined
      : { key: "kubeconfig", message: "expected a kubeconfig: YAML with contexts" };
  }
  // Without a context, kubectl's own rules apply, which may lead to the pod's account.
  if (kubeconfig === undefined && context === undefined) return undefined;
  const message = contextProblem(config, context, where);
  return message === undefined ? undefined : { key: "context", message };
}

/** Host and port of the API server; `undefined` if kubeconfigs are not checked. */
export function apiServerOf({ context, access }: MemberCluster): string | undefined {
  const { config } = access?.() ?? {};
  const server = config && resolveContext(config, context)?.cluster.server;
  return server === undefined || !URL.canParse(server) ? undefined : new URL(server).host;
}
