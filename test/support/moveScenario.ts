import type { ResourceProps } from "../../provider/src/resources/shared/props";
import { expect, test as base } from "vitest";
import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import { createVirtualNetwork, type ControllerHandle } from "@fedjoin/simulator";
import { destroy, refresh, up, type Deployed, type StoredResource } from "./memoryEngine";
import { startProcess } from "./virtualProcess";

export const moveCredentials = { username: "admin", password: "admin" };
type Declare = (master: ControllerHandle, over?: ResourceProps) => ResourceProps;

/**
 * Two masters and two sites in memory, and a FedJoin that `program` declares: by default the first site as a member of
 * master `a`, with logins at both sides.
 */
export async function createMoveScenario(
  program: (world: { readonly a: ControllerHandle; readonly declare: Declare }) => ResourceProps = ({ declare, a }) =>
    declare(a),
) {
  const network = createVirtualNetwork();
  const add = () => network.addController();
  const [a, b, site, neighbour] = [add(), add(), add(), add()];
  await a.promote({ name: "A", rest: a.federationAddress });
  await b.promote({ name: "B", rest: b.federationAddress });
  /** What processes sent since the last `forget`, as `METHOD host path`, and what they logged, as `level message`. */
  const [sent, logged] = [[] as string[], [] as string[]];
  /** Hosts that answer no process. */
  const silent = new Set<string>();
  /** A new process, which is killed after so many requests. */
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
  /** The site as a member of this master; `over` replaces inputs. */
  const declare: Declare = (master, over = {}) => ({
    storeId: "s0",
    master: { rest: master.rest, credentials: moveCredentials },
    controller: { ...site.rest, credentials: moveCredentials },
    jointRest: site.rest,
    retry: { maxRetries: 3, initialDelaySeconds: 2, maxDelaySeconds: 10 },
    ...over,
  });
  /** Requests that end a membership. */
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
    /**
     * An `up` of a program; by default with the member in the state, with `undefined` for a resource that is not in the
     * state. `killAfter` kills its process after so many requests.
     */
    up: (news: ResourceProps, ...state: [stored?: StoredResource | undefined, killAfter?: number]) =>
      up(start(state[1]).joins, state.length === 0 ? member : state[0], news),
    refresh: (stored = member) => refresh(start().joins, stored),
    destroy: (stored = member) => destroy(start().joins, stored),
    /** The site is the only member of `master`, and the state says so. */
    expectMemberOf: (master: ControllerHandle, { kept, error }: Deployed) => {
      expect(error).toBeUndefined();
      expect(kept?.outs).toMatchObject({ status: "joined", clusterId: ids(master)[0], clusterName: names(master)[0] });
      expect(names(master)).toHaveLength(1);
      expect(site.state.federation).toMatchObject({ role: "joint", id: ids(master)[0] });
    },
    /** Nothing was sent that changes a membership, and the state is unchanged. */
    expectUntouched: ({ kept }: Deployed) => {
      expect([leaves(), joins()]).toEqual([[], []]);
      expect(kept?.outs).toMatchObject({ status: "joined", clusterId: member.outs["clusterId"] });
      expect(ids(a)).toEqual([member.outs["clusterId"]]);
    },
  };
}

export type MoveScenario = Awaited<ReturnType<typeof createMoveScenario>>;

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
