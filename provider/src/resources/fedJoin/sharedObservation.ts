import type { DesiredMembership } from "../../federation/membership";
import { classifyMembership, type MembershipState } from "../../federation/membershipState";
import { observe, type FederationSessions } from "../../federation/observe";
import { getFederation, type FederationResponse } from "../../neuvector/client/federation";
import type { Session } from "../../neuvector/session/session";
import type { LifecycleDeps } from "../shared/lifecycle";

/** A master's list, read or being read. */
interface SharedList {
  /** When the request was sent. */
  readonly atMs: number;
  readonly response: Promise<FederationResponse>;
}

const maxAgeMs = 10_000;

/** Returns what a membership is now, for a report. */
export type ReportMembership = (desired: DesiredMembership, sessions: FederationSessions) => Promise<MembershipState>;

/**
 * Creates a function that reports memberships. Members of one master share its list for up to 10 s; each site is read after
 * the list, as `observe` does. A shared list can only confirm a membership: for any other finding, both sides are observed
 * again, and no step that changes anything ever gets to see it.
 * @throws NeuVectorError As `observe` does.
 */
export function createMembershipReporter({ ports, signal }: Pick<LifecycleDeps, "ports" | "signal">): ReportMembership {
  const { clock } = ports;
  const lists = new WeakMap<Session, SharedList>();

  const readList = (master: Session): Promise<FederationResponse> => {
    const shared = lists.get(master);
    if (shared !== undefined && clock.now() - shared.atMs < maxAgeMs) return shared.response;
    const list = { atMs: clock.now(), response: getFederation(master, { signal }) };
    lists.set(master, list);
    // The next one asks again after a failure.
    list.response.catch(() => {
      if (lists.get(master) === list) lists.delete(master);
    });
    return list.response;
  };

  return async (desired, sessions) => {
    const { site, master } = sessions;
    if (master !== undefined) {
      const listed = await readList(master);
      const self = site === undefined ? undefined : await getFederation(site, { signal });
      const found = classifyMembership(desired, { site: self, master: listed });
      if (found.state === "joined") return found;
    }
    return classifyMembership(desired, await observe(sessions, clock, signal));
  };
}
