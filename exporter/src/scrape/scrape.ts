import type { Clock, Session } from "@fedjoin/provider";
import { Counter, Gauge, Registry } from "prom-client";
import type { Collector, Metric, Sample, SampleFamily } from "../collectors/collector";
import { withinDeadline } from "./deadline";

/** How one collector fared. */
export type CollectorResult = { readonly collector: string; readonly durationSeconds: number } & (
  { readonly families: readonly SampleFamily[] } | { readonly error: unknown }
);

export interface ScrapeParts {
  readonly collectors: readonly Collector[];
  readonly session: Session;
  readonly target: string;
  readonly clock: Clock;
}

/** Runs every collector at once, each on its own, all until `signal` aborts. Never throws. */
export function collectAll(parts: ScrapeParts, signal: AbortSignal): Promise<CollectorResult[]> {
  const { session, target, clock } = parts;
  return Promise.all(
    parts.collectors.map(async (collector): Promise<CollectorResult> => {
      const { name } = collector;
      const start = clock.now();
      const finish = () => ({ collector: name, durationSeconds: (clock.now() - start) / 1000 });
      try {
        const work = collector.collect({ session, target, signal });
        const families = await withinDeadline(`collector ${name}`, signal, work);
        return { ...finish(), families };
      } catch (error) {
        return { ...finish(), error };
      }
    }),
  );
}

const up: Metric = {
  name: "nv_up",
  type: "gauge",
  help: "1 when at least one collector got its data from the controller in this scrape.",
  labels: [],
};

const success: Metric = {
  name: "nv_scrape_collector_success",
  type: "gauge",
  help: "1 when the collector got its data in this scrape.",
  labels: ["collector"],
};

const duration: Metric = {
  name: "nv_scrape_collector_duration_seconds",
  type: "gauge",
  help: "How long the collector took in this scrape.",
  labels: ["collector"],
};

/** What every scrape says about itself. */
export const scrapeMetrics: readonly Metric[] = [up, success, duration];

/** The exposition text of one scrape, followed by what `others` hold. */
export function render(results: readonly CollectorResult[], ...others: Registry[]): Promise<string> {
  const perCollector = (read: (result: CollectorResult) => number): Sample[] =>
    results.map((result) => ({ labels: { collector: result.collector }, value: read(result) }));
  const isUp = results.some((result) => "families" in result);
  const registry = new Registry();
  for (const family of [
    { metric: up, samples: [{ labels: {}, value: isUp ? 1 : 0 }] },
    { metric: success, samples: perCollector((result) => ("families" in result ? 1 : 0)) },
    { metric: duration, samples: perCollector(({ durationSeconds }) => durationSeconds) },
    ...results.flatMap((result) => ("families" in result ? result.families : [])),
  ]) {
    addFamily(registry, family);
  }
  return Registry.merge([registry, ...others]).metrics();
}

/** Adds a metric with its samples; without a finite sample it does not exist, since prom-client would show a 0. */
function addFamily(registry: Registry, { metric, samples }: SampleFamily): void {
  const finite = firstOfEach(metric, samples).filter(({ value }) => Number.isFinite(value));
  if (finite.length === 0) return;
  const { name, help, labels } = metric;
  const settings = { name, help, labelNames: labels, registers: [registry] };
  if (metric.type === "gauge") {
    const gauge = new Gauge(settings);
    for (const sample of finite) gauge.set({ ...sample.labels }, sample.value);
  } else {
    const counter = new Counter(settings);
    for (const sample of finite) counter.inc({ ...sample.labels }, sample.value);
  }
}

/** The first of the samples that have the same labels: the last would win in prom-client, and both be refused by Prometheus. */
function firstOfEach({ labels: names }: Metric, samples: readonly Sample[]): Sample[] {
  const first = new Map<string, Sample>();
  for (const sample of samples) {
    const key = JSON.stringify(names.map((name) => sample.labels[name] ?? ""));
    if (!first.has(key)) first.set(key, sample);
  }
  return [...first.values()];
}
