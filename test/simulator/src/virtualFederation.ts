import { controllerOptions, type FederationOptions } from "./startFederation";
import type { ControllerHandle } from "./controllerHandle";
import { createVirtualNetwork, type VirtualNetwork } from "./virtualNetwork";

export interface VirtualFederation {
  readonly network: VirtualNetwork;
  readonly master: ControllerHandle;
  readonly sites: readonly ControllerHandle[];
}

/** A master named `primary` and standalone sites in memory, as `startFederation` starts them on sockets. */
export async function createVirtualFederation(
  options: Omit<FederationOptions, "server" | "selfSigned"> = {},
): Promise<VirtualFederation> {
  const network = createVirtualNetwork();
  const master = network.addController({ ...controllerOptions(options), name: "primary", ...options.masterOptions });
  await master.promote();
  const sites = Array.from({ length: options.sites ?? 1 }, () =>
    network.addController({ ...controllerOptions(options), ...options.siteOptions }),
  );
  return { network, master, sites };
}
