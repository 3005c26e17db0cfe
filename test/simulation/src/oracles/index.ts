import type { WorldEvent } from "../trace/events";
import type { View } from "../trace/view";
import { createClaimsOracle } from "./claims";
import { createDeletionsOracle } from "./deletions";
import { createForeignEntriesOracle } from "./foreignEntries";
import { createJoinsOracle } from "./joins";
import { createKicksOracle } from "./kicks";
import { createLivingMembersOracle } from "./livingMembers";
import { createLoginsOracle } from "./logins";
import type { Oracle, Violation } from "./oracle";
import { createRequestsOracle } from "./requests";
import { createSecretsOracle } from "./secrets";
import { createSessionsOracle } from "./sessions";

/** All oracles of one run. */
export interface Oracles {
  see(event: WorldEvent): void;
  observe(view: View, nowMs: number): void;
  /** Adds what only the end of a run shows. */
  report(oracle: string, text: string, atMs: number): void;
  readonly violations: readonly Violation[];
}

export function createOracles(look: () => View): Oracles {
  const oracles: readonly Oracle[] = [
    createLivingMembersOracle(),
    createForeignEntriesOracle(),
    createClaimsOracle(),
    createDeletionsOracle(),
    createJoinsOracle(),
    createKicksOracle(),
    createLoginsOracle(),
    createSessionsOracle(),
    createRequestsOracle(),
    createSecretsOracle(),
  ];
  const violations: Violation[] = [];
  const report = (oracle: string, text: string | undefined, atMs: number): void => {
    if (text !== undefined) violations.push({ oracle, text, atMs });
  };
  return {
    violations,
    report,
    see(event) {
      for (const { name, see } of oracles) report(name, see?.(event, look), event.atMs);
    },
    observe(view, nowMs) {
      for (const { name, observe } of oracles) report(name, observe?.(view, nowMs), nowMs);
    },
  };
}
