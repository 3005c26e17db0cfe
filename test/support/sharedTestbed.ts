import { startTestbed, type Testbed, type TestbedOptions } from "@fedjoin/testbed";
import { inject } from "vitest";

/** Starts a testbed on the run's control plane; its namespaces begin with `prefix-`. */
export function startSharedTestbed(prefix: string, federation: TestbedOptions["federation"] = {}): Promise<Testbed> {
  const shared = { tools: inject("tools"), controlPlane: inject("controlPlane"), prefix };
  return startTestbed({ federation, say: () => undefined, shared });
}
