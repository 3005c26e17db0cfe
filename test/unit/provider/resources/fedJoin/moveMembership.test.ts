import type { ResourceProps } from "../../../../../provider/src/resources/shared/props";
import { describe, expect } from "vitest";
import {
  createMoveScenario,
  messageOf,
  moveCredentials as credentials,
  names,
  test,
  type MoveScenario,
} from "../../../../support/moveScenario";
import type { ControllerHandle } from "@fedjoin/simulator";

describe("a move in place", () => {
  test("goes to another master under the same name, and the old master no longer lists the site", async ({ move }) => {
    const { a, b, declare, member, up, destroy, expectMemberOf } = move;
    const moved = await up(declare(b));
    expectMemberOf(b, moved);
    expect(moved.kept).toMatchObject({ id: member.id, outs: { formerIds: [member.outs["clusterId"]] } });
    expect([names(a), names(b)]).toEqual([[], [member.id]]);
    expect(moved.kept?.outs).not.toHaveProperty("previousMasters");
    expect(await up(declare(b), moved.kept)).toEqual({ kept: moved.kept });
    await destroy(moved.kept);
    expect([names(a), names(b)]).toEqual([[], []]);
  });

  const alias = { server: "alias.test", port: 10443 };
  const throughAlias = ({ network, a, declare }: MoveScenario): ResourceProps => {
    network.alias(alias, a.rest);
    return declare(a, { master: { rest: alias, credentials } });
  };

  test("only records the same master at another address", async ({ move }) => {
    const { a, member, up, leaves, joins, expectMemberOf } = move;
    const stored = await up(throughAlias(move));
    expect([leaves(), joins()]).toEqual([[], []]);
    expectMemberOf(a, stored);
    expect(stored.kept?.outs).toMatchObject({ master: { rest: alias }, clusterId: member.outs["clusterId"] });
  });

  test("records the same master at another address for a site that is down, too", async ({ move }) => {
    move.silent.add(move.site.rest.server);
    const stored = await move.up(throughAlias(move));
    expect(stored).toMatchObject({ kept: { outs: { master: { rest: alias } } } });
    expect(stored.error).toBeUndefined();
  });

  test("leaves and joins again for another joint address, under the same name", async ({ move }) => {
    const { a, site, declare, member, up, leaves } = move;
    const jointRest = { server: site.rest.server.toUpperCase(), port: 10443 };
    expect((await up(declare(a, { jointRest }))).error).toBeUndefined();
    expect(leaves()).toEqual([]);
    const moved = await up(declare(a, { jointRest: { server: "c3.test", port: 443 } }));
    expect(messageOf(moved)).toContain(`${member.id} is a member of A (c1.test:11443) again`);
    expect(names(a)).toHaveLength(1);
  });

  test("with another address of the master clears a refusal of credentials from the state", async ({ move }) => {
    const { a, declare, site, up, expectMemberOf } = move;
    const wrong = { ...site.rest, credentials: { ...credentials, password: "wrong" } };
    const { kept } = await up(declare(a, { controller: wrong }));
    expect(kept?.outs).toHaveProperty("refusedCredentials");
    const stored = await up(throughAlias(move), kept);
    expectMemberOf(a, stored);
    expect(stored.kept?.outs).not.toHaveProperty("refusedCredentials");
  });
});

test("a new name uses the new credentials to leave", async ({ move }) => {
  const { a, declare, site, member, up, expectMemberOf } = move;
  const old = { ...credentials, password: "rotated since" };
  const state = { controller: { ...site.rest, credentials: old }, master: { rest: a.rest, credentials: old } };
  const replaced = await up(declare(a, { name: "another" }), { id: member.id, outs: { ...member.outs, ...state } });
  expectMemberOf(a, replaced);
  expect(names(a)).toEqual(["another"]);
});

describe("without a login at the masters", () => {
  const withToken = ({ federationAddress: federation, joinToken }: ControllerHandle) => ({
    ...{ master: { federation }, joinToken: joinToken() },
  });
  const tokenTest = test.extend("move", () => createMoveScenario(({ a, declare }) => declare(a, withToken(a))));

  tokenTest("a token of the destination and a connection to it verify the destination", async ({ move }) => {
    const { a, b, declare, up, expectMemberOf } = move;
    expectMemberOf(b, await up(declare(b, withToken(b))));
    expect(names(a)).toEqual([]);
  });

  tokenTest.for<[string, (move: MoveScenario) => object, RegExp]>([
    ["a token of another master", ({ a }) => ({ joinToken: a.joinToken() }), /names the master c1\.test:11443/],
    ["no connection", ({ silent, b }) => (silent.add(b.federationAddress.server), {}), /ECONNREFUSED/],
  ])("%s is refused, and nothing is changed", async ([, over, message], { move }) => {
    const { b, declare, up, expectUntouched } = move;
    const refused = await up(declare(b, { ...withToken(b), ...over(move) }));
    expectUntouched(refused);
    expect(messageOf(refused)).toMatch(/nothing was changed/);
    expect(messageOf(refused)).toMatch(message);
  });
});
