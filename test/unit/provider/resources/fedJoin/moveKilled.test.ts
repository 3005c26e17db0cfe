import { describe, expect } from "vitest";
import { createMoveScenario, messageOf, names, test, type MoveScenario } from "../../../../support/moveScenario";

describe("a process that is killed at any request of a move", () => {
  async function countRequests({ world, up }: MoveScenario): Promise<number> {
    await up(world.declare(world.b));
    return world.sent.length;
  }

  async function killAfter(count: number): Promise<MoveScenario> {
    const move = await createMoveScenario();
    await move.up(move.world.declare(move.world.b), move.member, count);
    move.world.forget();
    return move;
  }

  test.for([
    ["plain up", false],
    ["up --refresh", true],
  ] as const)("%s: a member of the new master once, and nothing on the old one", async ([, withRefresh], { move }) => {
    const total = await countRequests(move);
    for (let count = 0; count < total; count++) {
      const { world, member, up, refresh, expectMemberOf } = await killAfter(count);
      const read = withRefresh ? await refresh() : { kept: member };
      const { kept, error } = await up(world.declare(world.b), read.kept);
      expect({ count, error: ["error" in read ? read.error : undefined, error] }).toEqual({
        count,
        error: [undefined, undefined],
      });
      expectMemberOf(world.b, { kept });
      expect({ count, a: names(world.a) }).toEqual({ count, a: [] });
      expect((await up(world.declare(world.b), kept)).kept).toEqual(kept);
    }
  });

  test("a new name after a move that the state does not know: record the move first", async ({ move }) => {
    const { world, member, up, leaves, joins, expectMemberOf } = move;
    await up(world.declare(world.b));
    world.forget();
    const refused = await up(world.declare(world.b, { name: "another" }));
    expect([leaves(), joins()]).toEqual([[], []]);
    expect(messageOf(refused)).toContain(
      `nothing was changed, and the site says that it is a member of B (c2.test:11443) as ${member.id}: `,
    );
    expect(messageOf(refused)).toMatch(/Run pulumi up with the old name \(s0-\w+\) first.*#membership_differs/);
    const recorded = await up(world.declare(world.b));
    expectMemberOf(world.b, recorded);
    expectMemberOf(world.b, await up(world.declare(world.b, { name: "another" }), recorded.kept));
    expect(names(world.b)).toEqual(["another"]);
  });

  test("destroy ends the membership, or says that an up has to record it first", async ({ move: first }) => {
    const total = await countRequests(first);
    let refused = 0;
    for (let count = 0; count < total; count++) {
      const { world, member, up, destroy } = await killAfter(count);
      let result = await destroy();
      if (result.error !== undefined) {
        refused++;
        expect(messageOf(result)).toMatch(/is a member of B .* which the state does not know.*Run pulumi up/);
        expect(names(world.b)).toEqual([member.id]);
        const { kept } = await up(world.declare(world.b));
        result = await destroy(kept);
      }
      expect({ count, result }).toEqual({ count, result: { kept: undefined } });
      expect([names(world.a), names(world.b)]).toEqual([[], []]);
    }
    expect(refused).toBeGreaterThan(0);
  });
});
