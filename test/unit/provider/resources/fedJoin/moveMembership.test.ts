import type { ResourceProps } from "../../../../../provider/src/resources/fedJoin/state";
import { beforeEach, describe, expect, test } from "vitest";
import type { ControllerHandle } from "@fedjoin/simulator";
import { destroy, refresh, up, type Deployed, type StoredResource } from "../../../../support/memoryEngine";
import { createMoveHarness, moveCredentials, type MoveHarness } from "../../../../support/moveHarness";

let world: MoveHarness;
let member: StoredResource;

const names = (master: ControllerHandle) => master.members().map(({ name }) => name);
const ids = (master: ControllerHandle) => master.members().map(({ id }) => id);
const leaves = () => world.sent.filter((line) => /\/fed\/leave$|^DELETE .*\/fed\/cluster\//.test(line));
const joins = () => world.sent.filter((line) => line.endsWith("/fed/join"));
const messageOf = ({ error }: Deployed) => (error instanceof Error ? error.message : "");

async function joinA(over: ResourceProps = {}): Promise<void> {
  const { kept } = await world.run((lifecycle) => up(lifecycle, undefined, world.declare(world.a, over)));
  if (kept === undefined) throw new Error("no member");
  member = kept;
  world.forget();
}

beforeEach(async () => {
  world = await createMoveHarness();
  await joinA();
});

/** An `up` with this program and this state, by default that of the member. */
const upTo = (news: ResourceProps, ...given: [kept?: StoredResource | undefined]) =>
  world.run((lifecycle) => up(lifecycle, given.length === 0 ? member : given[0], news));

function expectMemberOf(master: ControllerHandle, { kept, error }: Deployed): void {
  expect(error).toBeUndefined();
  expect(kept?.outs).toMatchObject({ status: "joined", clusterId: ids(master)[0], clusterName: names(master)[0] });
  expect(names(master)).toHaveLength(1);
  expect(world.site.state.federation).toMatchObject({ role: "joint", id: ids(master)[0] });
}

/** Nothing was sent that changes a membership, and the state is as before. */
function expectUntouched({ kept }: Deployed): void {
  expect([leaves(), joins()]).toEqual([[], []]);
  expect(kept?.outs).toMatchObject({ status: "joined", clusterId: member.outs["clusterId"] });
  expect(ids(world.a)).toEqual([member.outs["clusterId"]]);
}

describe("a change never ends a membership before its destination is proven", () => {
  test("another master is moved to in place, under the same name, and the old one lists the site no more", async () => {
    const moved = await upTo(world.declare(world.b));
    expectMemberOf(world.b, moved);
    expect(moved.kept?.id).toBe(member.id);
    expect(names(world.b)).toEqual([member.id]);
    expect(names(world.a)).toEqual([]);
    expect(moved.kept?.outs).toMatchObject({ formerIds: [member.outs["clusterId"]] });
    expect(moved.kept?.outs).not.toHaveProperty("previousMasters");
    expect(await upTo(world.declare(world.b), moved.kept)).toEqual({ kept: moved.kept });
    await world.run((lifecycle) => destroy(lifecycle, moved.kept ?? member));
    expect([names(world.a), names(world.b)]).toEqual([[], []]);
  });

  test("the same master at another address is an update without a leave", async () => {
    world.alias("alias.test", world.a);
    const rest = { server: "alias.test", port: 10443 };
    const stored = await upTo(world.declare(world.a, { master: { rest, credentials: moveCredentials } }));
    expect([leaves(), joins()]).toEqual([[], []]);
    expectMemberOf(world.a, stored);
    expect(stored.kept?.outs).toMatchObject({ master: { rest }, clusterId: member.outs["clusterId"] });
  });

  test("the same master at another address is stored for a site that is down, too", async () => {
    world.alias("alias.test", world.a);
    world.silent.add(world.site.rest.server);
    const rest = { server: "alias.test", port: 10443 };
    const stored = await upTo(world.declare(world.a, { master: { rest, credentials: moveCredentials } }));
    expect(stored).toMatchObject({ kept: { outs: { master: { rest } } } });
    expect(stored.error).toBeUndefined();
  });

  test("another joint address of the site leaves and joins again, under the same name", async () => {
    const jointRest = { server: world.site.rest.server.toUpperCase(), port: 10443 };
    expect((await upTo(world.declare(world.a, { jointRest }))).error).toBeUndefined();
    expect(leaves()).toEqual([]);
    const moved = await upTo(world.declare(world.a, { jointRest: { server: "c3.test", port: 443 } }));
    expect(messageOf(moved)).toContain(`${member.id} is a member of A (c1.test:11443) again`);
    expect(ids(world.a)).toHaveLength(1);
  });

  test.each<[string, () => ResourceProps, RegExp]>([
    ["one wrong digit in its port", () => ({ rest: { server: "c2.test", port: 10444 } }), /ECONNREFUSED.*#network/],
    ["a cluster that is not a master", () => ({ rest: world.site.rest }), /not a federation master.*#wrong_role/],
    [
      "a login that is refused",
      () => ({ rest: world.b.rest, credentials: { username: "admin", password: "wrong" } }),
      /#login_rejected/,
    ],
  ])("a destination with %s is refused, and nothing was changed", async (_what, master, said) => {
    const refused = await upTo(world.declare(world.b, { master: { credentials: moveCredentials, ...master() } }));
    expectUntouched(refused);
    expect(messageOf(refused)).toMatch(said);
    expect(messageOf(refused)).toMatch(/[Nn]othing was changed/);
  });

  test.each<[string, object, RegExp]>([
    [
      "cannot mint a token",
      { match: { method: "GET", path: "/v1/fed/join_token" }, what: "status", status: 403, code: 25 },
      /#forbidden/,
    ],
    [
      "cannot list its members",
      { match: { method: "GET", path: "/v1/fed/member" }, what: "status", status: 403, code: 25 },
      /#forbidden/,
    ],
  ])("a master that %s is refused, and nothing was changed", async (_what, fault, said) => {
    world.b.faults.add({ times: 9, ...fault } as Parameters<typeof world.b.faults.add>[0]);
    const refused = await upTo(world.declare(world.b));
    expectUntouched(refused);
    expect(messageOf(refused)).toMatch(said);
  });

  test("a master that lists the name for another cluster is refused, and nothing was changed", async () => {
    const { rest } = world.neighbour;
    const controller = { ...rest, credentials: moveCredentials };
    const taken = { storeId: "other", name: member.id, controller, jointRest: rest };
    await world.run((lifecycle) => lifecycle.create(world.declare(world.b, taken)));
    world.forget();
    const refused = await upTo(world.declare(world.b));
    expectUntouched(refused);
    expect(messageOf(refused)).toContain(`already lists this name for the cluster at ${rest.server}:10443`);
  });

  test("a site that somebody moved to a third master is refused", async () => {
    await byHand("/v1/fed/leave", {});
    await byHand("/v1/fed/join", {
      name: "by-hand",
      join_token: world.b.joinToken(),
      joint_rest_info: world.site.rest,
    });
    await world.neighbour.promote({ name: "C", rest: world.neighbour.federationAddress });
    world.forget();
    const refused = await upTo(world.declare(world.neighbour));
    expect(messageOf(refused)).toMatch(/a third master, B.*#member_elsewhere/);
    expect([leaves(), joins()]).toEqual([[], []]);
  });

  test("a replacement, by another name, leaves only once the same proof holds", async () => {
    world.silent.add(world.b.rest.server);
    const refused = await upTo(world.declare(world.b, { name: "another" }));
    expectUntouched(refused);
    expect(messageOf(refused)).toMatch(/nothing was changed.*#network/);
    world.silent.clear();
    const replaced = await upTo(world.declare(world.b, { name: "another" }));
    expectMemberOf(world.b, replaced);
    expect([names(world.a), names(world.b)]).toEqual([[], ["another"]]);
  });

  test("a replacement whose join fails says that the site is a member of none, and the next up joins it", async () => {
    world.site.faults.add({ match: joinRequest, what: "status", status: 426, code: 42 });
    const failed = await upTo(world.declare(world.b, { name: "another" }));
    expect(messageOf(failed)).toMatch(
      /^left its master as s0-\w+, is now a member of none, and the next pulumi up joins it: /,
    );
    expectMemberOf(world.b, await upTo(world.declare(world.b, { name: "another" }), failed.kept));
  });
});

describe("a new controller address with the joint address as before", () => {
  const to = ({ rest }: ControllerHandle) =>
    upTo(world.declare(world.a, { controller: { ...rest, credentials: moveCredentials } }));
  const warnings = () => world.logged.filter((line) => line.startsWith("warn "));

  test("where a standalone cluster answers, warns of what the next refresh and up do", async () => {
    const stored = await to(world.neighbour);
    expectUntouched(stored);
    expect(stored.kept?.outs).toMatchObject({ controller: world.neighbour.rest });
    expect(warnings()).toEqual([
      expect.stringMatching(
        /^warn s0-\w+: the cluster at the new controller address c4\.test:10443 is standalone, .*another cluster, or the site was installed again\. .*status left.*removes the member/,
      ),
    ]);
    const read = await world.run((lifecycle) => refresh(lifecycle, stored.kept ?? member));
    expect(read.kept?.outs).toMatchObject({ status: "left" });
  });

  test("where the same site answers, says nothing", async () => {
    world.alias("alias.test", world.site);
    const controller = { server: "alias.test", port: 10443, credentials: moveCredentials };
    expectUntouched(await upTo(world.declare(world.a, { controller })));
    expect(warnings()).toEqual([]);
  });

  test("where the master does not answer, proves nothing", async () => {
    world.silent.add(world.a.rest.server);
    expectUntouched(await to(world.neighbour));
    expect(warnings().join()).not.toContain("standalone");
  });
});

test("another master under another logical name: the create says to keep the logical name", async () => {
  const { error } = await upTo(world.declare(world.b), undefined);
  expect(messageOf({ kept: undefined, error })).toMatch(
    /another master, A\. .*renamed.*keep the logical name \(or give an alias\).*#member_elsewhere/,
  );
  expect([leaves(), joins()]).toEqual([[], []]);
});

describe("addresses that lead to another member", () => {
  let other: StoredResource;
  const way = ({ rest }: ControllerHandle) => ({ controller: { ...rest, credentials: moveCredentials } });
  const neighbourOf = (over: ResourceProps = {}) =>
    world.declare(world.a, { storeId: "s1", ...way(world.neighbour), jointRest: world.neighbour.rest, ...over });
  const said = /nothing was changed.* is a member as s\d-\w+, which is not the membership .*#membership_differs/;
  const expectBoth = () => {
    expect([leaves(), joins()]).toEqual([[], []]);
    expect(ids(world.a)).toEqual([member.outs["clusterId"], other.outs["clusterId"]]);
  };

  beforeEach(async () => {
    const { kept } = await world.run((lifecycle) => up(lifecycle, undefined, neighbourOf()));
    if (kept === undefined) throw new Error("no second member");
    other = kept;
    world.forget();
  });

  test("an exchange of the addresses under unchanged store ids is refused for both", async () => {
    const here = { ...way(world.site), jointRest: world.site.rest };
    const there = { ...way(world.neighbour), jointRest: world.neighbour.rest };
    for (const refused of [await upTo(world.declare(world.a, there)), await upTo(neighbourOf(here), other)]) {
      expect(messageOf(refused)).toMatch(said);
    }
    expectBoth();
  });

  test("without the site's credentials, an exchange of the joint addresses is refused for both", async () => {
    const unasked = { controller: undefined, joinVia: "master" };
    const mine = world.declare(world.a, { ...unasked, jointRest: world.neighbour.rest });
    const theirs = neighbourOf({ ...unasked, jointRest: world.site.rest });
    for (const [refused, holder] of [
      [await upTo(mine), other],
      [await upTo(theirs, other), member],
    ] as const) {
      expect(messageOf(refused)).toMatch(/nothing was changed.*#membership_differs/);
      expect(messageOf(refused)).toContain(
        `lists this joint address for another member, ${holder.id}. Correct jointRest;`,
      );
    }
    expectBoth();
  });

  test.each(["a", "b"] as const)("a controller that is a neighbour's is refused, with master %s", async (key) => {
    const refused = await upTo(world.declare(world[key], way(world.neighbour)));
    expect(messageOf(refused)).toMatch(said);
    expectBoth();
  });

  test("where that came into the state, up refuses to mend it and destroy ends our own membership alone", async () => {
    const wrong = { id: member.id, outs: { ...member.outs, ...way(world.neighbour) } };
    const { kept = wrong } = await world.run((lifecycle) => refresh(lifecycle, wrong));
    expect(kept.outs).toMatchObject({ status: "renamed" });
    const refused = await upTo(world.declare(world.a, way(world.neighbour)), kept);
    expect(messageOf(refused)).toContain("#membership_differs");
    expectBoth();
    const { error } = await world.run((lifecycle) => destroy(lifecycle, kept));
    expect(error).toBeUndefined();
    expect(ids(world.a)).toEqual([other.outs["clusterId"]]);
  });

  test("a new name together with a neighbour's controller is refused before anybody leaves", async () => {
    const refused = await upTo(world.declare(world.a, { name: "another", ...way(world.neighbour) }));
    expect(messageOf(refused)).toContain("#membership_differs");
    expectBoth();
  });
});

describe("credentials that changed in the same up", () => {
  const refusedOnce = async (): Promise<StoredResource> => {
    const controller = { ...world.site.rest, credentials: { ...moveCredentials, password: "wrong" } };
    const { kept } = await upTo(world.declare(world.a, { controller }));
    expect(kept?.outs).toHaveProperty("refusedCredentials");
    return kept ?? member;
  };

  test("as another address of the same master: no refusal stays in the state", async () => {
    const kept = await refusedOnce();
    world.alias("alias.test", world.a);
    const master = { rest: { server: "alias.test", port: 10443 }, credentials: moveCredentials };
    const stored = await upTo(world.declare(world.a, { master }), kept);
    expectMemberOf(world.a, stored);
    expect(stored.kept?.outs).not.toHaveProperty("refusedCredentials");
  });

  test("as a new name: the membership of before is left with the new ones", async () => {
    const old = { ...moveCredentials, password: "rotated since" };
    const { rest } = world.site;
    const outs = { ...member.outs, controller: { ...rest, credentials: old }, master: masterWith(old) };
    const replaced = await upTo(world.declare(world.a, { name: "another" }), { id: member.id, outs });
    expectMemberOf(world.a, replaced);
    expect(names(world.a)).toEqual(["another"]);
  });

  const masterWith = (credentials: object) => ({ rest: world.a.rest, credentials });
});

const joinRequest = { method: "POST", path: "/v1/fed/join" } as const;

/** What an admin does at the site itself. */
async function byHand(path: string, body: object): Promise<void> {
  const token = await world.run(() => world.site.logIn());
  for (let tries = 0; tries < 3; tries++) {
    const { status } = await world.run(() => world.site.request("POST", path, { token, body }));
    if (status === 200) return;
    await world.run(() => world.wait(10_000));
  }
  throw new Error(`${path} was refused`);
}

describe("a join that is refused for good", () => {
  const rejections = [
    ["400/40", { status: 400, code: 40 }],
    ["409", { status: 409, code: 41 }],
    ["417", { status: 417, code: 39 }],
    ["426", { status: 426, code: 42 }],
    ["an odd 400", { status: 400, code: 6 }],
  ] as const;

  test.each(rejections)("with %s: the site goes back to its master, and the error says both", async (_what, answer) => {
    world.b.faults.add({
      match: { method: "POST", path: "/v1/fed/join_internal", listener: "federation" },
      what: "status",
      ...answer,
      times: 99,
    });
    const failed = await upTo(world.declare(world.b));
    expect(messageOf(failed)).toMatch(
      /is a member of A \(c1\.test:11443\) again, and the state is as before, since joining the master at c2\.test:10443 failed: /,
    );
    expect(failed.kept).toBe(member);
    expect([names(world.a), names(world.b)]).toEqual([[member.id], []]);
    expect(world.site.state.federation).toMatchObject({ role: "joint", id: ids(world.a)[0] });
    const read = await world.run((lifecycle) => refresh(lifecycle, member));
    expectMemberOf(world.a, read);
    expect(await upTo(world.declare(world.a), read.kept)).toEqual({ kept: read.kept });
  });

  test("and going back refused too: a member of none, said first; the next up joins the new master", async () => {
    world.site.faults.add({ match: joinRequest, what: "status", status: 426, code: 42, times: 2 });
    const failed = await upTo(world.declare(world.b));
    expect(messageOf(failed)).toMatch(
      /^left A \(c1\.test:11443\), is now a member of none: .*The next pulumi up looks where it is and joins it to the master at c2\.test:10443 as s0-/,
    );
    expect(failed.kept).toMatchObject({ id: member.id, outs: { status: "unconfirmed" } });
    expectMemberOf(world.b, await upTo(world.declare(world.b), failed.kept));
    expect(names(world.b)).toEqual([member.id]);
  });

  test("and going back refused too: with the previous master in the program the next up goes back", async () => {
    world.site.faults.add({ match: joinRequest, what: "status", status: 426, code: 42, times: 2 });
    const { kept } = await upTo(world.declare(world.b));
    expectMemberOf(world.a, await upTo(world.declare(world.a), kept));
    expect(names(world.a)).toEqual([member.id]);
  });

  describe("and going back accepted but seen by no side", () => {
    let failed: Deployed;
    const refuseAtB = () => {
      world.b.faults.add({
        match: { method: "POST", path: "/v1/fed/join_internal", listener: "federation" },
        what: "status",
        status: 409,
        code: 41,
      });
    };

    beforeEach(async () => {
      refuseAtB();
      await upTo(world.declare(world.b));
      const looks = world.sent.slice(0, world.sent.lastIndexOf(joins().at(-1) ?? ""));
      const skip = looks.filter((line) => line === `GET ${world.site.rest.server} /v1/fed/member`).length;
      world = await createMoveHarness();
      await joinA();
      refuseAtB();
      world.site.faults.add({
        match: { method: "GET", path: "/v1/fed/member", listener: "rest" },
        what: "status",
        status: 503,
        skip,
        times: 70,
      });
      failed = await upTo(world.declare(world.b));
      while ((await world.run((lifecycle) => refresh(lifecycle, member))).error !== undefined);
    });

    test("says so, and keeps the previous addresses in the state", () => {
      expect(messageOf(failed)).toMatch(/A \(c1\.test:11443\) accepted s0-\w+ again, but no side shows it yet\. /);
      expect(messageOf(failed)).not.toContain("is a member of A");
      expect(failed.kept).toMatchObject({
        id: member.id,
        outs: { status: "unconfirmed", master: { rest: world.a.rest }, masterId: member.outs["masterId"] },
      });
    });

    test("with the previous master in the program, the next up records the membership", async () => {
      world.forget();
      expectMemberOf(world.a, await upTo(world.declare(world.a), failed.kept));
      expect([leaves(), joins()]).toEqual([[], []]);
    });

    test("with the new master in the program, the next up moves the site", async () => {
      expectMemberOf(world.b, await upTo(world.declare(world.b), failed.kept));
      expect(names(world.a)).toEqual([]);
    });
  });

  test("destroy after that leaves nothing", async () => {
    world.site.faults.add({ match: joinRequest, what: "status", status: 426, code: 42, times: 2 });
    const { kept } = await upTo(world.declare(world.b));
    expect(await world.run((lifecycle) => destroy(lifecycle, kept ?? member))).toEqual({ kept: undefined });
    expect([names(world.a), names(world.b)]).toEqual([[], []]);
  });
});

describe("a process that dies at any request of a move", () => {
  async function requestsOfAMove(): Promise<number> {
    world.forget();
    await upTo(world.declare(world.b));
    const { length } = world.sent;
    world = await createMoveHarness();
    await joinA();
    return length;
  }

  async function killedAfter(count: number): Promise<void> {
    world = await createMoveHarness();
    await joinA();
    await world.run((lifecycle) => up(lifecycle, member, world.declare(world.b)), count);
    world.forget();
  }

  test.each([
    ["plain up", false],
    ["up --refresh", true],
  ])("%s: a member of the new master once, and nothing on the old one", async (_command, withRefresh) => {
    const total = await requestsOfAMove();
    for (let count = 0; count < total; count++) {
      await killedAfter(count);
      const read = withRefresh ? await world.run((lifecycle) => refresh(lifecycle, member)) : { kept: member };
      const { kept, error } = await upTo(world.declare(world.b), read.kept);
      expect({ count, error: [read.error, error] }).toEqual({ count, error: [undefined, undefined] });
      expectMemberOf(world.b, { kept });
      expect({ count, a: names(world.a) }).toEqual({ count, a: [] });
      expect((await upTo(world.declare(world.b), kept)).kept).toEqual(kept);
    }
  });

  test("a new name after a move that the state does not know: says where the site is, and to record it first", async () => {
    await upTo(world.declare(world.b));
    world.forget();
    const refused = await upTo(world.declare(world.b, { name: "another" }));
    expect([leaves(), joins()]).toEqual([[], []]);
    expect(messageOf(refused)).toContain(
      `nothing was changed, and the site says that it is a member of B (c2.test:11443) as ${member.id}: `,
    );
    expect(messageOf(refused)).toMatch(/Run pulumi up with the old name \(s0-\w+\) first.*#membership_differs/);
    const recorded = await upTo(world.declare(world.b));
    expectMemberOf(world.b, recorded);
    expectMemberOf(world.b, await upTo(world.declare(world.b, { name: "another" }), recorded.kept));
    expect(names(world.b)).toEqual(["another"]);
  });

  test("destroy ends the membership, or says that an up has to record it first; after that nothing is left", async () => {
    const total = await requestsOfAMove();
    let refused = 0;
    for (let count = 0; count < total; count++) {
      await killedAfter(count);
      let result = await world.run((lifecycle) => destroy(lifecycle, member));
      if (result.error !== undefined) {
        refused++;
        expect(messageOf(result)).toMatch(/is a member of B .* which the state does not know.*Run pulumi up/);
        expect(names(world.b)).toEqual([member.id]);
        const { kept } = await upTo(world.declare(world.b));
        result = await world.run((lifecycle) => destroy(lifecycle, kept ?? member));
      }
      expect({ count, result }).toEqual({ count, result: { kept: undefined } });
      expect([names(world.a), names(world.b)]).toEqual([[], []]);
    }
    expect(refused).toBeGreaterThan(0);
  });
});

describe("the previous master until it lists the site no more", () => {
  beforeEach(async () => {
    world = await createMoveHarness();
    await joinA({ onMasterLost: "force" });
    world.silent.add(world.a.rest.server);
    world.cut(world.a);
  });

  const lost = () => world.declare(world.b, { onMasterLost: "force" });

  test("onMasterLost in the same change: the site moves, and the state keeps where its stale entry may be", async () => {
    const { kept } = await upTo(lost());
    expect(names(world.b)).toEqual([member.id]);
    expect(kept?.outs).toMatchObject({
      status: "joined",
      previousMasters: [{ master: { rest: world.a.rest }, clusterId: member.outs["clusterId"] }],
    });
    expect(await upTo(lost(), kept)).toEqual({ kept });
    expect((await world.run((lifecycle) => refresh(lifecycle, kept ?? member))).kept).toEqual(kept);
  });

  test("once it is back, a refresh finds the entry and the next up removes it", async () => {
    const { kept } = await upTo(lost());
    world.silent.clear();
    world.mend(world.a);
    const read = await world.run((lifecycle) => refresh(lifecycle, kept ?? member));
    expect(read.kept?.outs).toMatchObject({ previousMasters: [{ found: "listed" }] });
    expect(ids(world.a)).toEqual([member.outs["clusterId"]]);
    const tidy = await upTo(lost(), read.kept);
    expect(tidy.kept?.outs).not.toHaveProperty("previousMasters");
    expect(names(world.a)).toEqual([]);
    expectMemberOf(world.b, tidy);
  });

  test("destroy removes it too, and does not need it to answer", async () => {
    const { kept } = await upTo(lost());
    expect(await world.run((lifecycle) => destroy(lifecycle, kept ?? member))).toEqual({ kept: undefined });
    expect([names(world.a), names(world.b)]).toEqual([[member.id], []]);
    expect((await world.run((lifecycle) => refresh(lifecycle, kept ?? member))).kept).toBeUndefined();
    world.silent.clear();
    const read = await world.run((lifecycle) => refresh(lifecycle, kept ?? member));
    expect(read.kept?.outs).toMatchObject({ status: "left" });
    await world.run((lifecycle) => destroy(lifecycle, read.kept ?? member));
    expect(names(world.a)).toEqual([]);
  });

  test("a move back to it removes nothing that lives", async () => {
    const { kept } = await upTo(lost());
    world.silent.clear();
    world.mend(world.a);
    const back = await upTo(world.declare(world.a), kept);
    expectMemberOf(world.a, back);
    expect(back.kept?.outs).not.toHaveProperty("previousMasters");
    expect(names(world.b)).toEqual([]);
  });

  test("a login that it refuses is tried once, and never again", async () => {
    const { kept } = await upTo(lost());
    world.silent.clear();
    const [previous] = (kept?.outs["previousMasters"] ?? []) as [{ master: object }];
    const credentials = { username: "admin", password: "old" };
    const stale = { ...previous, master: { ...previous.master, credentials } };
    const outs = { ...kept?.outs, previousMasters: [stale] };
    const read = await world.run((lifecycle) => refresh(lifecycle, { id: member.id, outs }));
    expect(read.kept?.outs).toMatchObject({ previousMasters: [{ found: "login_refused" }] });
    world.forget();
    await world.run((lifecycle) => refresh(lifecycle, read.kept ?? member));
    expect(world.sent.filter((line) => line.includes(world.a.rest.server))).toEqual([]);
  });
});

describe("without a login at the masters", () => {
  const tokenOnly = (master: ControllerHandle, over: ResourceProps = {}) =>
    world.declare(master, { master: {}, joinToken: master.joinToken(), ...over });

  beforeEach(async () => {
    world = await createMoveHarness();
    const { kept } = await upTo(tokenOnly(world.a, { master: { federation: world.a.federationAddress } }), undefined);
    if (kept === undefined) throw new Error("no member");
    member = kept;
    world.forget();
  });

  const toB = (over: ResourceProps = {}) =>
    tokenOnly(world.b, { master: { federation: world.b.federationAddress }, ...over });

  test("a token that names the destination and a connection to it are the proof", async () => {
    expectMemberOf(world.b, await upTo(toB()));
    expect(names(world.a)).toEqual([]);
  });

  test("a token of another master is refused, and nothing was changed", async () => {
    const refused = await upTo(toB({ joinToken: world.a.joinToken() }));
    expectUntouched(refused);
    expect(messageOf(refused)).toMatch(/nothing was changed.*the join token names the master c1\.test:11443/);
  });

  test("a destination that takes no connection is refused, and nothing was changed", async () => {
    world.silent.add(world.b.federationAddress.server);
    const refused = await upTo(toB());
    expectUntouched(refused);
    expect(messageOf(refused)).toMatch(/nothing was changed.*ECONNREFUSED/);
  });
});
