import { describe, expect } from "vitest";
import type { Deployed } from "../../../../support/memoryEngine";
import {
  createMoveScenario,
  ids,
  joinRequest,
  messageOf,
  names,
  test,
  type MoveScenario,
} from "../../../../support/moveScenario";

const acceptMember = { method: "POST", path: "/v1/fed/join_internal", listener: "federation" } as const;

describe("a join that is refused for good", () => {
  test.for([
    [400, 40],
    [409, 41],
    [417, 39],
    [426, 42],
    [400, 6],
  ] as const)("with %i/%i: the site returns, and the error says both", async ([status, code], { move }) => {
    const { a, b, declare, member, up, refresh, expectMemberOf } = move;
    b.faults.add({ match: acceptMember, what: "status", status, code, times: 99 });
    const failed = await up(declare(b));
    expect(messageOf(failed)).toMatch(
      /is a member of A \(c1\.test:11443\) again, since joining the master at c2\.test:10443 failed: .* Run pulumi refresh: a site that joins again has a new cluster id\./,
    );
    expect(failed.kept).toBe(member);
    expect([names(a), names(b)]).toEqual([[member.id], []]);
    expect(member.outs["clusterId"]).not.toBe(ids(a)[0]);
    const read = await refresh();
    expectMemberOf(a, read);
    expect(read.kept?.outs).toHaveProperty("clusterId", ids(a)[0]);
    expect(await up(declare(a), read.kept)).toEqual({ kept: read.kept });
  });

  test("a site installed again after its return leaves no stale entry when it moves", async ({ move }) => {
    const { a, b, site, declare, up, refresh, expectMemberOf, network } = move;
    b.faults.add({ match: acceptMember, what: "status", status: 400, code: 6 });
    await up(declare(b));
    const leaveUnnoticed = async () => {
      await a.goOffline();
      await site.request("POST", "/v1/fed/leave", { token: await site.logIn(), body: { force: true } });
      await a.goOnline();
    };
    await network.clock.advanceUntil(leaveUnnoticed());
    const read = await refresh();
    expect(read.kept?.outs).toMatchObject({ status: "left", clusterId: ids(a)[0] });
    expectMemberOf(b, await up(declare(b), read.kept));
    expect([names(a), names(b)]).toEqual([[], [move.member.id]]);
  });

  test("a site that somebody else moved after its return leaves no stale entry there", async ({ move }) => {
    const { a, b, site, declare, up, refresh, expectMemberOf, network } = move;
    b.faults.add({ match: acceptMember, what: "status", status: 400, code: 6 });
    await up(declare(b));
    const moveUnnoticed = async () => {
      await a.goOffline();
      const token = await site.logIn();
      await site.request("POST", "/v1/fed/leave", { token, body: { force: true } });
      await new Promise<void>((resolve) => network.clock.after(60_000, resolve));
      const body = { name: move.member.id, join_token: b.joinToken(), joint_rest_info: site.rest };
      await site.request("POST", "/v1/fed/join", { token, body });
      await a.goOnline();
    };
    await network.clock.advanceUntil(moveUnnoticed());
    const read = await refresh();
    expect(read.kept?.outs).toMatchObject({ status: "elsewhere", clusterId: ids(a)[0] });
    expectMemberOf(b, await up(declare(b), read.kept));
    expect([names(a), names(b)]).toEqual([[], [move.member.id]]);
  });

  describe("and the return refused too", () => {
    const failedMove = async ({ b, site, declare, up }: MoveScenario): Promise<Deployed> => {
      site.faults.add({ match: joinRequest, what: "status", status: 426, code: 42, times: 2 });
      return up(declare(b));
    };

    test("says first that the site is a member of none", async ({ move }) => {
      const failed = await failedMove(move);
      expect(messageOf(failed)).toMatch(
        /^left A \(c1\.test:11443\), is now a member of none: .*The next pulumi up looks where it is and joins it to the master at c2\.test:10443 as s0-/,
      );
      expect(failed.kept).toMatchObject({ id: move.member.id, outs: { status: "unconfirmed" } });
    });

    test.for(["a", "b"] as const)("the next up joins master %s, the one in the program", async (master, { move }) => {
      const { kept } = await failedMove(move);
      move.expectMemberOf(move[master], await move.up(move.declare(move[master]), kept));
      expect(names(move[master])).toEqual([move.member.id]);
    });

    test("destroy leaves nothing", async ({ move }) => {
      const { kept } = await failedMove(move);
      expect(await move.destroy(kept)).toEqual({ kept: undefined });
      expect([names(move.a), names(move.b)]).toEqual([[], []]);
    });
  });
});

test("a destination that stops answering once the site has left: the site returns to its master", async () => {
  const trial = await createMoveScenario();
  await trial.up(trial.declare(trial.b));
  const read = `GET ${trial.b.rest.server} /v1/fed/member`;
  const leaveAt = trial.sent.indexOf(`POST ${trial.site.rest.server} /v1/fed/leave`);
  const skip = trial.sent.slice(0, leaveAt).filter((line) => line === read).length;
  const move = await createMoveScenario();
  const match = { method: "GET", path: "/v1/fed/member" };
  move.b.faults.add({ match, what: "reset-before-effect", skip, times: 99 });
  const failed = await move.up(move.declare(move.b));
  expect(messageOf(failed)).toMatch(/is a member of A \(c1\.test:11443\) again, since .* Run pulumi refresh: /);
  expect([names(move.a), names(move.b)]).toEqual([[move.member.id], []]);
});

describe("a join that is refused, and a return that is accepted but seen by no side", () => {
  const refusingMove = async (): Promise<MoveScenario> => {
    const move = await createMoveScenario();
    move.b.faults.add({ match: acceptMember, what: "status", status: 409, code: 41 });
    return move;
  };

  const unseenTest = test.extend("unseen", async (): Promise<MoveScenario & { readonly failed: Deployed }> => {
    const trial = await refusingMove();
    await trial.up(trial.declare(trial.b));
    const beforeReturn = trial.sent.slice(0, trial.sent.lastIndexOf(trial.joins().at(-1) ?? ""));
    const read = `GET ${trial.site.rest.server} /v1/fed/member`;
    const skip = beforeReturn.filter((line) => line === read).length;
    const move = await refusingMove();
    const match = { method: "GET", path: "/v1/fed/member", listener: "rest" } as const;
    move.site.faults.add({ match, what: "status", status: 503, skip, times: 70 });
    const failed = await move.up(move.declare(move.b));
    while ((await move.refresh()).error !== undefined);
    return { ...move, failed };
  });

  unseenTest("says so, and keeps the previous addresses in the state", ({ unseen: { a, member, failed } }) => {
    expect(messageOf(failed)).toMatch(/A \(c1\.test:11443\) accepted s0-\w+ again, but no side shows it yet\. /);
    expect(messageOf(failed)).not.toContain("is a member of A");
    expect(failed.kept).toMatchObject({
      id: member.id,
      outs: { status: "unconfirmed", master: { rest: a.rest }, masterId: member.outs["masterId"] },
    });
  });

  unseenTest("with the previous master in the program, the next up records it", async ({ unseen }) => {
    const { a, declare, up, forget, leaves, joins, failed, expectMemberOf } = unseen;
    forget();
    expectMemberOf(a, await up(declare(a), failed.kept));
    expect([leaves(), joins()]).toEqual([[], []]);
  });

  unseenTest("with the new master in the program, the next up moves the site", async ({ unseen }) => {
    const { a, b, declare, up, failed, expectMemberOf } = unseen;
    expectMemberOf(b, await up(declare(b), failed.kept));
    expect(names(a)).toEqual([]);
  });
});

describe("the previous master until it no longer lists the site", () => {
  const connect = ({ network, a, silent }: MoveScenario, to: "refused" | "open"): void => {
    if (to === "refused") silent.add(a.rest.server);
    else silent.clear();
    for (const address of [a.rest, a.federationAddress]) network.setConnectivity(address, to, "controllers");
  };
  const toB = ({ b, declare, up }: MoveScenario, stored: Deployed["kept"]) =>
    up(declare(b, { onMasterLost: "force" }), stored);
  const lostTest = test
    .extend("move", async () => {
      const move = await createMoveScenario(({ a, declare }) => declare(a, { onMasterLost: "force" }));
      connect(move, "refused");
      return move;
    })
    .extend("moved", ({ move }) => toB(move, move.member));

  lostTest("the site moves, and the state keeps the possible stale entry", async ({ move, moved: { kept } }) => {
    const { a, b, member, refresh } = move;
    expect(names(b)).toEqual([member.id]);
    expect(kept?.outs).toMatchObject({
      status: "joined",
      previousMasters: [{ master: { rest: a.rest }, clusterId: member.outs["clusterId"] }],
    });
    expect(await toB(move, kept)).toEqual({ kept });
    expect((await refresh(kept)).kept).toEqual(kept);
  });

  lostTest("once it is back, a refresh finds the entry and the next up removes it", async ({ move, moved }) => {
    const { a, b, member, refresh, expectMemberOf } = move;
    connect(move, "open");
    const read = await refresh(moved.kept);
    expect(read.kept?.outs).toMatchObject({ previousMasters: [{ found: "listed" }] });
    expect(ids(a)).toEqual([member.outs["clusterId"]]);
    const cleaned = await toB(move, read.kept);
    expect(cleaned.kept?.outs).not.toHaveProperty("previousMasters");
    expect(names(a)).toEqual([]);
    expectMemberOf(b, cleaned);
  });

  lostTest("destroy removes it too, and does not need it to answer", async ({ move, moved }) => {
    const { a, b, member, silent, refresh, destroy } = move;
    expect(await destroy(moved.kept)).toEqual({ kept: undefined });
    expect([names(a), names(b)]).toEqual([[member.id], []]);
    expect((await refresh(moved.kept)).kept).toBeUndefined();
    silent.clear();
    const read = await refresh(moved.kept);
    expect(read.kept?.outs).toMatchObject({ status: "left" });
    await destroy(read.kept);
    expect(names(a)).toEqual([]);
  });

  lostTest("a move back to it removes nothing that is live", async ({ move, moved }) => {
    const { a, b, declare, up, expectMemberOf } = move;
    connect(move, "open");
    const back = await up(declare(a), moved.kept);
    expectMemberOf(a, back);
    expect(back.kept?.outs).not.toHaveProperty("previousMasters");
    expect(names(b)).toEqual([]);
  });

  lostTest("a login that it refuses is tried once, and never again", async ({ move, moved: { kept } }) => {
    const { a, member, refresh, sent, silent, forget } = move;
    silent.clear();
    const [previous] = (kept?.outs["previousMasters"] ?? []) as [{ master: object }];
    const credentials = { username: "admin", password: "old" };
    const stale = { ...previous, master: { ...previous.master, credentials } };
    const read = await refresh({ id: member.id, outs: { ...kept?.outs, previousMasters: [stale] } });
    expect(read.kept?.outs).toMatchObject({ previousMasters: [{ found: "login_refused" }] });
    forget();
    await refresh(read.kept);
    expect(sent.filter((line) => line.includes(a.rest.server))).toEqual([]);
  });
});
