import * as z from "zod";

const exported = z.looseObject({ deployment: z.looseObject({ resources: z.array(z.looseObject({})) }) });
const properties = z.looseObject({});
const newer = ["replacementTrigger", "retainOnDelete"];

/**
 * An exported state as version 0.1 wrote it: a provider with a kubeconfig of its own is named after the first member that
 * uses it, and so is its `clusterIdentifier`; no object has a trigger, and a namespace is not retained.
 */
export function withOlderProviders(text: string, server: string, storeId: string): string {
  const state = exported.parse(JSON.parse(text.replaceAll(`cluster-${server}`, `cluster-${storeId}`)));
  const resources = state.deployment.resources.map((resource) => {
    const older = Object.fromEntries(Object.entries(resource).filter(([key]) => !newer.includes(key)));
    if (resource["type"] !== "pulumi:providers:kubernetes") return older;
    const clusterIdentifier = `cluster-${storeId}`;
    const [inputs, outputs] = [properties.parse(resource["inputs"]), properties.parse(resource["outputs"])];
    return { ...older, inputs: { ...inputs, clusterIdentifier }, outputs: { ...outputs, clusterIdentifier } };
  });
  return JSON.stringify({ ...state, deployment: { ...state.deployment, resources } });
}
