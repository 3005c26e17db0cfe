import type { ResourceProps } from "../../provider/src/resources/shared/props";
import { expect, test as base } from "vitest";
import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import { createVirtualNetwork, type ControllerHandle, type VirtualNetwork } from "@fedjoin/simulator";
import { destroy, refresh, up, type Deployed, type StoredResource } from "./memoryEngine";
import { startProcess } from "./virtualProcess";

/** Two masters and two sites in memory, and a FedJoin whose site is a member of master `a`. */
export interface MoveScenario {
  readonly network: VirtualNetwork;
  readonly a: ControllerHandle;
  readonly b: ControllerHandle;
  readonly site: ControllerHandle;
  /** A second site, which no resource declares. */
  readonly neighbour: ControllerHandle;
  readonly member: StoredResource;
  /** What processes sent since the last `forget`, as `METHOD host path`. */
  readonly sent: readonly string[];
  /** What they logged, as `level message`. */
  readonly logged: readonly string[];
  readonly forget: () => void;
  /** Hosts that answer no process. */
  readonly silent: Set<string>;
  /** The site as a member of this master; `over` replaces inputs. */
  readonly declare: (master: ControllerHandle, over?: ResourceProps) => ResourceProps;
  /**
   * An `up` of a program; by default with the member in the state, with `undefined` for a resource that is not in the state.
   * `killAfter` kills its process after so many requests.
   */
  readonly up: (
    news: ResourceProps,
    ...state: [stored?: StoredResource | undefined, killAfter?: number]
  ) => Promise<Deployed>;
  readonly refresh: (stored?: StoredResource) => Promise<Deployed>;
  readonly destroy: (stored?: StoredResource) => Promise<Deployed>;
  /** A new process, whose requests are in `sent`. */
  readonly start: (killAfter?: number) => ReturnType<typeof startProcess>;
  /** Requests that end a membership. */
  readonly leaves: () => string[];
  readonly joins: () => string[];
  /** The site is the only member of `master`, and the state says so. */
  readonly expectMemberOf: (master: ControllerHandle, deployed: Deployed) => void;
  /** Nothing was sent that changes a membership, and the state is unchanged. */
  readonly expectUntouched: (deployed: Deployed) => void;
}

export const moveCredentials = { username: "admin", password: "admin" };
const retry = { maxRetries: 3, initialDelaySeconds: 2, maxDelaySeconds: 10 };

/** Creates the scenario; by default with the site declared as a member of master `a`, with logins at both sides. */
export async function createMoveScenario(
  program: (world: Pick<MoveScenario, "a" | "declare">) => ResourceProps = ({ declare, a }) => declare(a),
): Promise<MoveScenario> {
  const network = createVirtualNetwork();
  const add = () => network.addController();
  const [a, b, site, neighbour] = [add(), add(), add(), add()];
  await a.promote({ name: "A", rest: a.federationAddress });
  await b.promote({ name: "B", rest: b.federationAddress });
  const [sent, logged] = [[] as string[], [] as string[]];
  const silent = new Set<string>();
  const start = (killAfter = Infinity) => {
    let count = 0;
    return startProcess(network, {
      logged,
      intercept({ method, target: { server, port }, path }) {
        if (++count > killAfter) throw new Error("the process was killed");
        sent.push(`${method} ${server} ${path.split("?", 1)[0] ?? ""}`);
        if (silent.has(server)) throw new NeuVectorError("network", `${server}:${port}: ECONNREFUSED`);
      },
    });
  };
  const declare: MoveScenario["declare"] = (master, over = {}) => ({
    storeId: "s0",
    master: { rest: master.rest, credentials: moveCredentials },
    controller: { ...site.rest, credentials: moveCredentials },
    jointRest: site.rest,
    retry,
    ...over,
  });
  const leaves = () => sent.filter((line) => /\/fed\/leave$|^DELETE .*\/fed\/cluster\//.test(line));
  const joins = () => sent.filter((line) => line.endsWith("/fed/join"));
  const { kept: member } = await up(start().joins, undefined, program({ a, declare }));
  if (member === undefined) throw new Error("no member");
  const forget = (): void => {
    sent.length = 0;
    logged.length = 0;
  };
  forget();

  return {
    ...{ network, a, b, site, neighbour, member, sent, logged, silent, start, declare, leaves, joins, forget },
    up: (news, ...state) => up(start(state[1]).joins, state.length === 0 ? member : state[0], news),
    refresh: (stored = member) => refresh(start().joins, stored),
    destroy: (stored = member) => destroy(start().joins, stored),
    expectMemberOf(master, { kept, error }) {
      expect(error).toBeUndefined();
      expect(kept?.outs).toMatchObject({ status: "joined", clusterId: ids(master)[0], clusterName: names(master)[0] });
      expect(names(master)).toHaveLength(1);
      expect(site.state.federation).toMatchObject({ role: "joint", id: ids(master)[0] });
    },
    expectUntouched({ kept }) {
      expect([leaves(), joins()]).toEqual([[], []]);
      expect(kept?.outs).toMatchObject({ status: "joined", clusterId: member.outs["clusterId"] });
      expect(ids(a)).toEqual([member.outs["clusterId"]]);
    },
  };
}

export const names = (master: ControllerHandle): string[] => master.members().map(({ name }) => name);
export const ids = (master: ControllerHandle): string[] => master.members().map(({ id }) => id);
export const messageOf = ({ error }: Deployed): string => (error instanceof Error ? error.message : "");

/** The inputs that make a FedJoin manage its site through this controller. */
export const through = ({ rest }: ControllerHandle): ResourceProps => ({
  controller: { ...rest, credentials: moveCredentials },
});

export const joinRequest = { method: "POST", path: "/v1/fed/join" } as const;

/** `test` with a new scenario for each test. */
export const test = base.extend("move", () => createMoveScenario());
