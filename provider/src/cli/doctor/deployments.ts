import { z } from "zod";
import {
  contextProblem,
  parseKubeconfig,
  resolveContext,
  type KubeCluster,
  type Kubeconfig,
  type KubeUser,
} from "../../kubernetes/kubeconfig";
import { checkPlacement, checkDeployRights, type KubeFetch, type PlacementFinding } from "../../kubernetes/placement";
import { mapWithConcurrency } from "../../concurrency";

const words = z.string();

/** Where a stack deploys an exporter, as `npm run joins` writes it. */
export const deployment = z.strictObject({
  storeId: words,
  namespace: words,
  createNamespace: z.boolean(),
  secrets: z.array(z.strictObject({ name: words, use: words })),
  kubeconfig: words.optional(),
  context: words.optional(),
});
export type Deployment = z.output<typeof deployment>;

/** How clusters are reached: the kubeconfig that kubectl would take, and requests. */
export interface KubeDeps {
  readonly ambient: () => { readonly config: Kubeconfig; readonly where: string };
  readonly requestsTo: (reached: { readonly cluster: KubeCluster; readonly user: KubeUser | undefined }) => KubeFetch;
}

/** What was found where an exporter goes. */
export interface DeploymentFindings {
  readonly storeId: string;
  readonly findings: readonly PlacementFinding[];
}

/** Looks where each exporter goes. Changes nothing. */
export function checkDeployments(deployments: readonly Deployment[], kube: KubeDeps): Promise<DeploymentFindings[]> {
  return mapWithConcurrency(deployments, async (each) => ({
    storeId: each.storeId,
    findings: await lookAt(each, kube),
  }));
}

async function lookAt(each: Deployment, { ambient, requestsTo }: KubeDeps): Promise<PlacementFinding[]> {
  const { kubeconfig, context } = each;
  const { config, where } =
    kubeconfig === undefined ? ambient() : { config: parseKubeconfig(kubeconfig), where: "the kubeconfig" };
  const problem =
    config === undefined ? "expected a kubeconfig: YAML with contexts" : contextProblem(config, context, where);
  const reached = config && resolveContext(config, context);
  if (problem !== undefined || reached === undefined) {
    return [{ level: "problem", check: "cluster", text: `kubernetes.context: ${problem ?? "no cluster"}` }];
  }
  const asking = requestsTo(reached);
  const findings = await checkPlacement(each, asking);
  const exists = findings.some(({ level, check }) => check === "namespace" && level === "ok");
  return exists ? [...findings, await checkDeployRights(each, asking)] : findings;
}
