import type { ControllerHandle, SimulatedController } from "@fedjoin/simulator";

/** Seconds short enough for tests; the shape is the product's. */
export const quickRetry = { maxRetries: 5, initialDelaySeconds: 0.05, maxDelaySeconds: 0.2, jitter: "none" };

/** FedJoin's inputs for one simulated site of a simulated master, through the site's controller. */
export function fedJoinInputs(master: ControllerHandle, site: ControllerHandle, storeId: string) {
  return {
    storeId,
    master: { rest: master.rest, credentials: master.admin, ...trustOf(master) },
    controller: { ...site.rest, credentials: site.admin, ...trustOf(site) },
    jointRest: site.rest,
    retry: quickRetry,
    timeoutSeconds: 60,
  };
}

/** The pinned certificate; a controller in memory has none. */
function trustOf(controller: ControllerHandle | SimulatedController): { tls?: { fingerprint: string } } {
  return "fingerprint256" in controller ? { tls: { fingerprint: controller.fingerprint256 } } : {};
}
