import { deleteMember } from "../controller/client";
import type { FedJoinInputs } from "../fedJoin/inputs";
import { formatAddress } from "../ports";
import { withParties } from "../fedJoin/parties";
import type { ClusterEntry } from "../controller/wire";
import type { Options } from "./args";
import { createAskOnce, observeOnce } from "./askOnce";
import { candidatesOf, type Candidate } from "./ghosts";
import { mapLimited } from "./limited";
import { ask, expected, masterProblem, replyOf, type CommandParts, type Observation, type Seen } from "./observe";
import type { Report } from "./report";
import type { Declared } from "./settings";
import { columns, count } from "./text";
import { masterLabel } from "./wanted";

/** An entry of a declared site, with what is needed to look at it again. */
interface Found extends Candidate {
  readonly inputs: FedJoinInputs;
}

/** Finds dead entries of declared sites; with `--apply` deletes those named by id, each looked at again first. */
export async function sweep(members: readonly Declared[], options: Options, parts: CommandParts): Promise<Report> {
  const askOnce = createAskOnce(parts);
  const looks = await mapLimited(members, async ({ inputs }) => lookFor(inputs, await observeOnce(inputs, askOnce)));
  const found = looks.flatMap((each) => each.found);
  const unread = looks.flatMap((each) => each.unread);
  return options.apply ? apply(found, unread, options, parts) : listing(found, unread);
}

function lookFor(inputs: FedJoinInputs, observation: Observation): { found: Found[]; unread: string[] } {
  const list = listOf(observation.master);
  if (typeof list === "string") {
    return { found: [], unread: [`${inputs.storeId}: no list of the master ${masterLabel(inputs)}: ${list}`] };
  }
  const declared = { storeId: inputs.storeId, jointRest: inputs.jointRest, site: replyOf(observation.site) };
  return { found: candidatesOf(declared, list).map((candidate) => ({ ...candidate, inputs })), unread: [] };
}

/** The master's entries, or why there are none to be had. */
function listOf(master: Seen): readonly ClusterEntry[] | string {
  return masterProblem(master) ?? replyOf(master)?.joint_clusters ?? [];
}

function listing(found: readonly Found[], unread: readonly string[]): Report {
  const ghosts = found.filter(({ verdict }) => verdict === "ghost");
  const unproven = found.filter(({ verdict }) => verdict === "unproven");
  return {
    text: [
      ...section("ghosts:", ghosts.map(row)),
      ...section("unproven (delete only with --site-is-gone):", unproven.map(row)),
      ...section("not read:", unread),
      `${count(ghosts.length, "ghost")}, ${unproven.length} unproven. Nothing was changed.`,
      ...(ghosts.length === 0 ? [] : ["To delete a ghost: fedjoin sweep --file FILE --apply --id ID"]),
    ],
    json: { applied: false, ghosts: ghosts.map(jsonOf), unproven: unproven.map(jsonOf), unread },
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
  unread: readonly string[],
  options: Options,
  parts: CommandParts,
): Promise<Report> {
  const swept: Swept[] = [];
  for (const id of new Set(options.ids)) {
    const candidate = found.find(({ entry }) => entry.id === id);
    swept.push(
      candidate === undefined
        ? { id, result: "refused", why: "no entry of a declared site has this id" }
        : await sweepOne(candidate, options.siteIsGone, parts),
    );
  }
  return {
    text: [
      ...columns(swept.map(({ id, result, why }) => [id, result, why])),
      ...section("not read:", unread),
      `${swept.filter(({ result }) => result === "deleted").length} of ${count(swept.length, "entry", "entries")} deleted.`,
    ],
    json: { applied: true, results: swept, unread },
    exitCode: swept.every(({ result }) => result === "deleted") ? 0 : 2,
  };
}

/** Looks again and deletes in one go: what was a ghost a moment ago may have come to life. */
async function sweepOne({ inputs, entry }: Found, siteIsGone: boolean, parts: CommandParts): Promise<Swept> {
  const { id } = entry;
  try {
    return await withParties(inputs, parts, async ({ sides }): Promise<Swept> => {
      const [site, master] = await Promise.all([ask(sides.site, parts), ask(sides.master, parts)]);
      const { found, unread } = lookFor(inputs, { site, master });
      const now = found.find((each) => each.entry.id === id);
      if (sides.master === undefined || unread[0] !== undefined) {
        return { id, result: "failed", why: unread[0] ?? "the master was not read" };
      }
      if (now === undefined) return { id, result: "refused", why: "it is no longer on the master's list" };
      if (now.verdict === "kept") return { id, result: "refused", why: `${now.entry.name} is not dead: ${now.why}` };
      if (now.verdict === "unproven" && !siteIsGone) {
        return { id, result: "refused", why: `${now.why}; if the site no longer exists, add --site-is-gone` };
      }
      await deleteMember(sides.master, id, { signal: parts.signal });
      return { id, result: "deleted", why: `${now.entry.name}: ${now.why}` };
    });
  } catch (error) {
    return { id, result: "failed", why: expected(error).message };
  }
}

function section(title: string, lines: readonly string[] | readonly string[][]): string[] {
  const rows = lines.map((line) => (typeof line === "string" ? [line] : line));
  return rows.length === 0 ? [] : [title, ...columns(rows), ""];
}

function row({ entry, inputs, why }: Found): string[] {
  return [entry.id, entry.name, formatAddress(entry.rest_info), `on ${masterLabel(inputs)}: ${why}`];
}

function jsonOf({ entry, inputs, why }: Found): object {
  const { id, name, status, rest_info } = entry;
  return {
    id,
    name,
    storeId: inputs.storeId,
    master: masterLabel(inputs),
    jointRest: { server: rest_info.server, port: rest_info.port },
    masterStatus: status,
    why,
  };
}
