import { exitCodeHelp } from "../../commandLine/commandLine";
import { readSettings, settingsCommand, settingsSource, type DeclareCommand } from "../command";
import { getOption, jobOutput, outputOption, type OutputFormat } from "../outputFormat";
import { conditionTypes, firstFault } from "../../federation/condition";
import { conditionsJson } from "../decisions/memberConditions";
import { observeAll } from "../observation/observeAll";
import type { CommandDeps } from "../observation/observe";
import type { Report } from "../report";
import type { DeclaredMember } from "../settings";
import {
  buildMasterStatus,
  groupByListedMaster,
  type MasterStatus,
  type MemberStatus,
  type UndeclaredEntry,
} from "../decisions/masterStatus";
import { columns, pluralize, withRepeatsShortened } from "../format";
import { formatAddress } from "../../values/address";

export const declareStatus: DeclareCommand = (program, select) => {
  settingsCommand(program, "status")
    .addOption(outputOption())
    .addOption(getOption())
    .summary("show which sites are members, and undeclared entries")
    .description("Lists the members of each master: declared ones and undeclared entries. Changes nothing.")
    .addHelpText(
      "after",
      exitCodeHelp({
        0: "every declared site is a member, and there is no other entry",
        1: "wrong usage or settings",
        2: "a site is not a member, an entry is undeclared, or a state cannot be determined",
      }),
    )
    .action(({ json, output, get, ...where }) => {
      const source = settingsSource(where);
      select({
        command: "status",
        ...jobOutput("status", { json, output, get }),
        run: async (deps) => status((await readSettings(source, deps)).members, deps, output),
      });
    });
};

/** Reports the members of each master: declared ones and undeclared entries. Sends only reads and logins. */
export async function status(
  members: readonly DeclaredMember[],
  deps: CommandDeps,
  format: OutputFormat = "table",
): Promise<Report> {
  const observed = await observeAll(members, ({ inputs }) => inputs, deps);
  const observedMembers = observed.map(({ item: { inputs }, observation }) => ({ inputs, observation }));
  const masters = groupByListedMaster(observedMembers).map(({ master, entries }) => ({
    master,
    ...buildMasterStatus(entries),
  }));
  const declared = masters.flatMap((each) => each.members);
  const joined = declared.filter(({ state }) => state === "joined").length;
  const undeclared = masters.flatMap((each) => each.undeclared).length;
  return {
    text:
      format === "name"
        ? declared.map(({ storeId }) => storeId)
        : [
            ...masters.flatMap((each) => (format === "wide" ? wideLinesOf(each) : linesOf(each))),
            `${joined} of ${pluralize(declared.length, "declared site")} joined, ${undeclaredText(masters)}`,
          ],
    json: { masters: masters.map(jsonOf) },
    exitCode: joined === declared.length && undeclared === 0 ? 0 : 2,
  };
}

function undeclaredText(masters: readonly MasterStatus[]): string {
  const count = masters.flatMap((each) => each.undeclared).length;
  const known = pluralize(count, "undeclared entry", "undeclared entries");
  const unread = masters.filter(({ listRead }) => !listRead).length;
  if (unread === 0) return known;
  return unread === masters.length
    ? "undeclared entries unknown"
    : `${known} and those of ${pluralize(unread, "master")} unknown`;
}

const notRead = "  The master's list was not read: undeclared entries are unknown.";

function linesOf({ master, members, undeclared, listRead }: MasterStatus & { master: string }): string[] {
  const { rows, links } = withRepeatsShortened(members.map(memberRow));
  return [
    `master ${master}`,
    ...columns([...rows, ...undeclared.map(undeclaredRow)]),
    ...links,
    ...(listRead ? [] : [notRead]),
    "",
  ];
}

function wideLinesOf({ master, members, undeclared, listRead }: MasterStatus & { master: string }): string[] {
  const rows = members.map(({ storeId, state, name, masterStatus, conditions }) => [
    ...[storeId, state, name ?? "-", masterStatus ?? "-"],
    ...conditionTypes.map((type) => conditions[type].status),
    firstFault(conditions)?.reason ?? "-",
  ]);
  const others = undeclared.map(({ entry }) => [
    ...["-", "undeclared", entry.name, entry.status],
    ...conditionTypes.map(() => "-"),
    "-",
  ]);
  return [
    `master ${master}`,
    ...columns([["store", "state", "name", "master says", ...conditionTypes, "reason"], ...rows, ...others]),
    ...(listRead ? [] : [notRead]),
    "",
  ];
}

function memberRow({ storeId, state, name, masterStatus, reason }: MemberStatus): string[] {
  const notes = [masterStatus === undefined ? undefined : `the master says ${masterStatus || "nothing yet"}`, reason];
  return [storeId, state, name ?? "-", notes.filter((note) => note !== undefined).join("; ")];
}

function undeclaredRow({ entry, storeId, verdict }: UndeclaredEntry): string[] {
  const word = verdict === "stale" ? "a stale entry" : verdict === "unproven" ? "unproven, an entry" : "an entry";
  const pointer = verdict === "kept" ? "" : ", see fedjoin prune";
  const match = storeId === undefined ? "" : `; ${word} of ${storeId}${pointer}`;
  return [
    "-",
    "undeclared",
    entry.name,
    `${formatAddress(entry.rest_info)}, the master says ${entry.status || "nothing yet"}${match}`,
  ];
}

function jsonOf({ master, members, undeclared, listRead }: MasterStatus & { master: string }): object {
  return {
    master,
    listRead,
    members: members.map((member) => ({ ...member, conditions: conditionsJson(member.conditions) })),
    undeclared: undeclared.map(({ entry: { name, id, rest_info, status: word }, storeId, verdict }) => ({
      name,
      clusterId: id,
      jointRest: { server: rest_info.server, port: rest_info.port },
      masterStatus: word,
      storeId,
      verdict,
    })),
  };
}
