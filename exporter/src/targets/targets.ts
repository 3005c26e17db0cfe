import {
  createLoginAccount,
  createSessionPool,
  NeuVectorError,
  sessionKey,
  type BackoffStore,
  type PooledSession,
  type Session,
} from "@fedjoin/provider/internal/neuvector";
import { clearBackoffs } from "../account/clearBackoffs";
import { createBackoffPolicy } from "../account/loginBackoff";
import {
  configuredAccesses,
  resolveMain,
  resolveMaster,
  endpointOf,
  resolveTarget,
  targetSignature,
  type ResolvedTarget,
  type TargetRejection,
  type ScrapeConfig,
} from "./resolveTarget";
import { delegatingSession } from "./delegatingSession";
import { createMemberListCache, type MemberList, type MemberListCache } from "./memberList";
import type { ProbeTarget } from "./probeQuery";
import { createScrapedTarget, type ScrapedTarget, type ScrapedTargetDeps } from "./scrapedTarget";

export interface TargetsDeps extends ScrapedTargetDeps {
  readonly backoffs: BackoffStore;
  readonly config: ScrapeConfig;
}

/** The controllers of an exporter: that of `/metrics`, the configured targets and the federation's members. */
export interface Targets {
  /** The controller of `/metrics`. */
  main(): ScrapedTarget | undefined;
  /** The session of that controller with its current account; every call throws if there is no controller. */
  readonly mainSession: Session;
  /** Finds the target of a probe. Sends requests to the master only, and only for a member. */
  find(subject: ProbeTarget): Promise<ScrapedTarget | TargetRejection>;
  /** The federation's members; none without a master. @throws NeuVectorError if the master cannot be queried. */
  members(): Promise<MemberList>;
  config(): ScrapeConfig;
  /** The targets scraped so far that are still configured. */
  live(): readonly ScrapedTarget[];
  /** Switches to `config`. Unchanged targets keep their session and state; the others are logged out. */
  reconfigure(config: ScrapeConfig): void;
  /** Logs out of all controllers. */
  close(): Promise<void>;
}

interface Live {
  readonly scraped: ScrapedTarget;
  readonly signature: string;
  readonly memberId: string | undefined;
  /** Resolves the target by the current configuration. */
  readonly describe: () => ResolvedTarget | undefined;
}

const mainKey = "";

/** The targets of `config`. Sends nothing before the first scrape. */
export function createTargets(parts: TargetsDeps): Targets {
  const { ports, backoffs } = parts;
  const pool = createSessionPool(ports, { backoff: createBackoffPolicy(backoffs, ports.log), keepAlive: true });
  const live = new Map<string, Live>();
  let config = parts.config;
  let list: { readonly key: string; readonly lists: MemberListCache } | undefined;

  const sessionOf = (described: ResolvedTarget): PooledSession =>
    pool.open(endpointOf(described), described.credentials);

  /** Closes the sessions of accounts that are no longer configured. */
  const retireOthers = (): void => {
    pool.retain(
      new Set(configuredAccesses(config).map((access) => sessionKey(endpointOf(access), access.credentials))),
    );
  };

  const ensure = (key: string, described: ResolvedTarget, describe: Live["describe"]): ScrapedTarget => {
    const signature = targetSignature(described);
    const existing = live.get(key);
    if (existing?.signature === signature) return existing.scraped;
    const scraped = createScrapedTarget(parts, described, sessionOf(described), key === mainKey);
    live.set(key, { scraped, signature, memberId: described.memberId, describe });
    // The secret in a file has changed: close the session of the previous one.
    if (existing !== undefined) retireOthers();
    return scraped;
  };

  const listsOf = (master: ResolvedTarget): MemberListCache => {
    const session = sessionOf(master);
    if (list?.key !== session.key) list = { key: session.key, lists: createMemberListCache(session, ports.clock) };
    return list.lists;
  };

  /** Drops the state of members that no longer exist. */
  const forgetGone = (): void => {
    const ids = new Set(list?.lists.last()?.members.map(({ id }) => id));
    for (const [key, { memberId }] of live) if (memberId !== undefined && !ids.has(memberId)) live.delete(key);
  };

  const memberNotFound = async (master: ResolvedTarget, id: string): Promise<TargetRejection | undefined> => {
    try {
      if (await listsOf(master).has(id)) return undefined;
      return { status: 404, problem: "the master lists no such member, see /sd" };
    } catch (error) {
      if (!(error instanceof NeuVectorError)) throw error;
      return { status: 503, problem: `the master does not list its members now: ${error.kind}` };
    } finally {
      forgetGone();
    }
  };

  return {
    main() {
      const described = resolveMain(config);
      return described && ensure(mainKey, described, () => resolveMain(config));
    },
    mainSession: delegatingSession(() => {
      const described = resolveMain(config);
      return described && sessionOf(described);
    }),
    async find(subject) {
      const first = resolveTarget(config, subject);
      if ("problem" in first) return first;
      const rejection = first.memberId === undefined ? undefined : await memberNotFound(first, first.memberId);
      if (rejection !== undefined) return rejection;
      // The configuration may have changed while waiting for the master.
      const described = resolveTarget(config, subject);
      if ("problem" in described) return described;
      return ensure(JSON.stringify([described.name, described.plan.module]), described, () => {
        const now = resolveTarget(config, { ...subject, module: described.plan.module || undefined });
        return "problem" in now ? undefined : now;
      });
    },
    async members() {
      const master = resolveMaster(config);
      return master === undefined ? { master: "", members: [] } : listsOf(master).get();
    },
    config: () => config,
    live: () => [...live.values()].map(({ scraped }) => scraped),
    reconfigure(next) {
      config = next;
      const kept: ResolvedTarget[] = [];
      for (const [key, { signature, describe }] of live) {
        const described = describe();
        if (described !== undefined) kept.push(described);
        if (described === undefined || targetSignature(described) !== signature) live.delete(key);
      }
      parts.histories.retain(kept);
      clearBackoffs(
        configuredAccesses(config).map((access) => createLoginAccount(access.address, access.credentials)),
        backoffs,
        ports,
      );
      retireOthers();
    },
    close: () => pool.close(),
  };
}
