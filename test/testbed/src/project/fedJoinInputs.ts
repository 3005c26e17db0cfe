import type { SimulatedController } from "@fedjoin/simulator";

/** Seconds short enough for tests; the shape is the product's. */
export const quickRetry = { maxRetries: 5, initialDelaySeconds: 0.05, maxDelaySeconds: 0.2, jitter: "none" };

/** FedJoin's inputs for one simulated site of a simulated master, through the site's controller. */
export function fedJoinInputs(master: SimulatedController, site: SimulatedController, storeId: string) {
  return {
    storeId,
    master: { rest: master.rest, credentials: master.admin, tls: { fingerprint: master.fingerprint256 } },
    controller: { ...site.rest, credentials: site.admin, tls: { fingerprint: site.fingerprint256 } },
    jointRest: site.rest,
    retry: quickRetry,
    timeoutSeconds: 60,
  };
}
