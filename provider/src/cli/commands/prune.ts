import { exitCodeHelp, ProgramError, UsageError } from "../../commandLine/commandLine";
import { textOption, textsOption } from "../../commandLine/options";
import { createJoinGracePeriods } from "../../federation/joinGracePeriods";
import { readSettings, readText, settingsCommand, settingsSource, type DeclareCommand, type RunDeps } from "../command";
import { pruneCandidates, type PruneCandidate, type UnreadMember } from "../decisions/pruneCandidates";
import { columns, pluralize } from "../format";
import type { CommandDeps } from "../observation/observe";
import { observeAll } from "../observation/observeAll";
import { masterLabel } from "../observation/wantedMembership";
import type { Report } from "../report";
import type { DeclaredMember } from "../settings";
import { deleteStaleEntry, type PruneResult } from "./deleteStaleEntry";
import { formatAddress } from "../../values/address";

export const declarePrune: DeclareCommand = (program, select) => {
  settingsCommand(program, "prune")
    .summary("find and delete stale entries at a master")
    .description(
      `Finds stale entries at the masters: entries without a living member behind them that
have the name of a declared member or of its store id, and its address. Changes nothing
without --apply. Never touches any other entry.`,
    )
    .option("--apply", "delete the named entries, each checked again first", false)
    .addOption(textsOption("--id <id>", "id of a listed entry; repeatable"))
    .addOption(textOption("--ids <file>", "file with many ids, the first word of each line"))
    .option(
      "--site-is-gone",
      "confirm that the sites of these ids no longer exist: also deletes entries of sites that do not answer",
      false,
    )
    .addHelpText(
      "after",
      exitCodeHelp({
        0: "no stale entry is left",
        1: "wrong usage or settings",
        2: "there are stale entries, an entry was not deleted, or a master could not be read",
      }),
    )
    .action(({ json, apply, id = [], ids: idsFile, siteIsGone, ...where }) => {
      const source = settingsSource(where);
      const isNamed = id.length > 0 || idsFile !== undefined;
      if (apply && !isNamed) {
        throw new UsageError("--apply needs an --id for each entry to delete, or --ids with a file of them");
      }
      if (!apply && (isNamed || siteIsGone)) throw new UsageError("--id, --ids and --site-is-gone require --apply");
      if (where.file === "-" && idsFile === "-") {
        throw new UsageError("standard input can be either --file or --ids, not both");
      }
      const run = async (deps: RunDeps): Promise<Report> => {
        const { members } = await readSettings(source, deps);
        const ids = [...id, ...(idsFile === undefined ? [] : parseIds(await readText("ids", idsFile, deps)))];
        if (apply && ids.length === 0) throw new ProgramError(`${idsFile ?? ""} contains no id`);
        return prune(members, { apply, ids, siteIsGone }, deps);
      };
      select({ command: "prune", json, run });
    });
};

export interface PruneOptions {
  /** Delete the entries with these ids; otherwise only list stale entries. */
  readonly apply: boolean;
  readonly ids: readonly string[];
  /** Somebody confirms that the sites of these ids no longer exist. */
  readonly siteIsGone: boolean;
}

/** The first word of each line. */
export function parseIds(text: string): string[] {
  return text.split("\n").flatMap((line) =>
    line
      .trim()
      .split(/\s+/, 1)
      .filter((word) => word !== ""),
  );
}

/** Lists the stale entries of declared sites, or deletes those named by id. */
export async function prune(
  members: readonly DeclaredMember[],
  options: PruneOptions,
  deps: CommandDeps,
): Promise<Report> {
  const observed = await observeAll(members, ({ inputs }) => inputs, deps);
  const results = observed.map(({ item, observation }) => pruneCandidates(item.inputs, observation));
  const candidates = results.flatMap((each) => each.candidates);
  const unread = results.flatMap((each) => each.unread);
  if (!options.apply) return listing(candidates, unread);
  return deletionReport(await deleteNamed(candidates, options, deps), unread);
}

async function deleteNamed(
  candidates: readonly PruneCandidate[],
  options: PruneOptions,
  deps: CommandDeps,
): Promise<PruneResult[]> {
  const gracePeriods = createJoinGracePeriods(deps.ports.clock);
  const ids = new Set(options.ids);
  // All grace periods start now, so that one wait covers every entry.
  for (const { entry } of candidates) if (ids.has(entry.id)) gracePeriods.endOf(entry.id);
  const results: PruneResult[] = [];
  for (const id of ids) {
    const candidate = candidates.find(({ entry }) => entry.id === id);
    results.push(
      candidate === undefined
        ? { id, result: "refused", reason: "no entry of a declared site has this id" }
        : await deleteStaleEntry(candidate, options.siteIsGone, gracePeriods, deps),
    );
  }
  return results;
}

function listing(candidates: readonly PruneCandidate[], unread: readonly UnreadMember[]): Report {
  const stale = candidates.filter(({ verdict }) => verdict === "stale");
  const unproven = candidates.filter(({ verdict }) => verdict === "unproven");
  return {
    text: [
      ...section("stale:", stale.map(candidateRow)),
      ...section("unproven (deleted only with --site-is-gone):", unproven.map(candidateRow)),
      ...section("not read:", unreadRows(unread)),
      `${stale.length} stale, ${unproven.length} unproven. Nothing was changed.`,
      ...(stale.length === 0
        ? []
        : ["To delete a stale entry: fedjoin prune --file FILE --apply --id ID; to delete many: --ids FILE"]),
    ],
    json: {
      applied: false,
      staleEntries: stale.map(candidateJson),
      unproven: unproven.map(candidateJson),
      unread: unread.map(unreadText),
    },
    exitCode: stale.length + unproven.length + unread.length === 0 ? 0 : 2,
  };
}

function deletionReport(results: readonly PruneResult[], unread: readonly UnreadMember[]): Report {
  const deleted = results.filter(({ result }) => result === "deleted").length;
  return {
    text: [
      ...columns(results.map(({ id, result, reason }) => [id, result, reason])),
      ...section("not read:", unreadRows(unread)),
      `${deleted} of ${pluralize(results.length, "entry", "entries")} deleted.`,
    ],
    json: { applied: true, results, unread: unread.map(unreadText) },
    exitCode: deleted === results.length ? 0 : 2,
  };
}

const maxNamed = 5;

/** A row for each reason, with the members that it concerns. */
function unreadRows(unread: readonly UnreadMember[]): string[][] {
  return [...new Set(unread.map(({ reason }) => reason))].map((reason) => {
    const ids = unread.filter((each) => each.reason === reason).map(({ storeId }) => storeId);
    return [`${ids.length > maxNamed ? `${ids.length} members` : ids.join(", ")}: ${reason}`];
  });
}

const unreadText = ({ storeId, reason }: UnreadMember): string => `${storeId}: ${reason}`;

function section(title: string, rows: readonly string[][]): string[] {
  return rows.length === 0 ? [] : [title, ...columns(rows), ""];
}

function candidateRow({ entry, inputs, reason }: PruneCandidate): string[] {
  return [entry.id, entry.name, formatAddress(entry.rest_info), `on ${masterLabel(inputs)}: ${reason}`];
}

function candidateJson({ entry, inputs, reason }: PruneCandidate): object {
  const { id, name, status, rest_info } = entry;
  return {
    id,
    name,
    storeId: inputs.storeId,
    master: masterLabel(inputs),
    jointRest: { server: rest_info.server, port: rest_info.port },
    masterStatus: status,
    reason,
  };
}
