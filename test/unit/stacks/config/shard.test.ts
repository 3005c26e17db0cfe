import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shardOf, selectShard, type Shard } from "../../../../stacks/src/config/shard";

const storeId = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9-]{0,8}[A-Za-z0-9])?$/);

/** How many of the stacks take each member. */
const takers = (shards: readonly Shard[], members: readonly unknown[]) =>
  members.map(
    (_, index) => shards.filter((shard) => selectShard(shard, "members", members).isTaken[index] === true).length,
  );

describe("the shards of a list of members", () => {
  test("by number lose no member and take none twice, whatever its store id and its place", () => {
    fc.assert(
      fc.property(fc.array(storeId), fc.integer({ min: 1, max: 20 }), (ids, count) => {
        const shards = Array.from({ length: count }, (_, index) => ({ index: index + 1, count }));
        const members = ids.map((id) => ({ storeId: id }));
        expect(takers(shards, members)).toEqual(ids.map(() => 1));
      }),
    );
  });

  test("by label lose no member and take none twice, or every stack refuses it", () => {
    const region = fc.constantFrom("north", "south", "east", "nroth", undefined);
    fc.assert(
      fc.property(
        fc.array(region),
        fc.uniqueArray(fc.constantFrom("north", "south", "east"), { minLength: 1 }),
        (regions, values) => {
          const members = regions.map((value) => (value === undefined ? {} : { labels: { region: value } }));
          const shards = values.map((value) => ({ label: "region", value, values }));
          const isKnown = regions.map((value) => values.some((known) => known === value));
          expect(takers(shards, members)).toEqual(isKnown.map(Number));
          const refused = isKnown.flatMap((known, index) => (known ? [] : [index]));
          for (const shard of shards) {
            expect(selectShard(shard, "members", members).problems.map(({ path }) => path[1])).toEqual(refused);
          }
        },
      ),
    );
  });

  test("by number keep a member where it is, so the rule is this one for ever", () => {
    expect(["u2204a", "U2204A", "2207", "u2210c"].map((id) => shardOf(id, 100))).toEqual([63, 63, 88, 35]);
  });

  test("are of a like size", () => {
    const sizes = [0, 0, 0, 0];
    for (let store = 0; store < 1000; store++) {
      const shard = shardOf(`u${store}`, 4) - 1;
      sizes[shard] = (sizes[shard] ?? 0) + 1;
    }
    expect(Math.min(...sizes)).toBeGreaterThan(200);
  });

  test("without one, a stack takes all; a member without a proper store id is taken, and refused, by each", () => {
    expect(selectShard(undefined, "members", [{ storeId: "u1" }, {}]).isTaken).toEqual([true, true]);
    expect(selectShard({ index: 1, count: 99 }, "members", [{}, { storeId: 7 }, null]).isTaken).toEqual([
      true,
      true,
      true,
    ]);
  });
});
