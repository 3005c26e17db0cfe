import { NeuVectorError, systemClock, type Session } from "@fedjoin/provider";
import { expect, test } from "vitest";
import type { Collector } from "../../../exporter/src/collectors/collector";
import { scrapeTimeoutMs } from "../../../exporter/src/scrape/deadline";
import { createScraper } from "../../../exporter/src/scrape/scraper";
import { createFlights } from "../../../exporter/src/scrape/flights";

const session: Session = {
  target: { protocol: "https", server: "c", port: 10443, tls: {} },
  credentials: { kind: "none" },
  call: () => Promise.reject(new Error("not called here")),
  keepAlive: () => Promise.resolve("none"),
  idleSeconds: () => undefined,
  close: () => Promise.resolve(),
};

const collector = (name: string, collect: Collector["collect"]): Collector => ({
  name,
  help: "",
  metrics: [],
  collect,
});

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
  const [first, second] = await scraper.scrape(10_000);
  expect(waits).toEqual([10_000]);
  expect(first).toMatchObject({ collector: "quick", families: [] });
  expect(first).not.toHaveProperty("error");
  expect(second).toMatchObject({ collector: "hanging", error: { kind: "timeout" } });
});

test("R9: a collector that throws at once, or a value that is no error, fails alone", async () => {
  const throwing = collector("throwing", () => {
    throw new NeuVectorError("forbidden", "no");
  });
  const scraper = createScraper({ collectors: [throwing, quick], session, target: "c", clock: systemClock, limits });
  const [first, second] = await scraper.scrape(60_000);
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

test("concurrent scrapes share one run, later ones get their own", async () => {
  let runs = 0;
  const share = createFlights<number>();
  const fly = (key: string) => share(key, () => Promise.resolve(++runs));
  expect(await Promise.all([fly("a"), fly("a"), fly("b"), fly("a")])).toEqual([1, 1, 2, 1]);
  expect(await fly("a")).toBe(3);
});
