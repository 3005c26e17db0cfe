import { getFederationHistory } from "../controller/client";
import type { FederationEvent } from "../controller/wire";
import { credentialsOf } from "../fedJoin/declaredSecrets";
import type { FedJoinInputs } from "../fedJoin/inputs";
import { targetAt } from "../fedJoin/parties";
import type { Options } from "./args";
import { mapLimited } from "./limited";
import { expected, lookTimeoutMs, type CommandParts } from "./observe";
import type { Report } from "./report";
import type { Declared } from "./settings";
import { sinceMs } from "./since";
import { columns, count } from "./text";
import { byMaster, masterLabel } from "./wanted";

/** What happened to a membership, and who did it. */
interface Deed {
  readonly master: string;
  readonly at: string;
  readonly event: string;
  readonly user: string;
  readonly from: string;
  readonly message: string;
}

const told = new Set(["Federation.Join", "Federation.Leave", "Federation.Kick"]);

/** Who joined, left or removed a member, as the masters' logs tell, newest first. Sends reads and logins only. */
export async function audit(declared: readonly Declared[], { since }: Options, parts: CommandParts): Promise<Report> {
  const fromMs = since === undefined ? 0 : (sinceMs(since, parts.ports.clock.now()) ?? 0);
  const masters = byMaster(declared, ({ inputs }) => inputs).map(({ entries }) => entries.map(({ inputs }) => inputs));
  const logs = await mapLimited(masters, (members) => logOf(members, Math.floor(fromMs / 1000), parts));
  const deeds = logs.flatMap((log) => log.deeds).toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const unread = logs.flatMap((log) => log.unread);
  return {
    text: [
      ...columns(deeds.map(({ master, at, event, user, from, message }) => [at, master, event, user, from, message])),
      ...unread.map(({ master, reason }) => `The log of the master ${master} was not read: ${reason}`),
      count(deeds.length, "event"),
    ],
    json: { events: deeds, unread },
    exitCode: unread.length === 0 ? 0 : 2,
  };
}

interface Log {
  readonly deeds: readonly Deed[];
  readonly unread: readonly { readonly master: string; readonly reason: string }[];
}

/** One master's log, by the first account that is declared for it. */
async function logOf(members: readonly FedJoinInputs[], sinceSeconds: number, parts: CommandParts): Promise<Log> {
  const able = members.find(({ master }) => master.rest !== undefined && master.credentials !== undefined);
  const label = members[0] === undefined ? "" : masterLabel(members[0]);
  const unread = (reason: string): Log => ({ deeds: [], unread: [{ master: label, reason }] });
  const { rest, credentials, tls } = able?.master ?? {};
  if (rest === undefined || credentials === undefined) return unread("no credentials for it are declared");
  try {
    const account = await credentialsOf(credentials, parts.secrets);
    const events = await parts.sessions.use(targetAt(rest, tls), account, (session) =>
      getFederationHistory(session, sinceSeconds, { signal: parts.signal, timeoutMs: lookTimeoutMs }),
    );
    return { deeds: events.filter(({ name }) => told.has(name)).map((event) => deedOf(label, event)), unread: [] };
  } catch (error) {
    return unread(expected(error).message);
  }
}

function deedOf(master: string, { name, reported_timestamp, user, user_addr, message }: FederationEvent): Deed {
  const at = new Date(reported_timestamp * 1000).toISOString().replace(".000Z", "Z");
  return { master, at, event: name.replace("Federation.", ""), user: user || "-", from: user_addr || "-", message };
}
