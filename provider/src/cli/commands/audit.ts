import { Option } from "@commander-js/extra-typings";
import { exitCodeHelp, UsageError } from "../../commandLine/commandLine";
import { readSettings, settingsCommand, settingsSource, type DeclareCommand } from "../command";
import { getFederationHistory } from "../../neuvector/client/logs";
import { resolveCredentials, toTarget } from "../../resources/shared/controllerAccess";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import { membershipEvents, newestFirst, type MembershipEvent } from "../decisions/membershipEvents";
import { mapWithConcurrency } from "../../concurrency";
import { expectedError, readTimeoutMs, type CommandDeps } from "../observation/observe";
import type { Report } from "../report";
import type { DeclaredMember } from "../settings";
import { parseDuration } from "../../values/duration";
import { columns, pluralize } from "../format";
import { groupByMaster, masterLabel } from "../observation/wantedMembership";

export const declareAudit: DeclareCommand = (program, select) => {
  settingsCommand(program, "audit")
    .summary("show who joined, left or removed members, when and from where")
    .description(
      `Shows who joined, left or removed members, from the masters' event logs, newest first.
Changes nothing. A log holds 4096 events of all kinds; older ones are lost.`,
    )
    .addOption(
      new Option("--since <when>", "30m, 12h or 7d ago, or a time such as 2026-01-31T12:00:00Z").argParser(
        checkedSince,
      ),
    )
    .addHelpText(
      "after",
      exitCodeHelp({
        0: "the log of every master was read",
        1: "wrong usage or settings",
        2: "a master could not be read",
      }),
    )
    .action(({ json, since, ...where }) => {
      const source = settingsSource(where);
      select({
        command: "audit",
        json,
        run: async (deps) => audit((await readSettings(source, deps)).members, since, deps),
      });
    });
};
function checkedSince(text: string): string {
  if (parseSince(text, 0) === undefined)
    throw new UsageError("--since <when>: expected 30m, 12h, 7d, or a time such as 2026-01-31T12:00:00Z");
  return text;
}

/** Milliseconds since the epoch of a time such as `7d` before now, or of an ISO 8601 time; `undefined` for other text. */
function parseSince(text: string, now: number): number | undefined {
  const lengthMs = parseDuration(text);
  if (lengthMs !== undefined) return now - lengthMs;
  const time = /^\d{4}-\d\d-\d\d(T|$)/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Reports who joined, left or removed a member, from the masters' logs, newest first. Sends only reads and logins. */
export async function audit(
  declared: readonly DeclaredMember[],
  since: string | undefined,
  deps: CommandDeps,
): Promise<Report> {
  const fromMs = since === undefined ? 0 : (parseSince(since, deps.ports.clock.now()) ?? 0);
  const masters = groupByMaster(declared, ({ inputs }) => inputs).map(({ entries }) =>
    entries.map(({ inputs }) => inputs),
  );
  const logs = await mapWithConcurrency(masters, (members) => readLog(members, fromMs, deps));
  const events = newestFirst(logs.flatMap((log) => log.events));
  const unread = logs.flatMap((log) => log.unread);
  return {
    text: [
      ...columns(events.map(row)),
      ...unread.map(({ master, reason }) => `The log of the master ${master} was not read: ${reason}`),
      pluralize(events.length, "event"),
    ],
    json: { events: events, unread },
    exitCode: unread.length === 0 ? 0 : 2,
  };
}

/** Shows the controller's message only if it does not name the member. */
function row({ master, at, event, member, memberServer, user, from, message }: MembershipEvent): string[] {
  const who = member === undefined ? [`"${message}"`] : [member, memberServer ?? "-"];
  return [at, master, event, user, from, ...who];
}

interface Log {
  readonly events: readonly MembershipEvent[];
  readonly unread: readonly { readonly master: string; readonly reason: string }[];
}

/** Reads a master's log with the first account that is declared for it. */
async function readLog(members: readonly FedJoinInputs[], fromMs: number, deps: CommandDeps): Promise<Log> {
  const readable = members.find(({ master }) => master.rest !== undefined && master.credentials !== undefined);
  const label = members[0] === undefined ? "" : masterLabel(members[0]);
  const unread = (reason: string): Log => ({ events: [], unread: [{ master: label, reason }] });
  const { rest, credentials, tls } = readable?.master ?? {};
  if (rest === undefined || credentials === undefined) return unread("no credentials for it are declared");
  try {
    const account = await resolveCredentials(credentials, deps.secrets);
    const log = await deps.sessions.use(toTarget(rest, tls), account, (session) =>
      getFederationHistory(session, Math.floor(fromMs / 1000), { signal: deps.signal, timeoutMs: readTimeoutMs }),
    );
    return { events: membershipEvents(label, log, fromMs), unread: [] };
  } catch (error) {
    return unread(expectedError(error).message);
  }
}
