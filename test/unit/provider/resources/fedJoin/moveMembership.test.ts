import type { ResourceProps } from "../../../../../provider/src/resources/shared/props";
import { describe, expect } from "vitest";
import { createMoveScenario, messageOf, moveCredentials, names, test } from "../../../../support/moveScenario";
import type { MoveHarness } from "../../../../support/moveHarness";
import type { ControllerHandle } from "@fedjoin/simulator";

describe("a move in place", () => {
  test("goes to another master under the same name, and the old master no longer lists the site", async ({ move }) => {
    const { world, member, up, destroy, expectMemberOf } = move;
    const moved = await up(world.declare(world.b));
    expectMemberOf(world.b, moved);
    expect(moved.kept?.id).toBe(member.id);
    expect(names(world.b)).toEqual([member.id]);
    expect(names(world.a)).toEqual([]);
    expect(moved.kept?.outs).toMatchObject({ formerIds: [member.outs["clusterId"]] });
    expect(moved.kept?.outs).not.toHaveProperty("previousMasters");
    expect(await up(world.declare(world.b), moved.kept)).toEqual({ kept: moved.kept });
    await destroy(moved.kept);
    expect([names(world.a), names(world.b)]).toEqual([[], []]);
  });

  test("only records the same master at another address", async ({ move }) => {
    const { world, member, up, leaves, joins, expectMemberOf } = move;
    world.alias("alias.test", world.a);
    const rest = { server: "alias.test", port: 10443 };
    const stored = await up(world.declare(world.a, { master: { rest, credentials: moveCredentials } }));
    expect([leaves(), joins()]).toEqual([[], []]);
    expectMemberOf(world.a, stored);
    expect(stored.kept?.outs).toMatchObject({ master: { rest }, clusterId: member.outs["clusterId"] });
  });

  test("records the same master at another address for a site that is down, too", async ({ move: { world, up } }) => {
    world.alias("alias.test", world.a);
    world.silent.add(world.site.rest.server);
    const rest = { server: "alias.test", port: 10443 };
    const stored = await up(world.declare(world.a, { master: { rest, credentials: moveCredentials } }));
    expect(stored).toMatchObject({ kept: { outs: { master: { rest } } } });
    expect(stored.error).toBeUndefined();
  });

  test("leaves and joins again for another joint address, under the same name", async ({ move }) => {
    const { world, member, up, leaves } = move;
    const jointRest = { server: world.site.rest.server.toUpperCase(), port: 10443 };
    expect((await up(world.declare(world.a, { jointRest }))).error).toBeUndefined();
    expect(leaves()).toEqual([]);
    const moved = await up(world.declare(world.a, { jointRest: { server: "c3.test", port: 443 } }));
    expect(messageOf(moved)).toContain(`${member.id} is a member of A (c1.test:11443) again`);
    expect(names(world.a)).toHaveLength(1);
  });
});

describe("credentials that changed in the same up", () => {
  test("as another address of the same master: no refusal stays in the state", async ({ move }) => {
    const { world, up, expectMemberOf } = move;
    const controller = { ...world.site.rest, credentials: { ...moveCredentials, password: "wrong" } };
    const { kept } = await up(world.declare(world.a, { controller }));
    expect(kept?.outs).toHaveProperty("refusedCredentials");
    world.alias("alias.test", world.a);
    const master = { rest: { server: "alias.test", port: 10443 }, credentials: moveCredentials };
    const stored = await up(world.declare(world.a, { master }), kept);
    expectMemberOf(world.a, stored);
    expect(stored.kept?.outs).not.toHaveProperty("refusedCredentials");
  });

  test("as a new name: the new credentials are used to leave", async ({ move }) => {
    const { world, member, up, expectMemberOf } = move;
    const old = { ...moveCredentials, password: "rotated since" };
    const controller = { ...world.site.rest, credentials: old };
    const outs = { ...member.outs, controller, master: { rest: world.a.rest, credentials: old } };
    const replaced = await up(world.declare(world.a, { name: "another" }), { id: member.id, outs });
    expectMemberOf(world.a, replaced);
    expect(names(world.a)).toEqual(["another"]);
  });
});

describe("without a login at the masters", () => {
  const tokenOnly = (world: MoveHarness, master: ControllerHandle, over: ResourceProps = {}) =>
    world.declare(master, {
      master: { federation: master.federationAddress },
      joinToken: master.joinToken(),
      ...over,
    });
  const tokenTest = test.override("move", () => createMoveScenario((world) => tokenOnly(world, world.a)));

  tokenTest("a token of the destination and a connection to it verify the destination", async ({ move }) => {
    const { world, up, expectMemberOf } = move;
    expectMemberOf(world.b, await up(tokenOnly(world, world.b)));
    expect(names(world.a)).toEqual([]);
  });

  tokenTest("a token of another master is refused, and nothing is changed", async ({ move }) => {
    const { world, up, expectUntouched } = move;
    const refused = await up(tokenOnly(world, world.b, { joinToken: world.a.joinToken() }));
    expectUntouched(refused);
    expect(messageOf(refused)).toMatch(/nothing was changed.*the join token names the master c1\.test:11443/);
  });

  tokenTest("a destination that accepts no connection is refused, and nothing is changed", async ({ move }) => {
    const { world, up, expectUntouched } = move;
    world.silent.add(world.b.federationAddress.server);
    const refused = await up(tokenOnly(world, world.b));
    expectUntouched(refused);
    expect(messageOf(refused)).toMatch(/nothing was changed.*ECONNREFUSED/);
  });
});
