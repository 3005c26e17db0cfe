import type {
  CertificateInfo,
  LoginBackoff,
  NeuVectorError,
  PooledSession,
  Ports,
} from "@fedjoin/provider/internal/neuvector";
import type { Collector, Limits } from "../collectors/collector";
import type { ScrapePlan } from "../configFile/targetsConfig";
import { createScrapeLog } from "../scrape/scrapeLog";
import { createScraper, type Scrape, type Scraper } from "../scrape/scraper";
import { createMemberApi } from "./memberApi";
import type { MemberHistories } from "./memberHistories";
import type { ResolvedTarget } from "./resolveTarget";

export interface ScrapedTargetDeps {
  readonly ports: Ports;
  /** Creates the collectors of one controller: they keep state about it. */
  readonly createCollectors: () => readonly Collector[];
  readonly limits: Limits;
  readonly histories: MemberHistories;
}

/** A controller as scraped by one module. */
export interface ScrapedTarget {
  /** The label `target`. */
  readonly name: string;
  readonly plan: ScrapePlan;
  readonly scraper: Scraper;
  /** Runs a scrape and logs what has changed. */
  scrape(timeoutMs: number, chosen: ReadonlySet<string>): Scrape;
  /** The reason and the end of the current login back-off. */
  readonly hold: () => LoginBackoff | undefined;
}

/** Creates the scraper of a resolved target. `isMain`: the controller of `/metrics`. */
export function createScrapedTarget(
  { ports, createCollectors, limits, histories }: ScrapedTargetDeps,
  resolved: ResolvedTarget,
  session: PooledSession,
  isMain: boolean,
): ScrapedTarget {
  const { name, plan, roster, memberId } = resolved;
  const scraper = createScraper({
    collectors: createCollectors().filter((collector) => plan.collectors.includes(collector.name)),
    session: memberId === undefined ? session : createMemberApi(session, memberId, ports.clock),
    target: name,
    clock: ports.clock,
    limits,
    roster,
    history: histories.of(resolved),
    intervalsMs: plan.intervalsMs,
  });
  const log = createScrapeLog(ports.log, isMain ? undefined : { name: `Target ${name}`, tlsAdvice: targetTlsAdvice });
  return {
    name,
    plan,
    scraper,
    scrape: (timeoutMs, chosen) => {
      const scrape = scraper.scrape(timeoutMs, (group) => chosen.has(group));
      void session
        .use(() => scrape.all)
        .then((results) => {
          log.record(results);
        });
      return scrape;
    },
    hold: () => session.backoff(),
  };
}

/** Describes a rejected certificate and the configuration that would accept it. */
function targetTlsAdvice({ summary }: NeuVectorError, { fingerprint, names }: CertificateInfo): string {
  const name = /DNS:([^,\s]+)/.exec(names)?.[1];
  return [
    `${summary}.`,
    "If this is the right server, give the target or its module in the configuration file one of:",
    `tls: {fingerprint: "${fingerprint}"} (accepts this certificate only);`,
    `tls: {ca_file: <PEM file of its CA>${name === undefined ? "" : `, server_name: ${name}`}} (accepts what that CA signs);`,
    "tls: {verify: false} (accepts any certificate: for trials only)",
  ].join(" ");
}
