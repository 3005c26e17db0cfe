import type { FederationEvent } from "../../neuvector/client/logs";
import { compareText } from "../format";

/** A change of a membership, and who made it. */
export interface MembershipEvent {
  /** The master's label. */
  readonly master: string;
  /** RFC 3339, in UTC; `-` if the event has no time. */
  readonly at: string;
  readonly event: string;
  /** The member's cluster name and REST server, if the message contains them. */
  readonly member: string | undefined;
  readonly memberServer: string | undefined;
  /** `-` if the event has none. */
  readonly user: string;
  readonly from: string;
  readonly message: string;
}

const eventNames = new Set(["Federation.Join", "Federation.Leave", "Federation.Kick"]);

/**
 * The membership events of a master since `fromMs`. Time, user and address have fields of
 * their own; `cluster_name` is the master's own name, so the member is only in the message
 * (rest-api.md#logs).
 */
export function membershipEvents(
  master: string,
  events: readonly FederationEvent[],
  fromMs: number,
): MembershipEvent[] {
  return events
    .filter(({ name }) => eventNames.has(name))
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

/** Sorts events, newest first; those without a time come last. */
export function newestFirst(deeds: readonly MembershipEvent[]): MembershipEvent[] {
  return deeds.toSorted((a, b) => compareText(b.at, a.at));
}

/** The controller's messages: `Cluster NAME(SERVER) joins federation`, `Dismiss cluster NAME(SERVER) from federation`. */
const aboutMember = /\bcluster (?<member>\S.*)\((?<server>[^()]*)\)/i;

function memberIn(message: string): Pick<MembershipEvent, "member" | "memberServer"> {
  const { member, server } = aboutMember.exec(message)?.groups ?? {};
  return { member, memberServer: server === "" ? undefined : server };
}
