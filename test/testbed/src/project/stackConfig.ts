import type { SimulatedController, SimulatedFederation } from "@fedjoin/simulator";

/** The image that the pod runner knows. */
export const exporterImage = "fedjoin-exporter:local";

/** Store ids of the estate's sites, in their order. */
export const storeIds = ["u2204a", "u2205b", "u2206c"];

export interface StackConfig {
  /** Content of the stack's configuration file, without a secret in it. */
  readonly plain: object;
  /** Secrets by their configuration path; they go in through the CLI, which encrypts them. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** The configuration of a stack that makes every site of the federation a member, with an exporter in the namespace `prefix-storeId` of one cluster. */
export function stackConfig(
  { master, sites }: SimulatedFederation,
  kubeconfigFile: string,
  prefix = "store",
): StackConfig {
  const quick = { maxRetries: 5, initialDelaySeconds: 0.5, maxDelaySeconds: 2 };
  const plain = {
    config: {
      "fedjoin:master": {
        rest: master.rest,
        credentials: { username: master.admin.username },
        tls: { fingerprint: master.fingerprint256 },
      },
      "fedjoin:defaults": {
        kubernetes: { kubeconfigFile, timeoutSeconds: 60 },
        createNamespace: true,
        exporter: { image: exporterImage },
        retry: quick,
        timeoutSeconds: 120,
      },
      "fedjoin:members": sites.map((site, index) => member(site, storeIds[index] ?? `store-${index}`, prefix)),
    },
  };
  const secrets = new Map([["fedjoin:master.credentials.password", master.admin.password]]);
  sites.forEach((site, index) => {
    secrets.set(`fedjoin:members[${index}].controller.credentials.password`, site.admin.password);
  });
  return { plain, secrets };
}

function member(site: SimulatedController, storeId: string, prefix: string): object {
  return {
    storeId,
    namespace: `${prefix}-${storeId}`,
    controller: {
      ...site.rest,
      credentials: { username: site.admin.username },
      tls: { fingerprint: site.fingerprint256 },
    },
    jointRest: site.rest,
  };
}
