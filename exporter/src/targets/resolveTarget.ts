import { sessionKey, type Credentials, type Target } from "@fedjoin/provider/internal/neuvector";
import { memberName, type ProbeTarget } from "./probeQuery";
import type { ScrapePlan, TargetsConfig } from "../configFile/targetsConfig";
import type { Address, TlsSettings } from "@fedjoin/provider/internal/values";

/** A controller and the account that reads it. */
export interface ControllerAccess {
  readonly address: Address;
  readonly tls: TlsSettings;
  readonly credentials: Credentials;
}

/** Everything that may be scraped. */
export interface ScrapeConfig {
  /** The controller of `/metrics`. */
  readonly controller: ControllerAccess | undefined;
  /** How it is scraped. */
  readonly plan: ScrapePlan;
  readonly targets: TargetsConfig;
}

/** A controller as scraped by one module. */
export interface ResolvedTarget extends ControllerAccess {
  /** The label `target`. */
  readonly name: string;
  readonly plan: ScrapePlan;
  /** The roster of the federation, if this is its master. */
  readonly roster: readonly string[] | undefined;
  /** The member to reach through this controller. */
  readonly memberId: string | undefined;
}

/** An error reply instead of a scrape. */
export interface TargetRejection {
  readonly status: 400 | 404 | 503;
  /** States what would be correct. */
  readonly problem: string;
}

/** The controller of `/metrics`, if configured. */
export function resolveMain({ controller, plan, targets: { federation } }: ScrapeConfig): ResolvedTarget | undefined {
  if (controller === undefined) return undefined;
  const roster = federation.via === undefined ? federation.roster : undefined;
  return { ...controller, name: controller.address.server, plan, roster, memberId: undefined };
}

/** The master whose members can be probed. */
export function resolveMaster(config: ScrapeConfig): ResolvedTarget | undefined {
  const { via } = config.targets.federation;
  if (via === undefined) return resolveMain(config);
  const master = resolveConfigured(config, via, undefined);
  return "problem" in master ? undefined : master;
}

/** Resolves a probe by configuration alone; only the master knows whether a member exists. */
export function resolveTarget(config: ScrapeConfig, subject: ProbeTarget): ResolvedTarget | TargetRejection {
  if (subject.kind === "target") return resolveConfigured(config, subject.name, subject.module);
  const { plans } = config.targets.federation;
  const plan = plans.find(({ module }) => subject.module === undefined || module === subject.module);
  if (plan === undefined) return unknownModule(plans);
  const master = resolveMaster(config);
  if (master === undefined) {
    return { status: 400, problem: "no master is configured: CTRL_API_SERVICE, or federation.via in the file" };
  }
  return { ...master, name: memberName(subject.id), plan, roster: undefined, memberId: subject.id };
}

function resolveConfigured(
  { targets }: ScrapeConfig,
  name: string,
  module: string | undefined,
): ResolvedTarget | TargetRejection {
  const target = targets.targets.get(name);
  if (target === undefined) {
    const names = listed([...targets.targets.keys()]);
    return { status: 400, problem: `target takes member:<id> or a configured name: ${names}` };
  }
  const access = target.access.find(({ plan }) => module === undefined || plan.module === module);
  if (access === undefined) return unknownModule(target.access.map(({ plan }) => plan));
  const roster = targets.federation.via === name ? targets.federation.roster : undefined;
  return { ...access, name, address: target.address, roster, memberId: undefined };
}

function unknownModule(plans: readonly ScrapePlan[]): TargetRejection {
  return { status: 400, problem: `module takes, for this target: ${listed(plans.map(({ module }) => module))}` };
}

const longestList = 20;

function listed(names: readonly string[]): string {
  const shown = names.filter((name) => name !== "").slice(0, longestList);
  if (shown.length === 0) return "none";
  return names.length > longestList ? `${shown.join(", ")} and ${names.length - longestList} more` : shown.join(", ");
}

export const endpointOf = ({ address, tls }: ControllerAccess): Target => ({ protocol: "https", ...address, tls });

/** Equal for targets that are scraped in the same way. Contains no plain secret. */
export function targetSignature(described: ResolvedTarget): string {
  const { name, plan, roster, memberId } = described;
  const key = sessionKey(endpointOf(described), described.credentials);
  return JSON.stringify([key, name, plan.module, plan.collectors, [...plan.intervalsMs], roster, memberId]);
}

/** Every controller and account in use. */
export function configuredAccesses(config: ScrapeConfig): ControllerAccess[] {
  return [
    ...(config.controller === undefined ? [] : [config.controller]),
    ...[...config.targets.targets.values()].flatMap(({ address, access }) =>
      access.map(({ tls, credentials }) => ({ address, tls, credentials })),
    ),
  ];
}
