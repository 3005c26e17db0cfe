/** What an entry of a log is counted by. */
export interface LoggedEvent {
  readonly id: string;
  readonly level: string;
  /** Unix seconds. */
  readonly reported_timestamp?: number | undefined;
}

/** Levels of events (rest-api.md#logs); any other word counts as `other`. */
const levels = ["Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Info", "Debug", "other"];

/** The level under which an event is shown. */
export const levelOf = ({ level }: Pick<LoggedEvent, "level">): string => (levels.includes(level) ? level : "other");

/** The controller keeps so many entries of a log, and never more. */
const ringSize = 4096;

/** Entries that the first look reads, and each further page of a later one. */
const pageSize = 256;

/** Counts what is added to one log of one controller, from the first look on. */
export interface EventCounter {
  /**
   * Looks at the log, whose entries `read` gives newest first without the `start` newest ones, and returns the newest
   * `count`. Reads on while entries are new, up to what the controller keeps. The first look counts nothing. When
   * `read` fails nothing is counted, and the next look finds the same entries.
   */
  update<E extends LoggedEvent>(
    count: number,
    read: (limit: number, start: number) => Promise<readonly E[]>,
  ): Promise<readonly E[]>;
  /** How many entries were added, by level. */
  counts(): ReadonlyMap<string, number>;
}

export function createEventCounter(): EventCounter {
  const counts = new Map(levels.map((level) => [level, 0]));
  /** Ids of the entries that were seen, the latest last. */
  const seen = new Set<string>();
  /** Up to this time entries may be older than the first look; `undefined` before it. */
  let since: number | undefined;

  /** Without a pause in between, so that of two looks at the same time only one counts an entry. */
  const note = (events: readonly LoggedEvent[], sinceNow: number): void => {
    for (const event of events.toReversed()) {
      const { id, reported_timestamp: at = 0 } = event;
      if (!seen.delete(id) && since !== undefined && at > since) {
        const counted = levelOf(event);
        counts.set(counted, (counts.get(counted) ?? 0) + 1);
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
    async update(count, read) {
      const isFirst = since === undefined;
      let limit = isFirst ? Math.max(count, pageSize) : count;
      const first = await read(limit, 0);
      const isWhole = first.length < limit;
      const events = [...first];
      let last = first;
      // The last entry of a page decides: a wrong clock can keep an old entry before newer ones.
      while (!isFirst && last.length === limit && events.length < ringSize) {
        const oldest = last.at(-1);
        if (oldest === undefined || seen.has(oldest.id)) break;
        limit = Math.min(pageSize, ringSize - events.length);
        last = await read(limit, events.length);
        events.push(...last);
      }
      note(events, isWhole ? Number.NEGATIVE_INFINITY : (first.at(-1)?.reported_timestamp ?? 0));
      return first.slice(0, count);
    },
    counts: () => counts,
  };
}
