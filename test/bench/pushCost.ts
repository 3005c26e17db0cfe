import { Agent, request } from "node:http";
import { waitFor } from "@fedjoin/testbed";
import { fetchBody } from "./fetchBody";
import { readProcessUsage } from "./processUsage";
import { pushTo, type PushTestbed } from "./pushTestbed";

/** CPU time of one push and one scrape, user and system, mean. */
export interface PushCost {
  readonly pushMs: number;
  readonly scrapeMs: number;
}

const rounds = 6;
const agent = new Agent({ keepAlive: true });

/** Measures an exporter that nobody scrapes, and one that does not push. */
export async function measurePushCost({ prometheus, pushUrl, startExporter }: PushTestbed): Promise<PushCost> {
  const attributes = { EXPORTER_PUSH_ATTRIBUTES: "service.instance.id=cost" };
  const pushing = await startExporter({ ...pushTo(pushUrl), ...attributes });
  const pushes = async (): Promise<number> => {
    const [count] = await prometheus.query('count_over_time(nv_up{instance="cost"}[1h])');
    return count?.value ?? 0;
  };
  const after = (count: number) =>
    waitFor(`${count} pushes`, async () => {
      const done = await pushes();
      return done >= count ? { done, cpuSeconds: readProcessUsage(pushing.pid).cpuSeconds } : undefined;
    });
  const first = await after(2);
  const last = await after(first.done + rounds);
  await pushing.stop();

  const scraping = await startExporter({});
  const scrape = () => fetchBody(request(`${scraping.url}/metrics`, { agent, headers: { "Accept-Encoding": "gzip" } }));
  await scrape();
  await scrape();
  const before = readProcessUsage(scraping.pid).cpuSeconds;
  for (let round = 0; round < rounds; round++) await scrape();
  const scrapeSeconds = readProcessUsage(scraping.pid).cpuSeconds - before;
  return {
    pushMs: ((last.cpuSeconds - first.cpuSeconds) / (last.done - first.done)) * 1000,
    scrapeMs: (scrapeSeconds / rounds) * 1000,
  };
}
