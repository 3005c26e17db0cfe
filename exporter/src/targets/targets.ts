import { NeuVectorError, sessionKey, type CertificateFacts, type Ports, type Session } from "@fedjoin/provider";
import { endHolds } from "../account/endHolds";
import type { HoldStore } from "../account/holdStore";
import type { LoginHold } from "../account/loginHold";
import type { Collector, Limits } from "../collectors/collector";
import { createScraper, type Scrape, type Scraper } from "../scrape/scraper";
import { createScrapeLog } from "../scrape/scrapeLog";
import {
  accessesOf,
  describeMain,
  describeMaster,
  endpointOf,
  lookUp,
  signatureOf,
  type Described,
  type Refusal,
  type ScrapedConfig,
} from "./lookup";
import { createMemberLists, type MemberList, type MemberLists } from "./memberList";
import { createMemberSession } from "./memberSession";
import type { ProbeSubject } from "./probeQuery";
import { createSessionPool, type PooledSession } from "./sessionPool";
import type { ScrapePlan } from "./targetsConfig";

export interface TargetsParts {
  readonly ports: Ports;
  readonly holds: HoldStore;
  /** Of one controller: what they remember belongs to it. */
  readonly createCollectors: () => readonly Collector[];
  readonly limits: Limits;
  readonly config: ScrapedConfig;
}

/** One controller as one module scrapes it. */
export interface Scraped {
  /** The label `target`. */
  readonly name: string;
  readonly plan: ScrapePlan;
  readonly scraper: Scraper;
  /** As the scraper does, and says in the log what changed. */
  scrape(timeoutMs: number, chosen: ReadonlySet<string>): Scrape;
  /** Why and until when nobody logs in. */
  readonly hold: () => LoginHold | undefined;
}

/** The controllers of one exporter: that of `/metrics`, the configured targets and the members of the federation. */
export interface Targets {
  /** The controller of `/metrics`. */
  main(): Scraped | undefined;
  /** The session of that controller, with whatever account it has at the time; of no use where there is none. */
  readonly mainSession: Session;
  /** Whom a probe names. Asks nobody but the master, and only for a member. */
  find(subject: ProbeSubject): Promise<Scraped | Refusal>;
  /** The federation's members; none without a master. @throws NeuVectorError where the master does not say. */
  members(): Promise<MemberList>;
  config(): ScrapedConfig;
  /** All that were scraped and still may be. */
  live(): readonly Scraped[];
  /** From now on `config`: what is unchanged keeps its session and what it remembers, the others are logged out. */
  reconfigure(config: ScrapedConfig): void;
  /** Logs out everywhere. */
  close(): Promise<void>;
}

interface Live {
  readonly scraped: Scraped;
  readonly signature: string;
  readonly memberId: string | undefined;
  /** As the configuration has it now. */
  readonly describe: () => Described | undefined;
}

const mainKey = "";

/** Every controller of `config`. Nothing is sent before the first scrape of each. */
export function createTargets(parts: TargetsParts): Targets {
  const { ports, holds } = parts;
  const pool = createSessionPool(ports, holds);
  const live = new Map<string, Live>();
  let config = parts.config;
  let list: { readonly key: string; readonly lists: MemberLists } | undefined;

  const sessionOf = (described: Described): PooledSession => pool.open(endpointOf(described), described.credentials);

  /** Ends the sessions of accounts that the configuration does not name now. */
  const retireOthers = (): void => {
    pool.keepOnly(new Set(accessesOf(config).map((access) => sessionKey(endpointOf(access), access.credentials))));
  };

  const ensure = (key: string, described: Described, describe: Live["describe"]): Scraped => {
    const signature = signatureOf(described);
    const existing = live.get(key);
    if (existing?.signature === signature) return existing.scraped;
    const scraped = createScraped(parts, described, sessionOf(described), key === mainKey);
    live.set(key, { scraped, signature, memberId: described.memberId, describe });
    // A file with a secret was changed: the session of the last one ends.
    if (existing !== undefined) retireOthers();
    return scraped;
  };

  const listsOf = (master: Described): MemberLists => {
    const session = sessionOf(master);
    if (list?.key !== session.key) list = { key: session.key, lists: createMemberLists(session, ports.clock) };
    return list.lists;
  };

  /** A member that is gone needs no memory. */
  const forgetGone = (): void => {
    const ids = new Set(list?.lists.last()?.members.map(({ id }) => id));
    for (const [key, { memberId }] of live) if (memberId !== undefined && !ids.has(memberId)) live.delete(key);
  };

  const whyNoMember = async (master: Described, id: string): Promise<Refusal | undefined> => {
    try {
      if (await listsOf(master).has(id)) return undefined;
      return { status: 404, refusal: "the master lists no such member, see /sd" };
    } catch (error) {
      if (!(error instanceof NeuVectorError)) throw error;
      return { status: 503, refusal: `the master does not list its members now: ${error.kind}` };
    } finally {
      forgetGone();
    }
  };

  return {
    main() {
      const described = describeMain(config);
      return described && ensure(mainKey, described, () => describeMain(config));
    },
    mainSession: followingSession(() => {
      const described = describeMain(config);
      return described && sessionOf(described);
    }),
    async find(subject) {
      const first = lookUp(config, subject);
      if ("refusal" in first) return first;
      const refusal = first.memberId === undefined ? undefined : await whyNoMember(first, first.memberId);
      if (refusal !== undefined) return refusal;
      // The configuration may have changed while the master was asked.
      const described = lookUp(config, subject);
      if ("refusal" in described) return described;
      return ensure(JSON.stringify([described.name, described.plan.module]), described, () => {
        const now = lookUp(config, { ...subject, module: described.plan.module || undefined });
        return "refusal" in now ? undefined : now;
      });
    },
    async members() {
      const master = describeMaster(config);
      return master === undefined ? { master: "", members: [] } : listsOf(master).get();
    },
    config: () => config,
    live: () => [...live.values()].map(({ scraped }) => scraped),
    reconfigure(next) {
      config = next;
      for (const [key, { signature, describe }] of live) {
        const described = describe();
        if (described === undefined || signatureOf(described) !== signature) live.delete(key);
      }
      endHolds(accessesOf(config), holds, ports);
      retireOthers();
    },
    close: () => pool.close(),
  };
}

function createScraped(
  { ports, createCollectors, limits }: TargetsParts,
  { name, plan, roster, memberId }: Described,
  session: PooledSession,
  isMain: boolean,
): Scraped {
  const scraper = createScraper({
    collectors: createCollectors().filter((collector) => plan.groups.includes(collector.name)),
    session: memberId === undefined ? session : createMemberSession(session, memberId, ports.clock),
    target: name,
    clock: ports.clock,
    limits,
    roster,
    intervalsMs: plan.intervalsMs,
  });
  const log = createScrapeLog(ports.log, isMain ? undefined : { name: `Target ${name}`, tlsAdvice: adviceForTarget });
  return {
    name,
    plan,
    scraper,
    scrape: (timeoutMs, chosen) => {
      const scrape = scraper.scrape(timeoutMs, (group) => chosen.has(group));
      void session
        .use(() => scrape.all)
        .then((results) => {
          log.note(results);
        });
      return scrape;
    },
    hold: () => session.hold(),
  };
}

/** What a refused certificate is, and the lines of the configuration file that accept it. */
function adviceForTarget({ summary }: NeuVectorError, { fingerprint, names }: CertificateFacts): string {
  const name = /DNS:([^,\s]+)/.exec(names)?.[1];
  return [
    `${summary}.`,
    "If this is the right server, give the target or its module in the configuration file one of:",
    `tls: {fingerprint: "${fingerprint}"} (accepts this certificate only);`,
    `tls: {ca_file: <PEM file of its CA>${name === undefined ? "" : `, server_name: ${name}`}} (accepts what that CA signs);`,
    "tls: {verify: false} (accepts any certificate: for trials only)",
  ].join(" ");
}

/** The session that `current` gives at each use. @throws NeuVectorError invalid_input when used where there is none. */
function followingSession(current: () => Session | undefined): Session {
  const now = (): Session => {
    const session = current();
    if (session !== undefined) return session;
    throw new NeuVectorError("invalid_input", "no controller is configured: CTRL_API_SERVICE is not set");
  };
  return {
    get target() {
      return now().target;
    },
    get credentials() {
      return now().credentials;
    },
    call: async (call) => now().call(call),
    keepAlive: async (signal) => now().keepAlive(signal),
    idleSeconds: () => now().idleSeconds(),
    usesDefaultPassword: () => now().usesDefaultPassword(),
    close: async () => now().close(),
  };
}
