import { dashboard } from "@fedjoin/stacks/component";
import { waitFor, type Prometheus } from "@fedjoin/testbed";
import * as z from "zod";
import { pushTo, scraped, type PushTestbed } from "./pushTestbed";

/** How the series of a push differ from those of a scrape, in the same Prometheus. */
export interface PushComparison {
  /** Series of a scrape. */
  readonly series: number;
  /** Series that only the scrape has, only the push has, or that have another value. */
  readonly differences: readonly string[];
  /** Queries of the dashboard. */
  readonly queries: number;
  /** Those that a push answers otherwise than a scrape. */
  readonly differentQueries: readonly string[];
}

type Sample = Awaited<ReturnType<Prometheus["query"]>>[number];

const pushed = "pushed";

/** Values that differ from one moment to the next, or between a text and a push. */
const isVolatile = (text: string): boolean =>
  /\b(process_|nodejs_|nv_exporter_|nv_scrape_size_bytes|nv_scrape_collector_(duration|last_success)|nv_fed_member_last_synced)/.test(
    text,
  );
/** What Prometheus itself adds to a scrape or a push, the limit of a scrape, and the sockets and timers of Node. */
const isAside = (name: string): boolean =>
  /^(up|scrape_\w+|target_info|otel_\w+|nv_scrape_size_limit_bytes|nodejs_active_(handles|resources))$/.test(name);

/** Compares what a Prometheus has from pushes and from scrapes of one exporter. */
export async function comparePush({
  prometheus,
  pushUrl,
  startExporter,
  scrapedPort,
}: PushTestbed): Promise<PushComparison> {
  await startExporter({
    EXPORTER_PORT: `${scrapedPort}`,
    ...pushTo(pushUrl),
    EXPORTER_PUSH_ATTRIBUTES: `service.instance.id=${pushed}`,
  });
  for (const instance of [scraped, pushed]) {
    // A rate needs two, and the first push does not know of any before it.
    await waitFor(`three samples, ${instance}`, async () => {
      const [count] = await prometheus.query(`count_over_time(nv_up{instance="${instance}"}[10m])`);
      return (count?.value ?? 0) >= 3 ? true : undefined;
    });
  }
  return { ...(await compareSeries(prometheus)), ...(await compareQueries(prometheus)) };
}

async function compareSeries(prometheus: Prometheus): Promise<Pick<PushComparison, "series" | "differences">> {
  const of = async (instance: string) => {
    const samples = await prometheus.query(`{instance="${instance}"}`);
    return byLabels(samples.filter(({ labels }) => !isAside(labels["__name__"] ?? "")));
  };
  const [ofScrape, ofPush] = [await of(scraped), await of(pushed)];
  return { series: ofScrape.size, differences: differencesOf(ofScrape, ofPush, isVolatile) };
}

async function compareQueries(prometheus: Prometheus): Promise<Pick<PushComparison, "queries" | "differentQueries">> {
  const queries = dashboardSchema.parse(dashboard()).panels.flatMap(({ targets = [] }) => targets);
  const differentQueries: string[] = [];
  for (const { expr } of queries) {
    const answer = async (instance: string) =>
      byLabels(await prometheus.query(expr.replaceAll("$instance", instance).replaceAll("$__rate_interval", "1m")));
    const isMoving = (): boolean => isVolatile(expr);
    const differences = differencesOf(await answer(scraped), await answer(pushed), isMoving);
    if (differences.length > 0) differentQueries.push(`${expr}: ${differences.join(", ")}`);
  }
  return { queries: queries.length, differentQueries };
}

const dashboardSchema = z.object({
  panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })).optional() })),
});

/** Values by labels, without those that say where a sample comes from. */
function byLabels(samples: readonly Sample[]): ReadonlyMap<string, number> {
  return new Map(samples.map(({ labels, value }) => [seriesOf(labels), value]));
}

function seriesOf(labels: Sample["labels"]): string {
  const own = Object.entries(labels).filter(([name]) => name !== "job" && name !== "instance");
  // Prometheus writes the bound of a scraped bucket as `1.0`, and of a pushed one as `1`.
  const named = own.map(([name, text]) => (name === "le" ? [name, Number(text)] : [name, text]));
  return JSON.stringify(named.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1)));
}

/** What differs, a line each; only the labels where `isMoving`. */
function differencesOf(
  one: ReadonlyMap<string, number>,
  other: ReadonlyMap<string, number>,
  isMoving: (labels: string) => boolean,
): string[] {
  return [
    ...[...one.keys()].filter((labels) => !other.has(labels)).map((labels) => `only scraped: ${labels}`),
    ...[...other.keys()].filter((labels) => !one.has(labels)).map((labels) => `only pushed: ${labels}`),
    ...[...one]
      .filter(([labels, value]) => other.has(labels) && other.get(labels) !== value && !isMoving(labels))
      .map(([labels, value]) => `${labels} is ${value} scraped and ${other.get(labels) ?? NaN} pushed`),
  ];
}
