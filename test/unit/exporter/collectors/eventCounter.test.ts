import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import fc from "fast-check";
import { describe, expect, test as base } from "vitest";
import {
  createEventCounter,
  type EventCounter,
  type LoggedEvent,
} from "../../../../exporter/src/collectors/eventCounter";

const event = (number: number, level = "Warning"): LoggedEvent => ({
  id: `e${number}`,
  level,
  reported_timestamp: 1_000_000 + number,
});

/** Events `from` to `to`, the newest first. */
const range = (from: number, to: number): LoggedEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => event(to - index));

/** Reads a log as the controller pages it; `asked` gets each limit and start. */
const readFrom = (
  counter: EventCounter,
  log: readonly LoggedEvent[],
  asked: (readonly [number, number])[] = [],
  count = 16,
) =>
  counter.update(count, (limit, start) => {
    asked.push([limit, start]);
    return Promise.resolve(log.slice(start, start + limit));
  });

const total = (counter: EventCounter): number => [...counter.counts().values()].reduce((sum, value) => sum + value, 0);

const test = base.extend("counter", () => createEventCounter());

describe("a counter of a log", () => {
  test("counts nothing at the first read, and shows every level as 0", async ({ counter }) => {
    expect(await readFrom(counter, range(1, 1000), [], 5)).toEqual(range(996, 1000));
    const levels = ["Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Info", "Debug", "other"];
    expect([...counter.counts()]).toEqual(levels.map((level) => [level, 0]));
  });

  test("counts what is new by level, once, and an unknown level as other", async ({ counter }) => {
    await readFrom(counter, range(1, 3));
    const log = [event(7, "Critical"), event(6, ""), event(5, "Fatal"), event(4, "Critical"), ...range(1, 3)];
    await readFrom(counter, log);
    await readFrom(counter, log);
    expect(Object.fromEntries(counter.counts())).toMatchObject({ Critical: 2, other: 2, Warning: 0 });
  });

  test("asks for one page while little happens, and for more until it meets what it knows", async ({ counter }) => {
    const asked: (readonly [number, number])[] = [];
    await readFrom(counter, range(1, 1000), asked);
    await readFrom(counter, range(1, 1010), asked);
    await readFrom(counter, range(1, 1300), asked);
    expect(asked.join(" ")).toBe("256,0 16,0 16,0 256,16 256,272");
    expect(total(counter)).toBe(300);
  });

  test("does not count what was there before the first read and only now appears", async ({ counter }) => {
    await readFrom(counter, range(1, 4000));
    const ofOldestSecond = { ...event(4000 - 255), id: "of the second of the oldest that was read" };
    await readFrom(counter, [ofOldestSecond, ...range(1, 4000 + 250)]);
    expect(total(counter)).toBe(250);
  });

  test("stops at what a controller keeps if all is new, and at one that does not page", async ({ counter }) => {
    await readFrom(counter, range(1, 4096));
    await readFrom(counter, range(10_001, 14_096));
    expect(total(counter)).toBe(4096);
    let reads = 0;
    await counter.update(16, () => (reads++, Promise.resolve(range(20_001, 20_016))));
    expect(reads).toBe(2);
    expect(total(counter)).toBe(4096 + 16);
  });

  test("an entry with a wrong clock on top hides none of the newer ones", async ({ counter }) => {
    const ahead = { ...event(0, "Alert"), id: "ahead", reported_timestamp: 9_000_000_000 };
    await readFrom(counter, [ahead, ...range(1, 20)]);
    await readFrom(counter, [ahead, ...range(1, 120)]);
    expect(total(counter)).toBe(100);
  });

  test("an entry that comes late is counted, and one without a time in an empty log", async ({ counter }) => {
    await readFrom(counter, []);
    await readFrom(counter, [event(5), event(1)]);
    await readFrom(counter, [event(5), event(3), event(1), { id: "no time", level: "Info" }]);
    expect(total(counter)).toBe(4);
  });

  test("goes on when the controller lost its log", async ({ counter }) => {
    await readFrom(counter, range(1, 50));
    await readFrom(counter, []);
    await readFrom(counter, range(51, 53));
    expect(total(counter)).toBe(3);
  });

  test("a read that fails half way counts nothing, and the next one misses nothing", async ({ counter }) => {
    await readFrom(counter, range(1, 20));
    const log = range(1, 320);
    const cut = new NeuVectorError("network", "cut in the middle");
    const failing = counter.update(16, (limit, start) =>
      start === 0 ? Promise.resolve(log.slice(0, limit)) : Promise.reject(cut),
    );
    await expect(failing).rejects.toMatchObject({ kind: "network" });
    expect(total(counter)).toBe(0);
    await readFrom(counter, log);
    expect(total(counter)).toBe(300);
  });

  test("counts each of any additions once, whatever the reads are like", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(400), { maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        async (added, count) => {
          const counter = createEventCounter();
          let newest = 500;
          await readFrom(counter, range(1, newest), [], count);
          for (const many of added) {
            newest += many;
            // Two at the same time, as two scrapes of different groups may be.
            await Promise.all([
              readFrom(counter, range(1, newest), [], count),
              readFrom(counter, range(1, newest), [], count),
            ]);
            expect(total(counter)).toBe(newest - 500);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});
