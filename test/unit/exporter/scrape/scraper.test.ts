import { text } from "node:stream/consumers";
import { NeuVectorError, type Api } from "@fedjoin/provider/neuvector";
import { systemClock } from "@fedjoin/provider/system";
import { describe, expect, test } from "vitest";
import type { Collector } from "../../../../exporter/src/collectors/collector";
import { gauge, type SampleFamily } from "../../../../exporter/src/collectors/metric";
import { renderScrape } from "../../../../exporter/src/scrape/render";
import { scrapeFamilies } from "../../../../exporter/src/scrape/scrapeMetrics";
import { scrapeTimeoutMs } from "../../../../exporter/src/scrape/deadline";
import { createScraper } from "../../../../exporter/src/scrape/scraper";

/** Of the first sample. */
const firstValue = (family: SampleFamily | undefined) => [...(family?.samples ?? [])][0]?.value;

const session: Api = {
  call: () => Promise.reject(new Error("not called here")),
};

const collector = (name: string, collect: Collector["collect"]): Collector => ({
  name,
  help: "",
  metrics: [],
  collect,
});

const minuteMs = 60_000;
const limits = { conversations: 10, events: 5 };
const quick = collector("quick", () => Promise.resolve([]));

test("R9: a collector that hangs is given up at the deadline, the others keep their data", async () => {
  const waits: number[] = [];
  let reachDeadline = (): void => undefined;
  const deadline = new Promise<void>((resolve) => {
    reachDeadline = resolve;
  });
  const clock = {
    now: () => 0,
    sleep: (ms: number) => {
      waits.push(ms);
      return deadline;
    },
  };
  const hanging = collector("hanging", () => {
    reachDeadline();
    return new Promise(() => undefined);
  });
  const scraper = createScraper({ collectors: [quick, hanging], session, target: "c", clock, limits });
  const [first, second] = await scraper.scrape(10_000).all;
  expect(waits).toEqual([10_000]);
  expect(first).toMatchObject({ collector: "quick", families: [] });
  expect(first).not.toHaveProperty("error");
  expect(second).toMatchObject({ collector: "hanging", error: { kind: "timeout" } });
});

describe("a group with an interval of 5 minutes", () => {
  const metric = gauge("nv_x", { help: "x", labels: [], unit: "1", source: "exporter", series: "1" });

  /** The answers are numbers of the calls; with `isDown` there are none. */
  function start() {
    const state = { nowMs: 0, calls: 0, isDown: false };
    const kept = collector("kept", () => {
      state.calls++;
      if (state.isDown) return Promise.reject(new NeuVectorError("network", "no"));
      return Promise.resolve([{ metric, samples: [{ labels: {}, value: state.calls }] }]);
    });
    const clock = {
      now: () => state.nowMs,
      sleep: (_ms: number, signal?: AbortSignal) =>
        new Promise<void>((_resolve, reject) => {
          signal?.addEventListener("abort", () => {
            reject(new NeuVectorError("cancelled", "stopped"));
          });
        }),
    };
    const intervalsMs = new Map([["kept", 5 * minuteMs]]);
    const scraper = createScraper({ collectors: [kept], session, target: "c", clock, limits, intervalsMs });
    const at = async (minutes: number) => {
      state.nowMs = minutes * minuteMs;
      const results = await scraper.scrape(10_000).all;
      const families = scrapeFamilies(results);
      const of = (name: string) => firstValue(families.find((family) => family.metric.name === name));
      return {
        value: firstValue(results[0]?.families[0]),
        success: of("nv_scrape_collector_success"),
        lastSuccess: of("nv_scrape_collector_last_success_timestamp_seconds"),
      };
    };
    return { state, at };
  }

  test("is asked once in it, and tells when that was", async () => {
    const { state, at } = start();
    expect(await at(1)).toEqual({ value: 1, success: 1, lastSuccess: 60 });
    expect(await at(5.9)).toEqual({ value: 1, success: 1, lastSuccess: 60 });
    expect(await at(6)).toEqual({ value: 2, success: 1, lastSuccess: 360 });
    expect(state.calls).toBe(2);
  });

  test("shows after a failure what it had, and no longer than twice its interval", async () => {
    const { state, at } = start();
    await at(1);
    state.isDown = true;
    expect(await at(6)).toEqual({ value: 1, success: 0, lastSuccess: 60 });
    expect(await at(10.9)).toEqual({ value: 1, success: 0, lastSuccess: 60 });
    expect(await at(11)).toEqual({ value: undefined, success: 0, lastSuccess: 60 });
    state.isDown = false;
    expect(await at(12)).toEqual({ value: 5, success: 1, lastSuccess: 720 });
  });

  test("that never had any says so", async () => {
    const { state, at } = start();
    state.isDown = true;
    expect(await at(1)).toEqual({ value: undefined, success: 0, lastSuccess: undefined });
  });
});

describe("nv_up is 1 only when the controller gave data in this scrape", () => {
  const minutes = (count: number): number => count * minuteMs;
  const keptMs = new Map([["kept", minutes(60)]]);
  const isUp = async (scraper: ReturnType<typeof createScraper>): Promise<number | undefined> => {
    const families = scrapeFamilies(await scraper.scrape(10_000).all);
    return firstValue(families.find(({ metric }) => metric.name === "nv_up"));
  };
  const scraperOf = (...collectors: Collector[]) =>
    createScraper({ collectors, session, target: "c", clock: systemClock, limits, intervalsMs: keptMs });
  const kept = collector("kept", () => Promise.resolve([]));
  const down = collector("down", () => Promise.reject(new NeuVectorError("network", "no")));
  const absent = collector("absent", () => Promise.resolve(undefined));

  test("what is kept from an earlier scrape does not make it 1", async () => {
    const scraper = scraperOf(kept, down);
    expect([await isUp(scraper), await isUp(scraper)]).toEqual([1, 0]);
  });

  test("it is absent where nothing was asked", async () => {
    const scraper = scraperOf(kept);
    expect([await isUp(scraper), await isUp(scraper)]).toEqual([1, undefined]);
  });

  test("an answer that there is nothing of a group is a success without data", async () => {
    expect(await isUp(scraperOf(absent))).toBe(0);
    expect(await isUp(scraperOf(absent, quick))).toBe(1);
    const [result] = await scraperOf(absent).scrape(10_000).all;
    expect(result).toMatchObject({ families: [], noDataReason: "absent" });
    expect(result).not.toHaveProperty("error");
  });
});

test("R9: a collector that throws at once, or a value that is no error, fails alone", async () => {
  const throwing = collector("throwing", () => {
    throw new NeuVectorError("forbidden", "no");
  });
  const scraper = createScraper({ collectors: [throwing, quick], session, target: "c", clock: systemClock, limits });
  const [first, second] = await scraper.scrape(60_000).all;
  expect(first).toMatchObject({ error: { kind: "forbidden" } });
  expect(second).not.toHaveProperty("error");
});

test.each([
  [undefined, 10_000],
  ["", 10_000],
  ["soon", 10_000],
  ["-1", 10_000],
  ["0", 10_000],
  ["15", 14_500],
  ["0.6", 300],
  ["1e9", 120_000],
])("the scrape timeout header %s gives %d ms", (header, ms) => {
  expect(scrapeTimeoutMs(header)).toBe(ms);
});

test("scrapes that want the same share one run while it lasts; others, and later ones, get their own", async () => {
  let runs = 0;
  const counted = collector("counted", () => {
    runs++;
    return Promise.resolve([]);
  });
  const scraper = createScraper({ collectors: [counted, quick], session, target: "c", clock: systemClock, limits });
  const scrape = (isWanted?: (name: string) => boolean) => scraper.scrape(60_000, isWanted).all;
  await Promise.all([scrape(), scrape(), scrape((name) => name === "counted"), scrape()]);
  expect(runs).toBe(2);
  await scrape();
  expect(runs).toBe(3);
});

test("the text of a collector is there before a later one has its data", async () => {
  const metric = gauge("nv_x", { help: "x", labels: [], unit: "1", source: "exporter", series: "1" });
  const early = collector("early", () => Promise.resolve([{ metric, samples: [{ labels: {}, value: 7 }] }]));
  let finish = (): void => undefined;
  const late = collector(
    "late",
    () =>
      new Promise((resolve) => {
        finish = () => {
          resolve([]);
        };
      }),
  );
  const scraper = createScraper({ collectors: [early, late], session, target: "c", clock: systemClock, limits });
  const settings = { format: "text", maxLabelLength: 100, names: "both" } as const;
  const pieces = renderScrape(scraper.scrape(60_000), () => Promise.resolve([]), settings);
  const first = await pieces.next();
  expect(new TextDecoder().decode(first.value as Uint8Array)).toContain("\nnv_x 7\n");
  finish();
  const rest = await text(pieces);
  expect(rest).toContain('\nnv_scrape_collector_success{collector="late"} 1\n');
});
