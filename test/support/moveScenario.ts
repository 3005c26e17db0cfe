import type { ResourceProps } from "../../provider/src/resources/shared/props";
import { expect, test as base } from "vitest";
import type { ControllerHandle } from "@fedjoin/simulator";
import { destroy, refresh, up, type Deployed, type StoredResource } from "./memoryEngine";
import { createMoveHarness, moveCredentials, type MoveHarness } from "./moveHarness";

export { moveCredentials } from "./moveHarness";

/** A FedJoin whose site is a member of master `a`, and an engine that deploys it. */
export interface MoveScenario {
  readonly world: MoveHarness;
  readonly member: StoredResource;
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
  /** Requests that end a membership, since the member joined. */
  readonly leaves: () => string[];
  readonly joins: () => string[];
  /** The site is the only member of `master`, and the state says so. */
  readonly expectMemberOf: (master: ControllerHandle, deployed: Deployed) => void;
  /** Nothing was sent that changes a membership, and the state is unchanged. */
  readonly expectUntouched: (deployed: Deployed) => void;
}

/** Creates the scenario; by default with the site declared as a member of master `a`, with logins at both sides. */
export async function createMoveScenario(
  program: (world: MoveHarness) => ResourceProps = (world) => world.declare(world.a),
): Promise<MoveScenario> {
  const world = await createMoveHarness();
  const { kept: member } = await world.run((lifecycle) => up(lifecycle, undefined, program(world)));
  if (member === undefined) throw new Error("no member");
  world.forget();
  const leaves = (): string[] => world.sent.filter((line) => /\/fed\/leave$|^DELETE .*\/fed\/cluster\//.test(line));
  const joins = (): string[] => world.sent.filter((line) => line.endsWith("/fed/join"));
  return {
    world,
    member,
    leaves,
    joins,
    up: (news, ...state) =>
      world.run((lifecycle) => up(lifecycle, state.length === 0 ? member : state[0], news), state[1]),
    refresh: (stored = member) => world.run((lifecycle) => refresh(lifecycle, stored)),
    destroy: (stored = member) => world.run((lifecycle) => destroy(lifecycle, stored)),
    expectMemberOf(master, { kept, error }) {
      expect(error).toBeUndefined();
      expect(kept?.outs).toMatchObject({ status: "joined", clusterId: ids(master)[0], clusterName: names(master)[0] });
      expect(names(master)).toHaveLength(1);
      expect(world.site.state.federation).toMatchObject({ role: "joint", id: ids(master)[0] });
    },
    expectUntouched({ kept }) {
      expect([leaves(), joins()]).toEqual([[], []]);
      expect(kept?.outs).toMatchObject({ status: "joined", clusterId: member.outs["clusterId"] });
      expect(ids(world.a)).toEqual([member.outs["clusterId"]]);
    },
  };
}

export function names(master: ControllerHandle): string[] {
  return master.members().map(({ name }) => name);
}

export function ids(master: ControllerHandle): string[] {
  return master.members().map(({ id }) => id);
}

export function messageOf({ error }: Deployed): string {
  return error instanceof Error ? error.message : "";
}

/** The inputs that make a FedJoin manage its site through this controller. */
export function through({ rest }: ControllerHandle): ResourceProps {
  return { controller: { ...rest, credentials: moveCredentials } };
}

export const joinRequest = { method: "POST", path: "/v1/fed/join" } as const;

/** `test` with a new scenario for each test. */
export const test = base.extend("move", () => createMoveScenario());
