import { z } from "zod";
import {
  contextProblem,
  parseKubeconfig,
  reachedBy,
  type KubeCluster,
  type Kubeconfig,
  type KubeUser,
} from "../kubernetes/kubeconfig";
import { lookAtPlacement, lookAtRights, type AskKube, type PlacementFinding } from "../kubernetes/placement";
import { mapLimited } from "./limited";

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
export interface KubeWorld {
  readonly ambient: () => { readonly config: Kubeconfig; readonly where: string };
  readonly ask: (reached: { readonly cluster: KubeCluster; readonly user: KubeUser | undefined }) => AskKube;
}

/** What was found where an exporter goes. */
export interface LookedAt {
  readonly storeId: string;
  readonly findings: readonly PlacementFinding[];
}

/** Looks where each exporter goes. Changes nothing. */
export function lookAtDeployments(deployments: readonly Deployment[], kube: KubeWorld): Promise<LookedAt[]> {
  return mapLimited(deployments, async (each) => ({ storeId: each.storeId, findings: await lookAt(each, kube) }));
}

async function lookAt(each: Deployment, { ambient, ask }: KubeWorld): Promise<PlacementFinding[]> {
  const { kubeconfig, context } = each;
  const { config, where } =
    kubeconfig === undefined ? ambient() : { config: parseKubeconfig(kubeconfig), where: "the kubeconfig" };
  const problem =
    config === undefined ? "expected a kubeconfig: YAML with contexts" : contextProblem(config, context, where);
  const reached = config && reachedBy(config, context);
  if (problem !== undefined || reached === undefined) {
    return [{ level: "problem", check: "cluster", text: `kubernetes.context: ${problem ?? "no cluster"}` }];
  }
  const asking = ask(reached);
  const findings = await lookAtPlacement(each, asking);
  const exists = findings.some(({ level, check }) => check === "namespace" && level === "ok");
  return exists ? [...findings, await lookAtRights(each, asking)] : findings;
}
