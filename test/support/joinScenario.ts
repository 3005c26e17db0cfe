import { createVirtualFederation, type ControllerHandle, type FederationOptions } from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { test as base } from "vitest";
import type { ResourceLifecycle } from "../../provider/src/resources/shared/resourceLifecycle";
import { at } from "./federation";
import { startProcess, type ProcessOptions } from "./virtualProcess";

/** A federation in memory, and FedJoins of its first site. */
export async function createJoinScenario(options: FederationOptions = {}) {
  const { network, master, sites } = await createVirtualFederation({
    sites: 2,
    timings: { cleanupMs: 10 },
    ...options,
  });
  const [site, neighbour] = [at(sites, 0), at(sites, 1)];
  const inputs = fedJoinInputs(master, site, "u2204a");
  const start = (processOptions?: ProcessOptions) => startProcess(network, processOptions);
  const { joins }: { readonly joins: ResourceLifecycle } = start();

  /** Sends a request as a controller's admin; resolves to the status. */
  const asAdmin = (controller: ControllerHandle, method: string, path: string, body?: object): Promise<number> => {
    const sent = async () => {
      const token = await controller.logIn();
      return (await controller.request(method, path, { token, ...(body && { body }) })).status;
    };
    return network.clock.advanceUntil(sent());
  };

  return {
    ...{ network, master, sites, site, neighbour, inputs, asAdmin },
    /** Starts one more process of the provider. */
    start,
    /** FedJoins of a process that tests share. */
    joins,
    /** Makes the site a member, by a process that ends then. */
    member: () => start().joins.create(inputs),
    /** Ends a site's membership without the master's knowledge, as a new installation does. */
    reinstall: async (installed = site) => {
      await master.goOffline();
      await asAdmin(installed, "POST", "/v1/fed/leave", { force: true });
      await master.goOnline();
    },
  };
}

export type JoinScenario = Awaited<ReturnType<typeof createJoinScenario>>;

/** `test` with a new scenario for each test, and each part of it. */
export const test = base
  .extend("scenario", () => createJoinScenario())
  .extend("network", ({ scenario }) => scenario.network)
  .extend("master", ({ scenario }) => scenario.master)
  .extend("sites", ({ scenario }) => scenario.sites)
  .extend("site", ({ scenario }) => scenario.site)
  .extend("neighbour", ({ scenario }) => scenario.neighbour)
  .extend("inputs", ({ scenario }) => scenario.inputs)
  .extend("asAdmin", ({ scenario }) => scenario.asAdmin)
  .extend("start", ({ scenario }) => scenario.start)
  .extend("joins", ({ scenario }) => scenario.joins)
  .extend("member", ({ scenario }) => scenario.member)
  .extend("reinstall", ({ scenario }) => scenario.reinstall);
