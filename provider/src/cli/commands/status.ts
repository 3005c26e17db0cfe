import { formatAddress } from "../../neuvector/ports";
import { observeAll } from "../observation/observeAll";
import type { CommandDeps } from "../observation/observe";
import type { Report } from "../report";
import type { DeclaredMember } from "../settings";
import {
  buildMasterStatus,
  type MasterStatus,
  type MemberStatus,
  type UndeclaredEntry,
} from "../decisions/masterStatus";
import { columns, pluralize, withRepeatsShortened } from "../format";
import { groupByMaster } from "../observation/wantedMembership";

/** The members of each master: the declared ones, and what nobody declared. Sends reads and logins only. */
export async function status(members: readonly DeclaredMember[], parts: CommandDeps): Promise<Report> {
  const looks = await observeAll(members, ({ inputs }) => inputs, parts);
  const watched = looks.map(({ item: { inputs }, observation }) => ({ inputs, observation }));
  const masters = groupByMaster(watched, ({ inputs }) => inputs).map(({ master, entries }) => ({
    master,
    ...buildMasterStatus(entries),
  }));
  const declared = masters.flatMap((each) => each.members);
  const joined = declared.filter(({ state }) => state === "joined").length;
  const undeclared = masters.flatMap((each) => each.undeclared).length;
  return {
    text: [
      ...masters.flatMap(linesOf),
      `${joined} of ${pluralize(declared.length, "declared site")} joined, ${pluralize(undeclared, "undeclared entry", "undeclared entries")}`,
    ],
    json: { masters: masters.map(jsonOf) },
    exitCode: joined === declared.length && undeclared === 0 ? 0 : 2,
  };
}

function linesOf({ master, members, undeclared, listRead }: MasterStatus & { master: string }): string[] {
  return [
    `master ${master}`,
    ...columns([...withRepeatsShortened(members.map(memberRow)), ...undeclared.map(undeclaredRow)]),
    ...(listRead ? [] : ["  The master's list was not read: what else is on it is not known."]),
    "",
  ];
}

function memberRow({ storeId, state, name, masterStatus, reason }: MemberStatus): string[] {
  const notes = [reason, masterStatus === undefined ? undefined : `the master says ${masterStatus || "nothing yet"}`];
  return [storeId, state, name ?? "-", notes.filter((note) => note !== undefined).join("; ")];
}

function undeclaredRow({ entry, leftoverOf, verdict }: UndeclaredEntry): string[] {
  const word = verdict === "ghost" ? "a stale entry" : verdict === "unproven" ? "unproven, an entry" : "an entry";
  const pointer = verdict === "kept" ? "" : ", see fedjoin sweep";
  const leftover = leftoverOf === undefined ? "" : `; ${word} of ${leftoverOf}${pointer}`;
  return [
    "-",
    "undeclared",
    entry.name,
    `${formatAddress(entry.rest_info)}, the master says ${entry.status || "nothing yet"}${leftover}`,
  ];
}

function jsonOf({ master, members, undeclared, listRead }: MasterStatus & { master: string }): object {
  return {
    master,
    listRead,
    members,
    undeclared: undeclared.map(({ entry: { name, id, rest_info, status: word }, leftoverOf, verdict }) => ({
      name,
      clusterId: id,
      jointRest: { server: rest_info.server, port: rest_info.port },
      masterStatus: word,
      leftoverOf,
      verdict,
    })),
  };
}
