import { deleteMember } from "../../neuvector/client/client";
import type { Session } from "../../neuvector/session/session";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import { formatAddress } from "../../neuvector/ports";
import { withSessions } from "../../resources/fedJoin/withSessions";
import type { FederationSessions } from "../../federation/observe";
import type { ClusterEntry } from "../../neuvector/client/wire";
import { isOutcomeUnknown } from "../../federation/unknownOutcome";
import { createJoinGracePeriods, type JoinGracePeriods } from "../../federation/joinGracePeriods";
import type { FileCommandOptions } from "../args";
import { observeAll } from "../observation/observeAll";
import { staleEntryCandidates, type StaleEntryCandidate } from "../decisions/staleEntries";
import {
  querySide,
  queryBothSides,
  expectedError,
  masterListProblem,
  replyOf,
  type CommandDeps,
  type PartialObservation,
  type SideResult,
} from "../observation/observe";
import type { Report } from "../report";
import type { DeclaredMember } from "../settings";
import { columns, pluralize } from "../format";
import { masterLabel } from "../observation/wantedMembership";

/** An entry of a declared site, with what is needed to look at it again. */
interface Found extends StaleEntryCandidate {
  readonly inputs: FedJoinInputs;
}

/** The ids in a file of them: the first word of each line. */
export function parseIds(text: string): string[] {
  return text.split("\n").flatMap((line) =>
    line
      .trim()
      .split(/\s+/, 1)
      .filter((word) => word !== ""),
  );
}

/** Finds stale entries of declared sites; with `--apply` deletes those named by id, each looked at again first. */
export async function prune(
  members: readonly DeclaredMember[],
  options: FileCommandOptions,
  parts: CommandDeps,
): Promise<Report> {
  const watched = await observeAll(members, ({ inputs }) => inputs, parts);
  const looks = watched.map(({ item, observation }) => lookFor(item.inputs, observation));
  const found = looks.flatMap((each) => each.found);
  const unread = looks.flatMap((each) => each.unread);
  return options.apply ? apply(found, unread, options, parts) : listing(found, unread);
}

/** A member whose master gave no list, and why. */
interface Unread {
  readonly storeId: string;
  readonly why: string;
}

const mostNamed = 5;

/** Each cause once, with the members that it concerns. */
function byCause(unread: readonly Unread[]): string[] {
  const causes = [...new Set(unread.map(({ why }) => why))];
  return causes.map((cause) => {
    const ids = unread.filter(({ why }) => why === cause).map(({ storeId }) => storeId);
    return `${ids.length > mostNamed ? `${ids.length} members` : ids.join(", ")}: ${cause}`;
  });
}

const unreadText = ({ storeId, why }: Unread): string => `${storeId}: ${why}`;

function lookFor(inputs: FedJoinInputs, observation: PartialObservation): { found: Found[]; unread: Unread[] } {
  const list = listOf(observation.master);
  if (typeof list === "string") {
    return {
      found: [],
      unread: [{ storeId: inputs.storeId, why: `no list of the master ${masterLabel(inputs)}: ${list}` }],
    };
  }
  const site = replyOf(observation.site);
  return {
    found: staleEntryCandidates({ ...inputs, site }, list).map((candidate) => ({ ...candidate, inputs })),
    unread: [],
  };
}

/** The master's entries, or why there are none to be had. */
function listOf(master: SideResult): readonly ClusterEntry[] | string {
  return masterListProblem(master) ?? replyOf(master)?.joint_clusters ?? [];
}

function listing(found: readonly Found[], unread: readonly Unread[]): Report {
  const ghosts = found.filter(({ verdict }) => verdict === "ghost");
  const unproven = found.filter(({ verdict }) => verdict === "unproven");
  return {
    text: [
      ...section("stale:", ghosts.map(row)),
      ...section("unproven (delete only with --site-is-gone):", unproven.map(row)),
      ...section("not read:", byCause(unread)),
      `${ghosts.length} stale, ${unproven.length} unproven. Nothing was changed.`,
      ...(ghosts.length === 0
        ? []
        : ["To delete a stale entry: fedjoin sweep --file FILE --apply --id ID; many: --ids FILE"]),
    ],
    json: {
      applied: false,
      ghosts: ghosts.map(jsonOf),
      unproven: unproven.map(jsonOf),
      unread: unread.map(unreadText),
    },
    exitCode: ghosts.length + unproven.length + unread.length === 0 ? 0 : 2,
  };
}

/** What became of one id. */
interface Swept {
  readonly id: string;
  readonly result: "deleted" | "refused" | "failed";
  readonly why: string;
}

async function apply(
  found: readonly Found[],
  unread: readonly Unread[],
  options: FileCommandOptions,
  parts: CommandDeps,
): Promise<Report> {
  const swept: Swept[] = [];
  const settling = createJoinGracePeriods(parts.ports.clock);
  const ids = new Set(options.ids);
  for (const { entry } of found) if (ids.has(entry.id)) settling.endOf(entry.id);
  for (const id of ids) {
    const candidate = found.find(({ entry }) => entry.id === id);
    swept.push(
      candidate === undefined
        ? { id, result: "refused", why: "no entry of a declared site has this id" }
        : await sweepOne(candidate, options.siteIsGone, settling, parts),
    );
  }
  return {
    text: [
      ...columns(swept.map(({ id, result, why }) => [id, result, why])),
      ...section("not read:", byCause(unread)),
      `${swept.filter(({ result }) => result === "deleted").length} of ${pluralize(swept.length, "entry", "entries")} deleted.`,
    ],
    json: { applied: true, results: swept, unread: unread.map(unreadText) },
    exitCode: swept.every(({ result }) => result === "deleted") ? 0 : 2,
  };
}

/** Looks again and deletes in one go: what was stale a moment ago may have come to life. */
async function sweepOne(
  { inputs, entry: { id } }: Found,
  siteIsGone: boolean,
  settling: JoinGracePeriods,
  parts: CommandDeps,
): Promise<Swept> {
  try {
    return await withSessions(inputs, parts, async ({ sessions }): Promise<Swept> => {
      const { found, unread, site } = await settledLook(inputs, sessions, id, settling, parts);
      const now = found.find((each) => each.entry.id === id);
      if (sessions.master === undefined || unread[0] !== undefined) {
        return {
          id,
          result: "failed",
          why: unread[0] === undefined ? "the master was not read" : unreadText(unread[0]),
        };
      }
      if (now === undefined) return { id, result: "refused", why: "it is no longer on the master's list" };
      if (now.verdict === "kept")
        return { id, result: "refused", why: `${now.entry.name} is not stale: ${now.reason}` };
      if (now.verdict === "unproven" && !siteIsGone) {
        const why = site.state === "failed" ? `${now.reason} (${site.error.summary})` : now.reason;
        return { id, result: "refused", why: `${why}; if the site no longer exists, add --site-is-gone` };
      }
      await remove(sessions.master, id, parts);
      return { id, result: "deleted", why: `${now.entry.name}: ${now.reason}` };
    });
  } catch (error) {
    return { id, result: "failed", why: expectedError(error).message };
  }
}

/** A look at both sides; where the site calls itself standalone, one that no join under way can belie. */
async function settledLook(
  inputs: FedJoinInputs,
  sides: FederationSessions,
  id: string,
  settling: JoinGracePeriods,
  parts: CommandDeps,
): Promise<ReturnType<typeof lookFor> & Pick<PartialObservation, "site">> {
  const { clock, log } = parts.ports;
  const provenFrom = settling.endOf(id);
  for (;;) {
    const askedMs = clock.now();
    const observation = await queryBothSides(sides, parts);
    const isInDoubt = replyOf(observation.site)?.fed_role === "" && askedMs < provenFrom;
    if (!isInDoubt) return { ...lookFor(inputs, observation), site: observation.site };
    const seconds = Math.ceil((provenFrom - clock.now()) / 1000);
    log("warn", `${inputs.storeId}: waiting ${seconds} s, since a join of it may be under way`);
    await clock.sleep(provenFrom - clock.now(), parts.signal);
  }
}

/** Deletes the entry; one that somebody else deleted at the same moment is gone too. */
async function remove(master: Session, id: string, parts: CommandDeps): Promise<void> {
  try {
    await deleteMember(master, id, { signal: parts.signal });
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw error;
    const now = await querySide(master, parts);
    if (replyOf(now)?.fed_role !== "master" || replyOf(now)?.joint_clusters?.some((each) => each.id === id))
      throw error;
  }
}

function section(title: string, lines: readonly string[] | readonly string[][]): string[] {
  const rows = lines.map((line) => (typeof line === "string" ? [line] : line));
  return rows.length === 0 ? [] : [title, ...columns(rows), ""];
}

function row({ entry, inputs, reason }: Found): string[] {
  return [entry.id, entry.name, formatAddress(entry.rest_info), `on ${masterLabel(inputs)}: ${reason}`];
}

function jsonOf({ entry, inputs, reason }: Found): object {
  const { id, name, status, rest_info } = entry;
  return {
    id,
    name,
    storeId: inputs.storeId,
    master: masterLabel(inputs),
    jointRest: { server: rest_info.server, port: rest_info.port },
    masterStatus: status,
    why: reason,
  };
}
