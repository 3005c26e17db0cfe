import type { Address, Credentials, TlsSettings } from "@fedjoin/provider";

/** How a controller is scraped: which groups, and how long each is shown again. */
export interface ScrapePlan {
  /** Empty for the settings of `/metrics`; else the name of a module. */
  readonly module: string;
  /** Names of collectors. */
  readonly collectors: readonly string[];
  /** Milliseconds by group, where not 0. */
  readonly intervalsMs: ReadonlyMap<string, number>;
}

/** One way to scrape one target: who asks, and what. */
export interface TargetAccess {
  readonly plan: ScrapePlan;
  readonly tls: TlsSettings;
  readonly credentials: Credentials;
}

/** A controller that probes may name. */
export interface ConfiguredTarget {
  readonly name: string;
  readonly address: Address;
  /** By module, the default first: credentials go to no target that does not list them. */
  readonly access: readonly [TargetAccess, ...TargetAccess[]];
}

/** The federation whose members probes may name. */
export interface ConfiguredFederation {
  /** The target that is its master; `undefined` for the controller of `/metrics`. */
  readonly via: string | undefined;
  /** How members are scraped, the default first. */
  readonly plans: readonly [ScrapePlan, ...ScrapePlan[]];
  /** Ids or names of the members that should be there; `undefined` without a roster. */
  readonly roster: readonly string[] | undefined;
}

/** What the configuration file says, with its secrets. */
export interface TargetsConfig {
  readonly targets: ReadonlyMap<string, ConfiguredTarget>;
  readonly federation: ConfiguredFederation;
  /** What a person should know at every start. */
  readonly warnings: readonly string[];
}

/** What an exporter without a configuration file has. */
export function noTargets(plan: ScrapePlan): TargetsConfig {
  return { targets: new Map(), federation: { via: undefined, plans: [plan], roster: undefined }, warnings: [] };
}
