import type { FederationEvent } from "../../neuvector/client/wire";
import { compareText } from "../format";

/** What happened to a membership, and who did it. */
export interface MembershipEvent {
  /** The master as people call it. */
  readonly master: string;
  /** RFC 3339, in UTC; `-` where the event tells no time. */
  readonly at: string;
  readonly event: string;
  /** The member's cluster name and the server of its REST API, where the controller's words tell them. */
  readonly member: string | undefined;
  readonly memberServer: string | undefined;
  /** `-` where the event tells none. */
  readonly user: string;
  readonly from: string;
  readonly message: string;
}

const told = new Set(["Federation.Join", "Federation.Leave", "Federation.Kick"]);

/**
 * The deeds among a master's events since then, in milliseconds since the epoch. Time, user and address have fields of
 * their own; `cluster_name` is the master's own name, so that the member is known from the message alone
 * (rest-api.md#logs).
 */
export function membershipEvents(
  master: string,
  events: readonly FederationEvent[],
  fromMs: number,
): MembershipEvent[] {
  return events
    .filter(({ name }) => told.has(name))
    .map((event) => ({ event, ms: timeOf(event) }))
    .filter(({ ms }) => ms === undefined || ms >= fromMs)
    .map(({ event: { name, user, user_addr, message }, ms }) => ({
      master,
      at: ms === undefined ? "-" : new Date(ms).toISOString().replace(".000Z", "Z"),
      event: name.replace("Federation.", ""),
      ...memberIn(message),
      user: user || "-",
      from: user_addr || "-",
      message,
    }));
}

function timeOf({ reported_timestamp, reported_at }: FederationEvent): number | undefined {
  const ms = reported_timestamp === undefined ? Date.parse(reported_at) : reported_timestamp * 1000;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Newest first; those without a time last. */
export function newestFirst(deeds: readonly MembershipEvent[]): MembershipEvent[] {
  return deeds.toSorted((a, b) => compareText(b.at, a.at));
}

/** As the controller words it: `Cluster NAME(SERVER) joins federation`, `Dismiss cluster NAME(SERVER) from federation`. */
const aboutMember = /\bcluster (?<member>\S.*)\((?<server>[^()]*)\)/i;

function memberIn(message: string): Pick<MembershipEvent, "member" | "memberServer"> {
  const { member, server } = aboutMember.exec(message)?.groups ?? {};
  return { member, memberServer: server === "" ? undefined : server };
}
