import type { ReadPage } from "@fedjoin/provider/internal/neuvector";

/** The fields by which log entries are counted. */
export interface LoggedEvent {
  readonly id: string;
  readonly level: string;
  /** Unix seconds. */
  readonly reported_timestamp?: number | undefined;
}

/** Event levels (rest-api.md#logs); any other level counts as `other`. */
const levels = ["Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Info", "Debug", "other"];

/** The level of an event, as a label value. */
export const levelOf = ({ level }: Pick<LoggedEvent, "level">): string => (levels.includes(level) ? level : "other");

/** The controller keeps at most this many entries per log. */
const ringSize = 4096;

/** Entries per page, and in the first update. */
const pageSize = 256;

/** Counts the entries added to one log of one controller since the first update. */
export interface EventCounter {
  /**
   * Updates the counts and returns the newest `count` entries. `read` gives the newest first. Reads further pages while
   * entries are new. The first update counts nothing. If `read` fails, nothing is counted; the next update finds the same
   * entries. `onAdded` is called with each entry that is counted.
   */
  update<E extends LoggedEvent>(count: number, read: ReadPage<E>, onAdded?: (entry: E) => void): Promise<readonly E[]>;
  /** The number of added entries by level. */
  counts(): ReadonlyMap<string, number>;
}

export function createEventCounter(): EventCounter {
  const counts = new Map(levels.map((level) => [level, 0]));
  /** Ids of known entries, the newest last. */
  const seen = new Set<string>();
  /** Entries up to this time may be older than the first update; `undefined` before it. */
  let since: number | undefined;

  /** Synchronous, so that of two concurrent updates only one counts an entry. */
  const note = <E extends LoggedEvent>(
    events: readonly E[],
    sinceNow: number,
    onAdded: ((entry: E) => void) | undefined,
  ): void => {
    for (const event of events.toReversed()) {
      const { id, reported_timestamp: at = 0 } = event;
      if (!seen.delete(id) && since !== undefined && at > since) {
        const counted = levelOf(event);
        counts.set(counted, (counts.get(counted) ?? 0) + 1);
        onAdded?.(event);
      }
      seen.add(id);
    }
    since ??= sinceNow;
    for (const id of seen) {
      if (seen.size <= 2 * ringSize) break;
      seen.delete(id);
    }
  };

  return {
    async update(count, read, onAdded) {
      const isFirst = since === undefined;
      let limit = isFirst ? Math.max(count, pageSize) : count;
      const first = await read(limit, 0);
      // More than asked for are all entries, from a controller that does not page.
      const isWhole = first.length !== limit;
      const events = [...first];
      let last = first;
      // The last entry of a page decides: a wrong clock can place an old entry before newer ones.
      while (!isFirst && last.length === limit && events.length < ringSize) {
        const oldest = last.at(-1);
        if (oldest === undefined || seen.has(oldest.id)) break;
        limit = Math.min(pageSize, ringSize - events.length);
        last = await read(limit, events.length);
        events.push(...last);
      }
      note(events, isWhole ? Number.NEGATIVE_INFINITY : (first.at(-1)?.reported_timestamp ?? 0), onAdded);
      return first.slice(0, count);
    },
    counts: () => counts,
  };
}
