import { text } from "node:stream/consumers";
import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import { createVirtualClock } from "@fedjoin/simulator";
import { describe, expect, test } from "vitest";
import type { Collector } from "../../../../exporter/src/collectors/collector";
import { gauge, type SampleFamily } from "../../../../exporter/src/collectors/metric";
import { scrapeTimeoutMs } from "../../../../exporter/src/scrape/deadline";
import { renderScrape } from "../../../../exporter/src/scrape/render";
import { scrapeFamilies } from "../../../../exporter/src/scrape/scrapeMetrics";
import { createScraper } from "../../../../exporter/src/scrape/scraper";
import { virtualClock } from "../../../support/virtualPorts";

const metric = gauge("nv_x", { help: "x", labels: [], unit: "1", source: "exporter", series: "1" });
const sample = (value: number): SampleFamily[] => [{ metric, samples: [{ labels: {}, value }] }];
const down = new NeuVectorError("network", "no");

const collector = (name: string, collect: Collector["collect"]): Collector => ({
  name,
  help: "",
  metrics: [],
  collect,
});
const quick = collector("quick", () => Promise.resolve([]));
const hanging = collector("hanging", () => new Promise(() => undefined));
const failing = collector("failing", () => Promise.reject(down));
const throwing = collector("throwing", () => {
  throw down;
});
const absent = collector("absent", () => Promise.resolve(undefined));
const kept = collector("kept", () => Promise.resolve([]));

/** A scraper on virtual time; the collector `kept` has an interval of 5 minutes. */
function start(...collectors: readonly Collector[]) {
  const clock = createVirtualClock(0);
  const session = { call: () => Promise.reject(new Error("not called here")) };
  const scraper = createScraper({
    ...{ collectors, session, target: "c", clock: virtualClock(clock) },
    limits: { conversations: 10, events: 5, statusSets: true, vulnerabilities: 2 },
    intervalsMs: new Map([["kept", 5 * 60_000]]),
  });
  const results = (isWanted?: (name: string) => boolean) => clock.advanceUntil(scraper.scrape(10_000, isWanted).all);
  const firstOf = (family: SampleFamily | undefined) => [...(family?.samples ?? [])][0]?.value;
  return {
    clock,
    scraper,
    results,
    values: async () => {
      const all = await results();
      const families = scrapeFamilies(all);
      const of = (name: string) => firstOf(families.find((family) => family.metric.name === name));
      return {
        value: firstOf(all[0]?.families[0]),
        up: of("nv_up"),
        success: of("nv_scrape_collector_success"),
        lastSuccess: of("nv_scrape_collector_last_success_timestamp_seconds"),
      };
    },
  };
}

test("R9: a collector that hangs is given up at the deadline, one that throws fails, and the others keep their data", async () => {
  const { clock, results } = start(quick, hanging, failing, throwing);
  const [first, ...failed] = await results();
  expect(clock.now()).toBe(10_000);
  expect(first).toMatchObject({ collector: "quick", families: [] });
  expect(first).not.toHaveProperty("error");
  expect(failed).toMatchObject([{ error: { kind: "timeout" } }, { error: down }, { error: down }]);
});

describe("a collector with an interval of 5 minutes (Q17)", () => {
  /** Its values are the numbers of its calls; the returned function scrapes at a minute. */
  function startKept() {
    const state = { calls: 0, isDown: false };
    const counting = collector("kept", () => {
      state.calls++;
      return state.isDown ? Promise.reject(down) : Promise.resolve(sample(state.calls));
    });
    const { clock, values } = start(counting);
    const at = async (minutes: number) => {
      await clock.advance(minutes * 60_000 - clock.now());
      const { value, success, lastSuccess } = await values();
      return [value, success, lastSuccess];
    };
    return { state, at };
  }

  test("is called once in it, and tells when that was", async () => {
    const { state, at } = startKept();
    expect([await at(1), await at(5.9), await at(6)]).toEqual([
      [1, 1, 60],
      [1, 1, 60],
      [2, 1, 360],
    ]);
    expect(state.calls).toBe(2);
  });

  test("is called again after the clock was set back, as is one without an interval", async () => {
    for (const name of ["kept", "quick"]) {
      let calls = 0;
      const { clock, values } = start(collector(name, () => Promise.resolve(sample(++calls))));
      await clock.advance(3_600_000);
      expect((await values()).value).toBe(1);
      await clock.advance(-1_800_000);
      expect((await values()).value).toBe(2);
    }
  });

  test("shows after a failure what it had, but no longer than twice its interval", async () => {
    const { state, at } = startKept();
    expect(await at(1)).toEqual([1, 1, 60]);
    state.isDown = true;
    expect([await at(6), await at(10.9), await at(11)]).toEqual([
      [1, 0, 60],
      [1, 0, 60],
      [undefined, 0, 60],
    ]);
    state.isDown = false;
    expect(await at(12)).toEqual([5, 1, 720]);
  });

  test("that never had data says so", async () => {
    const { state, at } = startKept();
    state.isDown = true;
    expect(await at(1)).toEqual([undefined, 0, undefined]);
  });
});

describe("nv_up", () => {
  test.each<[string, readonly Collector[], readonly (number | undefined)[]]>([
    ["1 only for data of this scrape", [kept, failing], [1, 0]],
    ["absent if nothing was requested", [kept], [1, undefined]],
    ["0 if the controller has none of the data", [absent], [0, 0]],
    ["1 if it has some", [absent, quick], [1, 1]],
  ])("is %s", async (_what, collectors, expected) => {
    const { values } = start(...collectors);
    expect([(await values()).up, (await values()).up]).toEqual(expected);
  });

  test("an absent collector is a success without data", async () => {
    const [result] = await start(absent).results();
    expect(result).toMatchObject({ families: [], noDataReason: "absent" });
    expect(result).not.toHaveProperty("error");
  });
});

test.each<readonly [string | undefined, number]>([
  ...[undefined, "", "soon", "-1", "0"].map((header) => [header, 10_000] as const),
  ["15", 14_500],
  ["0.6", 300],
  ["1e9", 120_000],
])("the scrape timeout header %s gives %d ms", (header, ms) => {
  expect(scrapeTimeoutMs(header)).toBe(ms);
});

test("scrapes of the same collectors share one run while it lasts; others, and later ones, get their own (Q18)", async () => {
  let runs = 0;
  const counted = collector("counted", () => {
    runs++;
    return Promise.resolve([]);
  });
  const { results } = start(counted, quick);
  await Promise.all([results(), results(), results((name) => name === "counted"), results()]);
  expect(runs).toBe(2);
  await results();
  expect(runs).toBe(3);
});

test("a scrape that shares a run waits no longer than its own deadline, and the run goes on", async () => {
  const { clock, scraper } = start(
    quick,
    collector("slow", () =>
      virtualClock(clock)
        .sleep(5_000)
        .then(() => sample(1)),
    ),
  );
  const long = scraper.scrape(10_000);
  const results = await clock.advanceUntil(scraper.scrape(1_000).all);
  expect(clock.now()).toBe(1_000);
  expect(results).toMatchObject([{ collector: "quick" }, { collector: "slow", error: { kind: "timeout" } }]);
  const [, slow] = await clock.advanceUntil(long.all);
  expect(clock.now()).toBe(5_000);
  expect(slow).not.toHaveProperty("error");
});

test("the text of a collector is there before a later one has its data", async () => {
  let finish = (): void => undefined;
  const late = new Promise<SampleFamily[]>((resolve) => {
    finish = () => {
      resolve([]);
    };
  });
  const { scraper } = start(
    collector("early", () => Promise.resolve(sample(7))),
    collector("late", () => late),
  );
  const options = { format: "text", maxLabelLength: 100, names: "both" } as const;
  const chunks = renderScrape(scraper.scrape(60_000), () => Promise.resolve([]), options);
  const first = await chunks.next();
  expect(new TextDecoder().decode(first.value as Uint8Array)).toContain("\nnv_x 7\n");
  finish();
  expect(await text(chunks)).toContain('\nnv_scrape_collector_success{collector="late"} 1\n');
});
