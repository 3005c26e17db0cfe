import { NeuVectorError, systemClock, type Session } from "@fedjoin/provider";
import { expect, test } from "vitest";
import type { Collector } from "../../../exporter/src/collectors/collector";
import { scrapeTimeoutMs } from "../../../exporter/src/scrape/deadline";
import { collectAll } from "../../../exporter/src/scrape/scrape";
import { singleFlight } from "../../../exporter/src/scrape/singleFlight";

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

const collect = (collectors: Collector[], signal: AbortSignal) =>
  collectAll({ collectors, session, target: "c", clock: systemClock }, signal);

test("R9: a collector that hangs is given up at the deadline, the others keep their data", async () => {
  const deadline = new AbortController();
  const hanging = collector("hanging", () => {
    deadline.abort();
    return new Promise(() => undefined);
  });
  const [first, second] = await collect([collector("quick", () => Promise.resolve([])), hanging], deadline.signal);
  expect(first).toMatchObject({ collector: "quick", families: [] });
  expect(second).toMatchObject({ collector: "hanging", error: { kind: "timeout" } });
});

test("R9: a collector that throws at once, or a value that is no error, fails alone", async () => {
  const throwing = collector("throwing", () => {
    throw new NeuVectorError("forbidden", "no");
  });
  const [first, second] = await collect(
    [throwing, collector("fine", () => Promise.resolve([]))],
    AbortSignal.timeout(60_000),
  );
  expect(first).toMatchObject({ error: { kind: "forbidden" } });
  expect(second).toHaveProperty("families");
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
  const flight = singleFlight(() => Promise.resolve(++runs));
  expect(await Promise.all([flight(), flight(), flight()])).toEqual([1, 1, 1]);
  expect(await flight()).toBe(2);
});
