import { NeuVectorError } from "@fedjoin/provider/neuvector";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createEventCounter,
  type EventCounter,
  type LoggedEvent,
} from "../../../../exporter/src/collectors/eventCounter";
import { collectorOf, linesOf, sessionThat } from "../../../support/scraping";

const event = (number: number, level = "Warning"): LoggedEvent => ({
  id: `e${number}`,
  level,
  reported_timestamp: 1_000_000 + number,
});

/** Events `from` to `to`, the newest first. */
const range = (from: number, to: number): LoggedEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => event(to - index));

/** Looks at a log as the controller pages it; `asked` gets each limit and start. */
const lookAt = (
  tally: EventCounter,
  log: readonly LoggedEvent[],
  asked: (readonly [number, number])[] = [],
  count = 16,
) =>
  tally.update(count, (limit, start) => {
    asked.push([limit, start]);
    return Promise.resolve(log.slice(start, start + limit));
  });

const total = (tally: EventCounter): number => [...tally.counts().values()].reduce((sum, value) => sum + value, 0);

describe("a tally of a log", () => {
  test("counts nothing at the first look, and shows every level as 0", async () => {
    const tally = createEventCounter();
    expect(await lookAt(tally, range(1, 1000), [], 5)).toEqual(range(996, 1000));
    expect([...tally.counts()]).toEqual([
      ...["Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Info", "Debug", "other"].map((level) => [
        level,
        0,
      ]),
    ]);
  });

  test("counts what is new by level, once, and an unknown level as other", async () => {
    const tally = createEventCounter();
    await lookAt(tally, range(1, 3));
    const log = [event(7, "Critical"), event(6, ""), event(5, "Fatal"), event(4, "Critical"), ...range(1, 3)];
    await lookAt(tally, log);
    await lookAt(tally, log);
    expect(Object.fromEntries(tally.counts())).toMatchObject({ Critical: 2, other: 2, Warning: 0 });
  });

  test("asks for one page while little happens, and for more until it meets what it knows", async () => {
    const tally = createEventCounter();
    const asked: (readonly [number, number])[] = [];
    await lookAt(tally, range(1, 1000), asked);
    await lookAt(tally, range(1, 1010), asked);
    await lookAt(tally, range(1, 1300), asked);
    expect(asked).toEqual([
      [256, 0],
      [16, 0],
      [16, 0],
      [256, 16],
      [256, 272],
    ]);
    expect(total(tally)).toBe(300);
  });

  test("does not count what was there before the first look and only now comes into sight", async () => {
    const tally = createEventCounter();
    await lookAt(tally, range(1, 4000));
    await lookAt(tally, range(1, 4000 + 250));
    expect(total(tally)).toBe(250);
  });

  test("stops at what the controller keeps when all of it is new, also of a controller that does not page", async () => {
    const tally = createEventCounter();
    await lookAt(tally, range(1, 4096));
    await lookAt(tally, range(10_001, 14_096));
    expect(total(tally)).toBe(4096);
    let reads = 0;
    await tally.update(16, () => (reads++, Promise.resolve(range(20_001, 20_016))));
    expect(reads).toBe(2);
    expect(total(tally)).toBe(4096 + 16);
  });

  test("an entry with a wrong clock on top hides none of the newer ones", async () => {
    const tally = createEventCounter();
    const ahead = { ...event(0, "Alert"), id: "ahead", reported_timestamp: 9_000_000_000 };
    await lookAt(tally, [ahead, ...range(1, 20)]);
    await lookAt(tally, [ahead, ...range(1, 120)]);
    expect(total(tally)).toBe(100);
  });

  test("an entry that comes late is counted, and so is one without a time in a log that was empty", async () => {
    const tally = createEventCounter();
    await lookAt(tally, []);
    await lookAt(tally, [event(5), event(1)]);
    await lookAt(tally, [event(5), event(3), event(1), { id: "no time", level: "Info" }]);
    expect(total(tally)).toBe(4);
  });

  test("goes on when the controller lost its log", async () => {
    const tally = createEventCounter();
    await lookAt(tally, range(1, 50));
    await lookAt(tally, []);
    await lookAt(tally, range(51, 53));
    expect(total(tally)).toBe(3);
  });

  test("a look that fails half way counts nothing, and the next one misses nothing", async () => {
    const tally = createEventCounter();
    await lookAt(tally, range(1, 20));
    const log = range(1, 320);
    const failing = tally.update(16, (limit, start) =>
      start === 0
        ? Promise.resolve(log.slice(0, limit))
        : Promise.reject(new NeuVectorError("network", "cut in the middle")),
    );
    await expect(failing).rejects.toMatchObject({ kind: "network" });
    expect(total(tally)).toBe(0);
    await lookAt(tally, log);
    expect(total(tally)).toBe(300);
  });

  test("counts each of any additions once, whatever the looks are like", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(400), { maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        async (added, count) => {
          const tally = createEventCounter();
          let newest = 500;
          await lookAt(tally, range(1, newest), [], count);
          for (const many of added) {
            newest += many;
            // Two at the same time, as two scrapes of different groups may be.
            await Promise.all([lookAt(tally, range(1, newest), [], count), lookAt(tally, range(1, newest), [], count)]);
            expect(total(tally)).toBe(newest - 500);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("log", () => {
  const threat = (number: number, level = "Error") => ({ ...event(number, level), name: "SQL.Injection" });
  const answers: Record<string, unknown> = {};
  const answer = (limit: number, threats: unknown, incidents: unknown, violations: unknown): void => {
    answers[`/v1/log/threat?limit=${limit}`] = { threats };
    answers[`/v1/log/incident?limit=${limit}`] = { incidents };
    answers[`/v1/log/violation?limit=${limit}`] = { violations };
  };
  const session = sessionThat(answers);
  const counted = (lines: readonly string[]): string[] =>
    lines.filter((line) => line.startsWith("nv_security_events_total{") && !line.endsWith(" 0"));

  test("counts each log of one controller, and shows when its newest entry was", async () => {
    const [one, other] = [collectorOf("log"), collectorOf("log")];
    answer(256, [threat(1)], null, [{ id: "v1", level: "Critical", reported_timestamp: 1_000_007 }]);
    const first = await linesOf(one, session, { names: "new" });
    expect(first.filter((line) => line.startsWith("nv_security_events_total{"))).toHaveLength(3 * 9);
    expect(counted(first)).toEqual([]);
    expect(first.slice(-2)).toEqual([
      'nv_log_last_event_timestamp_seconds{log="threat",target="c"} 1000001',
      'nv_log_last_event_timestamp_seconds{log="violation",target="c"} 1000007',
    ]);
    const incident = { id: "i1", level: "Critical", reported_timestamp: 1_000_003, file_name: ["/etc/x"] };
    answer(16, [threat(3, "Alert"), threat(2), threat(1)], [incident], null);
    expect(counted(await linesOf(one, session, { names: "new" }))).toEqual([
      'nv_security_events_total{log="threat",level="Alert",target="c"} 1',
      'nv_security_events_total{log="threat",level="Error",target="c"} 1',
      'nv_security_events_total{log="incident",level="Critical",target="c"} 1',
    ]);
    expect(counted(await linesOf(other, session, { names: "new" }))).toEqual([]);
  });

  test("shows as many events under the old name as are wanted, none with a limit of 0", async () => {
    answer(256, [threat(3), threat(2), threat(1)], null, null);
    const limited = (events: number) =>
      linesOf(collectorOf("log"), session, { limits: { conversations: 0, events }, names: "old" });
    expect(await limited(2)).toHaveLength(2);
    expect(await limited(0)).toEqual([]);
  });
});
