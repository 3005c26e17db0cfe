import { describe, expect, test } from "vitest";
import { mapWithConcurrency } from "../../../provider/src/concurrency";

describe("many at once", () => {
  test.each([
    [undefined, 8],
    [3, 3],
  ])("at most so many run at a time, %s, and the results keep the order of the items", async (atOnce, expected) => {
    let [running, most] = [0, 0];
    const items = Array.from({ length: 30 }, (_, index) => index);
    const doubled = await mapWithConcurrency(
      items,
      async (item) => {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running--;
        return 2 * item;
      },
      atOnce,
    );
    expect(doubled).toEqual(items.map((item) => 2 * item));
    expect(most).toBe(expected);
  });

  test("an error comes out after the others under way have ended", async () => {
    let ended = 0;
    const mapped = mapWithConcurrency([0, 1, 2], async (item) => {
      if (item === 0) throw new Error("first");
      await new Promise(setImmediate);
      ended++;
    });
    await expect(mapped).rejects.toThrow("first");
    expect(ended).toBe(2);
  });
});
