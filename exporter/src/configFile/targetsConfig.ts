import type { Credentials } from "@fedjoin/provider/internal/neuvector";
import type { Address, TlsSettings } from "@fedjoin/provider/internal/values";

/** How a controller is scraped: the collectors and their intervals. */
export interface ScrapePlan {
  /** The name of the module; empty for the settings of `/metrics`. */
  readonly module: string;
  /** Names of collectors. */
  readonly collectors: readonly string[];
  /** Milliseconds by collector; 0 is left out. */
  readonly intervalsMs: ReadonlyMap<string, number>;
}

/** How a module scrapes a target: the plan and the account. */
export interface TargetAccess {
  readonly plan: ScrapePlan;
  readonly tls: TlsSettings;
  readonly credentials: Credentials;
}

/** A controller that can be probed. */
export interface ConfiguredTarget {
  readonly name: string;
  readonly address: Address;
  /** By module, starting with the default: credentials are sent only to targets that list their module. */
  readonly access: readonly [TargetAccess, ...TargetAccess[]];
}

/** The federation whose members can be probed. */
export interface ConfiguredFederation {
  /** The target that is the master; `undefined` for the controller of `/metrics`. */
  readonly via: string | undefined;
  /** How members are scraped, starting with the default. */
  readonly plans: readonly [ScrapePlan, ...ScrapePlan[]];
  /** Ids or names of the expected members; `undefined` without a roster. */
  readonly roster: readonly string[] | undefined;
}

/** The contents of the configuration file, including secrets. */
export interface TargetsConfig {
  readonly targets: ReadonlyMap<string, ConfiguredTarget>;
  readonly federation: ConfiguredFederation;
  /** Logged at every start. */
  readonly warnings: readonly string[];
}

/** The configuration of an exporter without a configuration file. */
export function noTargets(plan: ScrapePlan): TargetsConfig {
  return { targets: new Map(), federation: { via: undefined, plans: [plan], roster: undefined }, warnings: [] };
}
