import type { ResourceProps } from "../../../../../provider/src/resources/shared/props";
import { describe, expect } from "vitest";
import type { ControllerHandle } from "@fedjoin/simulator";
import type { StoredResource } from "../../../../support/memoryEngine";
import {
  ids,
  joinRequest,
  messageOf,
  moveCredentials,
  names,
  test,
  through,
  type MoveScenario,
} from "../../../../support/moveScenario";

describe("a destination that is not verified: nothing is changed", () => {
  test.for<[string, (move: MoveScenario) => ResourceProps, RegExp]>([
    ["one wrong digit in its port", () => ({ rest: { server: "c2.test", port: 10444 } }), /ECONNREFUSED.*#network/],
    [
      "a cluster that is not a master",
      ({ world }) => ({ rest: world.site.rest }),
      /not a federation master.*#wrong_role/,
    ],
    [
      "a login that is refused",
      ({ world }) => ({ rest: world.b.rest, credentials: { username: "admin", password: "wrong" } }),
      /#login_rejected/,
    ],
  ])("%s", async ([, master, message], { move }) => {
    const { world, up, expectUntouched } = move;
    const refused = await up(world.declare(world.b, { master: { credentials: moveCredentials, ...master(move) } }));
    expectUntouched(refused);
    expect(messageOf(refused)).toMatch(message);
    expect(messageOf(refused)).toMatch(/[Nn]othing was changed/);
  });

  test.for([
    ["mint a token", "/v1/fed/join_token"],
    ["list its members", "/v1/fed/member"],
  ] as const)("a master that cannot %s", async ([, path], { move: { world, up, expectUntouched } }) => {
    world.b.faults.add({ times: 9, match: { method: "GET", path }, what: "status", status: 403, code: 25 });
    const refused = await up(world.declare(world.b));
    expectUntouched(refused);
    expect(messageOf(refused)).toMatch(/#forbidden/);
  });

  test("a master that lists the name for another cluster", async ({ move }) => {
    const { world, member, up, expectUntouched } = move;
    const { rest } = world.neighbour;
    const taken = { storeId: "other", name: member.id, ...through(world.neighbour), jointRest: rest };
    await world.run((lifecycle) => lifecycle.create(world.declare(world.b, taken)));
    world.forget();
    const refused = await up(world.declare(world.b));
    expectUntouched(refused);
    expect(messageOf(refused)).toContain(`already lists this name for the cluster at ${rest.server}:10443`);
  });

  test("a site that somebody moved to a third master", async ({ move }) => {
    const { world, up, leaves, joins } = move;
    await byHand(move, "/v1/fed/leave", {});
    await byHand(move, "/v1/fed/join", {
      name: "by-hand",
      join_token: world.b.joinToken(),
      joint_rest_info: world.site.rest,
    });
    await world.neighbour.promote({ name: "C", rest: world.neighbour.federationAddress });
    world.forget();
    const refused = await up(world.declare(world.neighbour));
    expect(messageOf(refused)).toMatch(/a third master, B.*#member_elsewhere/);
    expect([leaves(), joins()]).toEqual([[], []]);
  });
});

describe("a replacement, by another name", () => {
  test("leaves only once the destination is verified", async ({ move }) => {
    const { world, up, expectUntouched, expectMemberOf } = move;
    world.silent.add(world.b.rest.server);
    const refused = await up(world.declare(world.b, { name: "another" }));
    expectUntouched(refused);
    expect(messageOf(refused)).toMatch(/nothing was changed.*#network/);
    world.silent.clear();
    const replaced = await up(world.declare(world.b, { name: "another" }));
    expectMemberOf(world.b, replaced);
    expect([names(world.a), names(world.b)]).toEqual([[], ["another"]]);
  });

  test("whose join fails says that the site is a member of none, and the next up joins it", async ({ move }) => {
    const { world, up, expectMemberOf } = move;
    world.site.faults.add({ match: joinRequest, what: "status", status: 426, code: 42 });
    const failed = await up(world.declare(world.b, { name: "another" }));
    expect(messageOf(failed)).toMatch(
      /^left its master as s0-\w+, is now a member of none, and the next pulumi up joins it: /,
    );
    expectMemberOf(world.b, await up(world.declare(world.b, { name: "another" }), failed.kept));
  });
});

describe("a new controller address with the joint address as before", () => {
  const upThrough = ({ world, up }: MoveScenario, controller: ControllerHandle) =>
    up(world.declare(world.a, through(controller)));
  const warnings = ({ world }: MoveScenario) => world.logged.filter((line) => line.startsWith("warn "));

  test("where a standalone cluster answers, warns of what the next refresh and up do", async ({ move }) => {
    const { world, refresh, expectUntouched } = move;
    const stored = await upThrough(move, world.neighbour);
    expectUntouched(stored);
    expect(stored.kept?.outs).toMatchObject({ controller: world.neighbour.rest });
    expect(warnings(move)).toEqual([
      expect.stringMatching(
        /^warn s0-\w+: the cluster at the new controller address c4\.test:10443 is standalone, .*another cluster, or the site was installed again\. .*status left.*removes the member/,
      ),
    ]);
    expect((await refresh(stored.kept)).kept?.outs).toMatchObject({ status: "left" });
  });

  test("where the same site answers, logs nothing", async ({ move }) => {
    const { world, up, expectUntouched } = move;
    world.alias("alias.test", world.site);
    const controller = { server: "alias.test", port: 10443, credentials: moveCredentials };
    expectUntouched(await up(world.declare(world.a, { controller })));
    expect(warnings(move)).toEqual([]);
  });

  test("where the master does not answer, proves nothing", async ({ move }) => {
    const { world, expectUntouched } = move;
    world.silent.add(world.a.rest.server);
    expectUntouched(await upThrough(move, world.neighbour));
    expect(warnings(move).join()).not.toContain("standalone");
  });
});

test("another master under another logical name: the create says to keep the logical name", async ({ move }) => {
  const { world, up, leaves, joins } = move;
  expect(messageOf(await up(world.declare(world.b), undefined))).toMatch(
    /another master, A\. .*renamed.*keep the logical name \(or give an alias\).*#member_elsewhere/,
  );
  expect([leaves(), joins()]).toEqual([[], []]);
});

describe("addresses that lead to another member", () => {
  const declareNeighbour = ({ world }: MoveScenario, over: ResourceProps = {}) =>
    world.declare(world.a, { storeId: "s1", ...through(world.neighbour), jointRest: world.neighbour.rest, ...over });
  const neighbourTest = test.extend("other", async ({ move }): Promise<StoredResource> => {
    const { kept } = await move.up(declareNeighbour(move), undefined);
    if (kept === undefined) throw new Error("no second member");
    move.world.forget();
    return kept;
  });
  const notThisResource =
    /nothing was changed.* is a member as s\d-\w+, which is not the membership .*#membership_differs/;
  const expectBoth = ({ world, member, leaves, joins }: MoveScenario, other: StoredResource) => {
    expect([leaves(), joins()]).toEqual([[], []]);
    expect(ids(world.a)).toEqual([member.outs["clusterId"], other.outs["clusterId"]]);
  };

  neighbourTest(
    "an exchange of the addresses under unchanged store ids is refused for both",
    async ({ move, other }) => {
      const { world, up } = move;
      const here = { ...through(world.site), jointRest: world.site.rest };
      const there = { ...through(world.neighbour), jointRest: world.neighbour.rest };
      const ours = await up(world.declare(world.a, there));
      const theirs = await up(declareNeighbour(move, here), other);
      for (const refused of [ours, theirs]) expect(messageOf(refused)).toMatch(notThisResource);
      expectBoth(move, other);
    },
  );

  neighbourTest(
    "without the sites' credentials, an exchange of the joint addresses is refused",
    async ({ move, other }) => {
      const { world, member, up } = move;
      const masterOnly = { controller: undefined, joinVia: "master" };
      const ours = world.declare(world.a, { ...masterOnly, jointRest: world.neighbour.rest });
      const theirs = declareNeighbour(move, { ...masterOnly, jointRest: world.site.rest });
      for (const [refused, holder] of [
        [await up(ours), other],
        [await up(theirs, other), member],
      ] as const) {
        expect(messageOf(refused)).toMatch(/nothing was changed.*#membership_differs/);
        expect(messageOf(refused)).toContain(
          `lists this joint address for another member, ${holder.id}. Correct jointRest;`,
        );
      }
      expectBoth(move, other);
    },
  );

  neighbourTest.for(["a", "b"] as const)(
    "a neighbour's controller is refused, with master %s",
    async (key, { move, other }) => {
      const { world, up } = move;
      expect(messageOf(await up(world.declare(world[key], through(world.neighbour))))).toMatch(notThisResource);
      expectBoth(move, other);
    },
  );

  neighbourTest(
    "if it is in the state already, up refuses and destroy ends our own membership",
    async ({ move, other }) => {
      const { world, member, up, refresh, destroy } = move;
      const wrong = { id: member.id, outs: { ...member.outs, ...through(world.neighbour) } };
      const { kept = wrong } = await refresh(wrong);
      expect(kept.outs).toMatchObject({ status: "renamed" });
      expect(messageOf(await up(world.declare(world.a, through(world.neighbour)), kept))).toContain(
        "#membership_differs",
      );
      expectBoth(move, other);
      expect((await destroy(kept)).error).toBeUndefined();
      expect(ids(world.a)).toEqual([other.outs["clusterId"]]);
    },
  );

  neighbourTest(
    "a new name with a neighbour's controller is refused before anybody leaves",
    async ({ move, other }) => {
      const { world, up } = move;
      const refused = await up(world.declare(world.a, { name: "another", ...through(world.neighbour) }));
      expect(messageOf(refused)).toContain("#membership_differs");
      expectBoth(move, other);
    },
  );
});

/** Sends a request as an admin of the site. */
async function byHand({ world }: MoveScenario, path: string, body: object): Promise<void> {
  const token = await world.run(() => world.site.logIn());
  for (let tries = 0; tries < 3; tries++) {
    const { status } = await world.run(() => world.site.request("POST", path, { token, body }));
    if (status === 200) return;
    await world.run(() => world.wait(10_000));
  }
  throw new Error(`${path} was refused`);
}
