import { createSession, type Api, type Clock } from "@fedjoin/provider/internal/neuvector";
import { createSystemPorts } from "@fedjoin/provider/internal/system";
import { Secret } from "@fedjoin/provider/internal/values";
import { createCollectors } from "../../exporter/src/collectors";
import type { Limits } from "../../exporter/src/collectors/collector";
import { createScraper, type CollectorResult, type Scraper } from "../../exporter/src/scrape/scraper";
import type { SimulatedController } from "@fedjoin/simulator";
import { scraper as account } from "./richData";

const limits: Limits = { conversations: 20_000, events: 5, statusSets: true, vulnerabilities: 2 };
const timeoutMs = 30_000;

/** The label `target` of what `scraperOf` gives. */
export const scrapedTarget = "controller.example";

/** The exporter's scraper with all its collectors, as `main.ts` builds it. */
export const scraperOf = (session: Api, clock: Clock, given: Partial<Limits> = {}): Scraper =>
  createScraper({
    collectors: createCollectors(),
    session,
    target: scrapedTarget,
    clock,
    limits: { ...limits, ...given },
  });

/** A scrape of a simulated controller over HTTPS, as its account for scraping. */
export async function scrapeOnce(site: SimulatedController, clock: Clock): Promise<readonly CollectorResult[]> {
  const target = { protocol: "https", ...site.rest, tls: { fingerprint: site.fingerprint256 } } as const;
  const ports = createSystemPorts(() => undefined);
  const { username, password } = account;
  const session = createSession(ports, target, { kind: "user", username, password: new Secret(password) });
  try {
    return await scraperOf(session, clock).scrape(timeoutMs).all;
  } finally {
    await session.close();
  }
}
