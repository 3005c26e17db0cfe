import { diffInputs } from "../../provider/src/resources/fedJoin/diff";
import { createFedJoinLifecycle } from "../../provider/src/resources/fedJoin/lifecycle";
import type { ResourceLifecycle } from "../../provider/src/resources/shared/resourceLifecycle";
import type { ResourceProps } from "../../provider/src/resources/shared/props";
import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import { createVirtualNetwork, type ControllerHandle, type VirtualNetwork } from "@fedjoin/simulator";
import { up, type StoredResource } from "./memoryEngine";
import { startProcess, type VirtualProcess } from "./virtualProcess";

/** What a program declares, by store id. */
export type Declared = ReadonlyMap<string, ResourceProps>;

/** Two masters and many sites in memory, and a state of FedJoins as an engine keeps it. */
export interface MemoryDeployment {
  readonly network: VirtualNetwork;
  readonly a: ControllerHandle;
  readonly b: ControllerHandle;
  readonly sites: readonly ControllerHandle[];
  readonly state: ReadonlyMap<string, StoredResource>;
  /** What processes sent, as `METHOD path`; `onSend` sees each request first. */
  readonly sent: string[];
  onSend: (line: string) => void;
  /** Every site as a member of this master; `over` replaces inputs. */
  readonly declare: (master: ControllerHandle, over?: ResourceProps) => Declared;
  /** Store ids of what a deployment would change. */
  readonly pending: (declared: Declared) => string[];
  /** Deploys these at once as the engine does: a failure leaves its half in the state. */
  readonly apply: (declared: Declared, targets: readonly string[], process: VirtualProcess) => Promise<void>;
  /** Starts a process; `signal` interrupts it. */
  readonly start: (signal?: AbortSignal) => VirtualProcess;
}

const credentials = { username: "admin", password: "admin" };
const retry = { maxRetries: 3, initialDelaySeconds: 2, maxDelaySeconds: 10 };

export async function createMemoryDeployment(count: number): Promise<MemoryDeployment> {
  const network = createVirtualNetwork();
  const [a, b] = [network.addController(), network.addController()];
  const sites = Array.from({ length: count }, () => network.addController());
  await a.promote({ name: "A" });
  await b.promote({ name: "B" });
  const state = new Map<string, StoredResource>();
  const sent: string[] = [];

  const deploy = async (storeId: string, news: ResourceProps, lifecycle: ResourceLifecycle): Promise<void> => {
    const { kept } = await up(lifecycle, state.get(storeId), news);
    if (kept === undefined) state.delete(storeId);
    else state.set(storeId, kept);
  };
  const deployment: MemoryDeployment = {
    ...{ network, a, b, sites, state, sent, onSend: () => undefined },
    declare: (master, over = {}) => {
      const common = { master: { rest: master.rest, federation: master.federationAddress, credentials }, retry };
      const declared = sites.map((site, index): [string, ResourceProps] => {
        const controller = { ...site.rest, credentials };
        return [`s${index}`, { ...common, storeId: `s${index}`, controller, jointRest: site.rest, ...over }];
      });
      return new Map(declared);
    },
    pending: (declared) =>
      [...declared].flatMap(([id, news]) => {
        const stored = state.get(id);
        return stored === undefined || diffInputs(stored.outs, news).changes ? [id] : [];
      }),
    async apply(declared, targets, { deps }) {
      const lifecycle = createFedJoinLifecycle(deps);
      const deployed = targets.map((id) => deploy(id, declared.get(id) ?? {}, lifecycle));
      await network.clock.advanceUntil(Promise.allSettled(deployed));
    },
    start: (signal) =>
      startProcess(network, {
        signal,
        intercept(request) {
          const line = `${request.method} ${request.path}`;
          sent.push(line);
          deployment.onSend(line);
          if (request.signal?.aborted === true) throw new NeuVectorError("cancelled", "stopped");
        },
      }),
  };
  return deployment;
}
