import { changePassword, type World } from "./world";

export type Presence = "absent" | "member";

/** An operation of the CLI whose requests the matrix interrupts. */
export interface Operation {
  readonly title: string;
  /** Whether it begins and ends with a member. */
  readonly from: Presence;
  readonly to: Presence;
  /** Arguments of the run that is killed, given the URNs of all resources. */
  readonly args: (urns: readonly string[]) => readonly string[];
  /** What a user may run next. */
  readonly recoveries: readonly (readonly string[])[];
  /** Changes a world and what the program declares of it; `round` makes names. */
  readonly change: (world: World, round: number) => void | Promise<void>;
  /** Joins that the controllers carry out in all, however often the processes are killed. */
  readonly joins: 0 | 1;
  /** Whether a failure can take a site back to where it was, with a join there. */
  readonly canGoBack?: boolean;
}

const plainUp = () => ["up"];
const ups = [["up"], ["up", "--refresh"]];

const stays = { from: "member", to: "member" } as const;

export const create: Operation = {
  title: "create",
  from: "absent",
  to: "member",
  args: plainUp,
  recoveries: ups,
  joins: 1,
  change(world) {
    const { master, password, route } = world.declared;
    world.declared = { master, password, route };
  },
};

export const destroy: Operation = {
  title: "delete",
  from: "member",
  to: "absent",
  args: () => ["destroy"],
  recoveries: [["destroy"], ["destroy", "--refresh"]],
  joins: 0,
  change: () => undefined,
};

/** In the order in which each can follow the one before it. */
export const operations: readonly Operation[] = [
  create,
  {
    title: "replace, delete first",
    ...stays,
    args: plainUp,
    recoveries: ups,
    joins: 1,
    change(world, round) {
      world.declared = { ...world.declared, name: `${world.name}-renamed-${round}` };
    },
  },
  {
    title: "replace, create first",
    ...stays,
    args: (urns) => ["up", ...urns.flatMap((urn) => ["--replace", urn])],
    recoveries: ups,
    joins: 0,
    change: () => undefined,
  },
  {
    title: "update, other credentials",
    ...stays,
    args: plainUp,
    // A refresh would log in with the password in the state, which is the older one.
    recoveries: [["up"]],
    joins: 0,
    change(world, round) {
      changePassword(world, `Aa1-password-${round}`);
    },
  },
  {
    title: "update, other master",
    ...stays,
    canGoBack: true,
    args: plainUp,
    recoveries: ups,
    joins: 1,
    change(world) {
      world.declared = { ...world.declared, master: world.declared.master === 0 ? 1 : 0 };
    },
  },
  {
    title: "update, repair after a kick",
    ...stays,
    args: () => ["up", "--refresh"],
    recoveries: [["up", "--refresh"]],
    joins: 1,
    async change({ masters, declared, site }) {
      await masters[declared.master].kick(site.clusterName, { tell: false });
    },
  },
  destroy,
];
