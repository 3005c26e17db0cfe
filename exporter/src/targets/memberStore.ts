import { conditionStatuses, conditionTypes, mapConditions } from "@fedjoin/provider/internal/federation";
import { parseJson } from "@fedjoin/provider/internal/neuvector";
import { createHash } from "node:crypto";
import * as z from "zod";
import type { MemberMemory, MemberStore } from "../collectors/memberHistory";
import type { StateFiles } from "../state/stateFiles";

const condition = z.object({ status: z.enum(conditionStatuses), lastTransitionMs: z.number() });

const membersSchema = z.object({
  members: z.array(
    z.object({
      id: z.string(),
      status: z.string(),
      changes: z.int().nonnegative(),
      /** Of a member that was not synced when last seen. */
      lastSyncedMs: z.number().optional(),
      conditions: z.record(z.enum(conditionTypes), condition),
    }),
  ),
});

/** When the members were last seen. In a file of its own, since it changes with every scrape and they rarely do. */
const seenSchema = z.object({ seenMs: z.number() });

function parseSeen(text: string): number | undefined {
  return seenSchema.safeParse(parseJson(text)).data?.seenMs;
}

/** Reads the records of both files, as of now: none if the text is not ours, and no time in the future. */
export function parseMemberFiles(
  membersText: string,
  seenText: string,
  nowMs: number,
): ReadonlyMap<string, MemberMemory> {
  const past = (atMs: number): number => Math.min(atMs, nowMs);
  const { data } = membersSchema.safeParse(parseJson(membersText));
  const seenMs = parseSeen(seenText) ?? 0;
  const members = (data?.members ?? []).map(({ id, status, changes, lastSyncedMs, conditions }) => {
    const dated = mapConditions((type) => {
      const { status: held, lastTransitionMs } = conditions[type];
      return { status: held, lastTransitionMs: past(lastTransitionMs) };
    });
    const { Synced } = conditions;
    const syncedMs = Synced.status === "True" ? Math.max(Synced.lastTransitionMs, seenMs) : lastSyncedMs;
    const memory = {
      ...{ status, changes, conditions: dated },
      lastSyncedMs: syncedMs === undefined ? undefined : past(syncedMs),
    };
    return [id, memory] as const;
  });
  return new Map(members);
}

const seenName = /^(fedjoin-members-[0-9a-f]{32})-seen\.json$/;

/** After so long without a scrape, a controller counts as removed. */
const maxUnseenMs = 30 * 24 * 60 * 60_000;

/** Removes the records of controllers that nobody has scraped for 30 days. */
export function removeUnseenMembers(files: StateFiles, nowMs: number): void {
  for (const seen of files.names()) {
    const [, name] = seenName.exec(seen) ?? [];
    if (name === undefined) continue;
    const seenMs = parseSeen(files.read(seen) ?? "");
    if (seenMs === undefined || nowMs - seenMs <= maxUnseenMs) continue;
    files.remove(`${name}.json`);
    files.remove(seen);
  }
}

/** Keeps the records of the controller that `key` names in two files, without secrets. */
export function createMemberStore(files: StateFiles, key: string, now: () => number): MemberStore {
  const name = `fedjoin-members-${createHash("sha256").update(key).digest("hex").slice(0, 32)}`;
  const [members, seen] = [`${name}.json`, `${name}-seen.json`];
  let isCurrent = true;
  return {
    load: () => parseMemberFiles(files.read(members) ?? "", files.read(seen) ?? "", now()),
    save(records, isChanged, nowMs) {
      if (records.size === 0) {
        if (isChanged) for (const file of [members, seen]) files.remove(file);
        return;
      }
      if (isChanged || !isCurrent) isCurrent = files.write(members, formatMembers([...records]));
      // Beside older records, it would tell of syncs that nobody saw.
      if (isCurrent) files.write(seen, JSON.stringify({ seenMs: nowMs } satisfies z.input<typeof seenSchema>));
    },
  };
}

function formatMembers(records: readonly (readonly [string, MemberMemory])[]): string {
  const members = records.map(([id, { status, changes, lastSyncedMs, conditions }]) => ({
    ...{ id, status, changes },
    ...(conditions.Synced.status !== "True" && lastSyncedMs !== undefined && { lastSyncedMs }),
    conditions: mapConditions((type) => {
      const { status: held, lastTransitionMs } = conditions[type];
      return { status: held, lastTransitionMs };
    }),
  }));
  return JSON.stringify({ members });
}
