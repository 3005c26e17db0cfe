import { getFederationHistory } from "../controller/client";
import { credentialsOf } from "../fedJoin/declaredSecrets";
import type { FedJoinInputs } from "../fedJoin/inputs";
import { targetAt } from "../fedJoin/parties";
import type { Options } from "./args";
import { deedsIn, newestFirst, type Deed } from "./deeds";
import { mapLimited } from "./limited";
import { expected, lookTimeoutMs, type CommandParts } from "./observe";
import type { Report } from "./report";
import type { Declared } from "./settings";
import { sinceMs } from "./since";
import { columns, count } from "./text";
import { byMaster, masterLabel } from "./wanted";

/** Who joined, left or removed a member, as the masters' logs tell, newest first. Sends reads and logins only. */
export async function audit(declared: readonly Declared[], { since }: Options, parts: CommandParts): Promise<Report> {
  const fromMs = since === undefined ? 0 : (sinceMs(since, parts.ports.clock.now()) ?? 0);
  const masters = byMaster(declared, ({ inputs }) => inputs).map(({ entries }) => entries.map(({ inputs }) => inputs));
  const logs = await mapLimited(masters, (members) => logOf(members, fromMs, parts));
  const deeds = newestFirst(logs.flatMap((log) => log.deeds));
  const unread = logs.flatMap((log) => log.unread);
  return {
    text: [
      ...columns(deeds.map(row)),
      ...unread.map(({ master, reason }) => `The log of the master ${master} was not read: ${reason}`),
      count(deeds.length, "event"),
    ],
    json: { events: deeds, unread },
    exitCode: unread.length === 0 ? 0 : 2,
  };
}

/** The controller's own words only where they do not tell the member. */
function row({ master, at, event, member, memberServer, user, from, message }: Deed): string[] {
  const whom = member === undefined ? [`"${message}"`] : [member, memberServer ?? "-"];
  return [at, master, event, user, from, ...whom];
}

interface Log {
  readonly deeds: readonly Deed[];
  readonly unread: readonly { readonly master: string; readonly reason: string }[];
}

/** One master's log, by the first account that is declared for it. */
async function logOf(members: readonly FedJoinInputs[], fromMs: number, parts: CommandParts): Promise<Log> {
  const able = members.find(({ master }) => master.rest !== undefined && master.credentials !== undefined);
  const label = members[0] === undefined ? "" : masterLabel(members[0]);
  const unread = (reason: string): Log => ({ deeds: [], unread: [{ master: label, reason }] });
  const { rest, credentials, tls } = able?.master ?? {};
  if (rest === undefined || credentials === undefined) return unread("no credentials for it are declared");
  try {
    const account = await credentialsOf(credentials, parts.secrets);
    const events = await parts.sessions.use(targetAt(rest, tls), account, (session) =>
      getFederationHistory(session, Math.floor(fromMs / 1000), { signal: parts.signal, timeoutMs: lookTimeoutMs }),
    );
    return { deeds: deedsIn(label, events, fromMs), unread: [] };
  } catch (error) {
    return unread(expected(error).message);
  }
}
