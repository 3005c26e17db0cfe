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

/** Where a stack deploys an exporter, in the output of `npm run joins`. */
export const deployment = z.strictObject({
  storeId: z.string(),
  namespace: z.string(),
  createNamespace: z.boolean(),
  secrets: z.array(z.strictObject({ name: z.string(), use: z.string() })),
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
});
export type Deployment = z.output<typeof deployment>;

/** Access to clusters: the kubeconfig that kubectl would use, and requests. */
export interface KubeDeps {
  readonly ambient: () => { readonly config: Kubeconfig; readonly where: string };
  readonly requestsTo: (reached: { readonly cluster: KubeCluster; readonly user: KubeUser | undefined }) => KubeFetch;
}

/** Findings about the place of an exporter. */
export interface DeploymentFindings {
  readonly storeId: string;
  readonly findings: readonly PlacementFinding[];
}

/** Checks where each exporter is deployed. Changes nothing. */
export function checkDeployments(deployments: readonly Deployment[], kube: KubeDeps): Promise<DeploymentFindings[]> {
  return mapWithConcurrency(deployments, async (each) => ({
    storeId: each.storeId,
    findings: await checkDeployment(each, kube),
  }));
}

async function checkDeployment(each: Deployment, { ambient, requestsTo }: KubeDeps): Promise<PlacementFinding[]> {
  const { kubeconfig, context } = each;
  const { config, where } =
    kubeconfig === undefined ? ambient() : { config: parseKubeconfig(kubeconfig), where: "the kubeconfig" };
  const problem =
    config === undefined ? "expected a kubeconfig: YAML with contexts" : contextProblem(config, context, where);
  const resolved = config && resolveContext(config, context);
  if (problem !== undefined || resolved === undefined) {
    return [{ level: "problem", check: "cluster", text: `kubernetes.context: ${problem ?? "no cluster"}` }];
  }
  const kubeFetch = requestsTo(resolved);
  const findings = await checkPlacement(each, kubeFetch);
  const exists = findings.some(({ level, check }) => check === "namespace" && level === "ok");
  return exists ? [...findings, await checkDeployRights(each, kubeFetch)] : findings;
}
