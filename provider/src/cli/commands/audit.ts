import { getFederationHistory } from "../../neuvector/client/client";
import { resolveCredentials, toTarget } from "../../resources/shared/controllerAccess";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import type { FileCommandOptions } from "../args";
import { membershipEvents, newestFirst, type MembershipEvent } from "../decisions/membershipEvents";
import { mapWithConcurrency } from "../../concurrency";
import { expectedError, readTimeoutMs, type CommandDeps } from "../observation/observe";
import type { Report } from "../report";
import type { DeclaredMember } from "../settings";
import { parseSince } from "../since";
import { columns, pluralize } from "../format";
import { groupByMaster, masterLabel } from "../observation/wantedMembership";

/** Who joined, left or removed a member, as the masters' logs tell, newest first. Sends reads and logins only. */
export async function audit(
  declared: readonly DeclaredMember[],
  { since }: FileCommandOptions,
  parts: CommandDeps,
): Promise<Report> {
  const fromMs = since === undefined ? 0 : (parseSince(since, parts.ports.clock.now()) ?? 0);
  const masters = groupByMaster(declared, ({ inputs }) => inputs).map(({ entries }) =>
    entries.map(({ inputs }) => inputs),
  );
  const logs = await mapWithConcurrency(masters, (members) => logOf(members, fromMs, parts));
  const deeds = newestFirst(logs.flatMap((log) => log.deeds));
  const unread = logs.flatMap((log) => log.unread);
  return {
    text: [
      ...columns(deeds.map(row)),
      ...unread.map(({ master, reason }) => `The log of the master ${master} was not read: ${reason}`),
      pluralize(deeds.length, "event"),
    ],
    json: { events: deeds, unread },
    exitCode: unread.length === 0 ? 0 : 2,
  };
}

/** The controller's own words only where they do not tell the member. */
function row({ master, at, event, member, memberServer, user, from, message }: MembershipEvent): string[] {
  const whom = member === undefined ? [`"${message}"`] : [member, memberServer ?? "-"];
  return [at, master, event, user, from, ...whom];
}

interface Log {
  readonly deeds: readonly MembershipEvent[];
  readonly unread: readonly { readonly master: string; readonly reason: string }[];
}

/** One master's log, by the first account that is declared for it. */
async function logOf(members: readonly FedJoinInputs[], fromMs: number, parts: CommandDeps): Promise<Log> {
  const able = members.find(({ master }) => master.rest !== undefined && master.credentials !== undefined);
  const label = members[0] === undefined ? "" : masterLabel(members[0]);
  const unread = (reason: string): Log => ({ deeds: [], unread: [{ master: label, reason }] });
  const { rest, credentials, tls } = able?.master ?? {};
  if (rest === undefined || credentials === undefined) return unread("no credentials for it are declared");
  try {
    const account = await resolveCredentials(credentials, parts.secrets);
    const events = await parts.sessions.use(toTarget(rest, tls), account, (session) =>
      getFederationHistory(session, Math.floor(fromMs / 1000), { signal: parts.signal, timeoutMs: readTimeoutMs }),
    );
    return { deeds: membershipEvents(label, events, fromMs), unread: [] };
  } catch (error) {
    return unread(expectedError(error).message);
  }
}
