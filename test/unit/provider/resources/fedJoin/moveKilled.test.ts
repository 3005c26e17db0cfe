import { describe, expect } from "vitest";
import { createMoveScenario, messageOf, names, test, type MoveScenario } from "../../../../support/moveScenario";

describe("a process that is killed at any request of a move", () => {
  /** The scenario after a move was killed, for each request of the move. */
  async function* killedMoves({ b, declare, up, sent }: MoveScenario) {
    await up(declare(b));
    for (let count = 0; count < sent.length; count++) {
      const move = await createMoveScenario();
      await move.up(move.declare(move.b), move.member, count);
      move.forget();
      yield { ...move, count };
    }
  }

  test.for([
    ["plain up", false],
    ["up --refresh", true],
  ] as const)("%s: a member of the new master once, and nothing on the old one", async ([, withRefresh], { move }) => {
    for await (const { a, b, count, declare, member, up, refresh, expectMemberOf } of killedMoves(move)) {
      const read = withRefresh ? await refresh() : { kept: member };
      const { kept, error } = await up(declare(b), read.kept);
      expect({ count, read: "error" in read, error }).toEqual({ count, read: false, error: undefined });
      expectMemberOf(b, { kept });
      expect({ count, a: names(a) }).toEqual({ count, a: [] });
      expect((await up(declare(b), kept)).kept).toEqual(kept);
    }
  });

  test("a new name after a move that the state does not know: record the move first", async ({ move }) => {
    const { b, declare, member, up, forget, leaves, joins, expectMemberOf } = move;
    await up(declare(b));
    forget();
    const refused = await up(declare(b, { name: "another" }));
    expect([leaves(), joins()]).toEqual([[], []]);
    expect(messageOf(refused)).toContain(
      `nothing was changed, and the site says that it is a member of B (c2.test:11443) as ${member.id}: `,
    );
    expect(messageOf(refused)).toMatch(/Run pulumi up with the old name \(s0-\w+\) first.*#membership_differs/);
    const recorded = await up(declare(b));
    expectMemberOf(b, recorded);
    expectMemberOf(b, await up(declare(b, { name: "another" }), recorded.kept));
    expect(names(b)).toEqual(["another"]);
  });

  test("destroy ends the membership, or says that an up has to record it first", async ({ move }) => {
    let refused = 0;
    for await (const { a, b, count, declare, member, up, destroy } of killedMoves(move)) {
      let result = await destroy();
      if (result.error !== undefined) {
        refused++;
        expect(messageOf(result)).toMatch(/is a member of B .* which the state does not know.*Run pulumi up/);
        expect(names(b)).toEqual([member.id]);
        result = await destroy((await up(declare(b))).kept);
      }
      expect({ count, result, a: names(a), b: names(b) }).toEqual({ count, result: { kept: undefined }, a: [], b: [] });
    }
    expect(refused).toBeGreaterThan(0);
  });
});
