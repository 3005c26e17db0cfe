import { describe, expect } from "vitest";
import type { Deployed } from "../../../../support/memoryEngine";
import type { MoveHarness } from "../../../../support/moveHarness";
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

/** Makes the site reject two joins: the one of the move, and the one back. */
function rejectJoinAndReturn({ site }: MoveHarness): void {
  site.faults.add({ match: joinRequest, what: "status", status: 426, code: 42, times: 2 });
}

describe("a join that is refused for good", () => {
  test.for([
    ["400/40", { status: 400, code: 40 }],
    ["409", { status: 409, code: 41 }],
    ["417", { status: 417, code: 39 }],
    ["426", { status: 426, code: 42 }],
    ["an odd 400", { status: 400, code: 6 }],
  ] as const)("with %s: the site returns to its master, and the error says both", async ([, answer], { move }) => {
    const { world, member, up, refresh, expectMemberOf } = move;
    world.b.faults.add({ match: acceptMember, what: "status", ...answer, times: 99 });
    const failed = await up(world.declare(world.b));
    expect(messageOf(failed)).toMatch(
      /is a member of A \(c1\.test:11443\) again, and the state is as before, since joining the master at c2\.test:10443 failed: /,
    );
    expect(failed.kept).toBe(member);
    expect([names(world.a), names(world.b)]).toEqual([[member.id], []]);
    expect(world.site.state.federation).toMatchObject({ role: "joint", id: ids(world.a)[0] });
    const read = await refresh();
    expectMemberOf(world.a, read);
    expect(await up(world.declare(world.a), read.kept)).toEqual({ kept: read.kept });
  });

  test("and the return refused too: a member of none, said first; the next up joins the new master", async ({
    move,
  }) => {
    const { world, member, up, expectMemberOf } = move;
    rejectJoinAndReturn(world);
    const failed = await up(world.declare(world.b));
    expect(messageOf(failed)).toMatch(
      /^left A \(c1\.test:11443\), is now a member of none: .*The next pulumi up looks where it is and joins it to the master at c2\.test:10443 as s0-/,
    );
    expect(failed.kept).toMatchObject({ id: member.id, outs: { status: "unconfirmed" } });
    expectMemberOf(world.b, await up(world.declare(world.b), failed.kept));
    expect(names(world.b)).toEqual([member.id]);
  });

  test("and the return refused too: with the previous master in the program the next up returns", async ({ move }) => {
    const { world, member, up, expectMemberOf } = move;
    rejectJoinAndReturn(world);
    const { kept } = await up(world.declare(world.b));
    expectMemberOf(world.a, await up(world.declare(world.a), kept));
    expect(names(world.a)).toEqual([member.id]);
  });

  test("destroy after that leaves nothing", async ({ move: { world, up, destroy } }) => {
    rejectJoinAndReturn(world);
    const { kept } = await up(world.declare(world.b));
    expect(await destroy(kept)).toEqual({ kept: undefined });
    expect([names(world.a), names(world.b)]).toEqual([[], []]);
  });
});

describe("a join that is refused, and a return that is accepted but seen by no side", () => {
  const refuseOnce = ({ world }: MoveScenario): void => {
    world.b.faults.add({ match: acceptMember, what: "status", status: 409, code: 41 });
  };

  const unseenTest = test.extend("unseen", async (): Promise<MoveScenario & { readonly failed: Deployed }> => {
    const trial = await createMoveScenario();
    refuseOnce(trial);
    await trial.up(trial.world.declare(trial.world.b));
    const beforeReturn = trial.world.sent.slice(0, trial.world.sent.lastIndexOf(trial.joins().at(-1) ?? ""));
    const read = `GET ${trial.world.site.rest.server} /v1/fed/member`;
    const move = await createMoveScenario();
    refuseOnce(move);
    move.world.site.faults.add({
      match: { method: "GET", path: "/v1/fed/member", listener: "rest" },
      what: "status",
      status: 503,
      skip: beforeReturn.filter((line) => line === read).length,
      times: 70,
    });
    const failed = await move.up(move.world.declare(move.world.b));
    while ((await move.refresh()).error !== undefined);
    return { ...move, failed };
  });

  unseenTest("says so, and keeps the previous addresses in the state", ({ unseen: { world, member, failed } }) => {
    expect(messageOf(failed)).toMatch(/A \(c1\.test:11443\) accepted s0-\w+ again, but no side shows it yet\. /);
    expect(messageOf(failed)).not.toContain("is a member of A");
    expect(failed.kept).toMatchObject({
      id: member.id,
      outs: { status: "unconfirmed", master: { rest: world.a.rest }, masterId: member.outs["masterId"] },
    });
  });

  unseenTest("with the previous master in the program, the next up records it", async ({ unseen }) => {
    const { world, up, leaves, joins, failed, expectMemberOf } = unseen;
    world.forget();
    expectMemberOf(world.a, await up(world.declare(world.a), failed.kept));
    expect([leaves(), joins()]).toEqual([[], []]);
  });

  unseenTest("with the new master in the program, the next up moves the site", async ({ unseen }) => {
    const { world, up, failed, expectMemberOf } = unseen;
    expectMemberOf(world.b, await up(world.declare(world.b), failed.kept));
    expect(names(world.a)).toEqual([]);
  });
});

describe("the previous master until it no longer lists the site", () => {
  const lostTest = test.override("move", async () => {
    const move = await createMoveScenario((world) => world.declare(world.a, { onMasterLost: "force" }));
    move.world.silent.add(move.world.a.rest.server);
    move.world.cut(move.world.a);
    return move;
  });
  const toB = ({ world, member, up }: MoveScenario, stored = member) =>
    up(world.declare(world.b, { onMasterLost: "force" }), stored);
  const restoreA = ({ world }: MoveScenario): void => {
    world.silent.clear();
    world.reconnect(world.a);
  };

  lostTest(
    "onMasterLost in the same change: the site moves, and the state keeps the possible stale entry",
    async ({ move }) => {
      const { world, member, refresh } = move;
      const { kept } = await toB(move);
      expect(names(world.b)).toEqual([member.id]);
      expect(kept?.outs).toMatchObject({
        status: "joined",
        previousMasters: [{ master: { rest: world.a.rest }, clusterId: member.outs["clusterId"] }],
      });
      expect(await toB(move, kept)).toEqual({ kept });
      expect((await refresh(kept)).kept).toEqual(kept);
    },
  );

  lostTest("once it is back, a refresh finds the entry and the next up removes it", async ({ move }) => {
    const { world, member, refresh, expectMemberOf } = move;
    const { kept } = await toB(move);
    restoreA(move);
    const read = await refresh(kept);
    expect(read.kept?.outs).toMatchObject({ previousMasters: [{ found: "listed" }] });
    expect(ids(world.a)).toEqual([member.outs["clusterId"]]);
    const cleaned = await toB(move, read.kept);
    expect(cleaned.kept?.outs).not.toHaveProperty("previousMasters");
    expect(names(world.a)).toEqual([]);
    expectMemberOf(world.b, cleaned);
  });

  lostTest("destroy removes it too, and does not need it to answer", async ({ move }) => {
    const { world, member, refresh, destroy } = move;
    const { kept } = await toB(move);
    expect(await destroy(kept)).toEqual({ kept: undefined });
    expect([names(world.a), names(world.b)]).toEqual([[member.id], []]);
    expect((await refresh(kept)).kept).toBeUndefined();
    world.silent.clear();
    const read = await refresh(kept);
    expect(read.kept?.outs).toMatchObject({ status: "left" });
    await destroy(read.kept);
    expect(names(world.a)).toEqual([]);
  });

  lostTest("a move back to it removes nothing that is live", async ({ move }) => {
    const { world, up, expectMemberOf } = move;
    const { kept } = await toB(move);
    restoreA(move);
    const back = await up(world.declare(world.a), kept);
    expectMemberOf(world.a, back);
    expect(back.kept?.outs).not.toHaveProperty("previousMasters");
    expect(names(world.b)).toEqual([]);
  });

  lostTest("a login that it refuses is tried once, and never again", async ({ move }) => {
    const { world, member, refresh } = move;
    const { kept } = await toB(move);
    world.silent.clear();
    const [previous] = (kept?.outs["previousMasters"] ?? []) as [{ master: object }];
    const credentials = { username: "admin", password: "old" };
    const stale = { ...previous, master: { ...previous.master, credentials } };
    const read = await refresh({ id: member.id, outs: { ...kept?.outs, previousMasters: [stale] } });
    expect(read.kept?.outs).toMatchObject({ previousMasters: [{ found: "login_refused" }] });
    world.forget();
    await refresh(read.kept);
    expect(world.sent.filter((line) => line.includes(world.a.rest.server))).toEqual([]);
  });
});
