import type { ResourceProps } from "../../../../../provider/src/resources/shared/props";
import { describe, expect } from "vitest";
import type { Deployed, StoredResource } from "../../../../support/memoryEngine";
import {
  ids,
  joinRequest,
  messageOf,
  moveCredentials as credentials,
  names,
  test,
  through,
  type MoveScenario,
} from "../../../../support/moveScenario";

const wrongLogin = { ...credentials, password: "x" };
const expectRefusal = (deployed: Deployed, ...messages: (string | RegExp)[]): void => {
  for (const message of messages) expect(messageOf(deployed)).toMatch(message);
};
const expectNoChange = ({ leaves, joins }: MoveScenario): void => {
  expect([leaves(), joins()]).toEqual([[], []]);
};

describe("a destination that is not verified: nothing is changed", () => {
  const lacking = ({ b }: MoveScenario, path: string) => {
    b.faults.add({ times: 9, match: { method: "GET", path }, what: "status", status: 403, code: 25 });
    return { rest: b.rest };
  };

  test.for<[string, (move: MoveScenario) => object, RegExp]>([
    ["one wrong digit in its port", () => ({ rest: { server: "c2.test", port: 10444 } }), /ECONNREFUSED.*#network/],
    ["no master", ({ site }) => ({ rest: site.rest }), /not a federation master.*#wrong_role/],
    ["a wrong login", ({ b }) => ({ rest: b.rest, credentials: wrongLogin }), /#a-login-is-refused/],
    ["a master that cannot mint a token", (move) => lacking(move, "/v1/fed/join_token"), /#forbidden/],
    ["a master that cannot list its members", (move) => lacking(move, "/v1/fed/member"), /#forbidden/],
  ])("%s", async ([, master, message], { move }) => {
    const { b, declare, up, expectUntouched } = move;
    const refused = await up(declare(b, { master: { credentials, ...master(move) } }));
    expectUntouched(refused);
    expectRefusal(refused, message, /[Nn]othing was changed/);
  });

  test("a master that lists the name for another cluster", async ({ move }) => {
    const { b, declare, member, neighbour, start, up, forget, expectUntouched } = move;
    const { rest } = neighbour;
    const taken = { storeId: "other", name: member.id, ...through(neighbour), jointRest: rest };
    await start().joins.create(declare(b, taken));
    forget();
    const refused = await up(declare(b));
    expectUntouched(refused);
    expectRefusal(refused, `already lists this name for the cluster at ${rest.server}:10443`);
  });

  test("a site that somebody moved to a third master", async ({ move }) => {
    const { b, declare, neighbour, site, start, up, forget } = move;
    const byHand = declare(b, { storeId: "by-hand" });
    const { joins } = start();
    await joins.delete(move.member.id, move.member.outs);
    await joins.create(byHand);
    await neighbour.promote({ name: "C", rest: neighbour.federationAddress });
    forget();
    expectRefusal(await up(declare(neighbour)), /a third master, B.*#member_elsewhere/);
    expectNoChange(move);
    expect(site.state.federation.role).toBe("joint");
  });
});

describe("a replacement, by another name", () => {
  test("leaves only once the destination is verified", async ({ move }) => {
    const { a, b, declare, silent, up, expectUntouched, expectMemberOf } = move;
    silent.add(b.rest.server);
    const refused = await up(declare(b, { name: "another" }));
    expectUntouched(refused);
    expectRefusal(refused, /nothing was changed.*#network/);
    silent.clear();
    expectMemberOf(b, await up(declare(b, { name: "another" })));
    expect([names(a), names(b)]).toEqual([[], ["another"]]);
  });

  test("whose join fails says that the site is a member of none, and the next up joins it", async ({ move }) => {
    const { b, declare, site, up, expectMemberOf } = move;
    site.faults.add({ match: joinRequest, what: "status", status: 426, code: 42 });
    const failed = await up(declare(b, { name: "another" }));
    expectRefusal(failed, /^left its master as s0-\w+, is now a member of none, and the next pulumi up joins it: /);
    expectMemberOf(b, await up(declare(b, { name: "another" }), failed.kept));
  });
});

describe("a new controller address with the joint address as before", () => {
  const warnings = ({ logged }: MoveScenario) => logged.filter((line) => line.startsWith("warn "));

  test("where a standalone cluster answers, warns of what the next refresh and up do", async ({ move }) => {
    const { a, declare, neighbour, up, refresh, expectUntouched } = move;
    const stored = await up(declare(a, through(neighbour)));
    expectUntouched(stored);
    expect(stored.kept?.outs).toMatchObject({ controller: neighbour.rest });
    expect(warnings(move)).toEqual([
      expect.stringMatching(
        /^warn s0-\w+: the cluster at the new controller address c4\.test:10443 is standalone, .*another cluster, or the site was installed again\. .*status left.*removes the member/,
      ),
    ]);
    expect((await refresh(stored.kept)).kept?.outs).toMatchObject({ status: "left" });
  });

  test("where the same site answers, logs nothing", async ({ move }) => {
    const { a, declare, network, site, up, expectUntouched } = move;
    network.alias({ server: "alias.test", port: 10443 }, site.rest);
    expectUntouched(await up(declare(a, { controller: { server: "alias.test", port: 10443, credentials } })));
    expect(warnings(move)).toEqual([]);
  });

  test("where the master does not answer, proves nothing", async ({ move }) => {
    const { a, declare, neighbour, silent, up, expectUntouched } = move;
    silent.add(a.rest.server);
    expectUntouched(await up(declare(a, through(neighbour))));
    expect(warnings(move).join()).not.toContain("standalone");
  });
});

test("another master under another logical name: the create says to keep the logical name", async ({ move }) => {
  const { b, declare, up } = move;
  const message = /another master, A\. .*renamed.*keep the logical name \(or give an alias\).*#member_elsewhere/;
  expectRefusal(await up(declare(b), undefined), message);
  expectNoChange(move);
});

describe("addresses that lead to another member", () => {
  const here = ({ site }: MoveScenario) => ({ ...through(site), jointRest: site.rest });
  const there = ({ neighbour }: MoveScenario) => ({ ...through(neighbour), jointRest: neighbour.rest });
  const declareOther = (move: MoveScenario, over: ResourceProps = {}) =>
    move.declare(move.a, { storeId: "s1", ...there(move), ...over });
  const neighbourTest = test.extend("other", async ({ move }): Promise<StoredResource> => {
    const { kept } = await move.up(declareOther(move), undefined);
    if (kept === undefined) throw new Error("no second member");
    move.forget();
    return kept;
  });
  const differs = /nothing was changed.* is a member as s\d-\w+, which is not the membership .*#membership_differs/;
  const expectBoth = (move: MoveScenario, other: StoredResource) => {
    expectNoChange(move);
    expect(ids(move.a)).toEqual([move.member.outs["clusterId"], other.outs["clusterId"]]);
  };

  neighbourTest("an exchange of the addresses is refused for both", async ({ move, other }) => {
    expectRefusal(await move.up(move.declare(move.a, there(move))), differs);
    expectRefusal(await move.up(declareOther(move, here(move)), other), differs);
    expectBoth(move, other);
  });

  neighbourTest("so is one of the joint addresses without the sites' credentials", async ({ move, other }) => {
    const { a, declare, member, site, neighbour, up } = move;
    const masterOnly = { controller: undefined, joinVia: "master" };
    const message = (holder: string) => `lists this joint address for another member, ${holder}. Correct jointRest;`;
    const ours = await up(declare(a, { ...masterOnly, jointRest: neighbour.rest }));
    expectRefusal(ours, /nothing was changed.*#membership_differs/, message(other.id));
    const theirs = await up(declareOther(move, { ...masterOnly, jointRest: site.rest }), other);
    expectRefusal(theirs, /nothing was changed.*#membership_differs/, message(member.id));
    expectBoth(move, other);
  });

  neighbourTest.for([
    ["the same master", "a", {}],
    ["another master", "b", {}],
    ["a new name, before anybody leaves", "a", { name: "another" }],
  ] as const)("a neighbour's controller is refused with %s", async ([, master, over], { move, other }) => {
    const { declare, neighbour, up } = move;
    const refused = await up(declare(move[master], { ...through(neighbour), ...over }));
    expectRefusal(refused, "name" in over ? "#membership_differs" : differs);
    expectBoth(move, other);
  });

  neighbourTest("one in the state: up refuses, and destroy ends our own membership", async ({ move, other }) => {
    const { a, declare, member, neighbour, up, refresh, destroy } = move;
    const { kept } = await refresh({ id: member.id, outs: { ...member.outs, ...through(neighbour) } });
    expect(kept?.outs).toMatchObject({ status: "renamed" });
    expectRefusal(await up(declare(a, through(neighbour)), kept), "#membership_differs");
    expectBoth(move, other);
    expect(await destroy(kept)).toEqual({ kept: undefined });
    expect(ids(a)).toEqual([other.outs["clusterId"]]);
  });
});
