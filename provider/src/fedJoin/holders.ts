import type { Stored } from "./state";

/**
 * The input by which our classes tell a resource's URN, since the dynamic provider service tells none. A resource that was
 * declared without them is no holder.
 */
export const urnKey = "__urn";

/** How far a resource of this run has come with what it wants. */
export type Progress =
  /** Checked; the engine has asked for nothing else yet. */
  | "wanted"
  /** Created in this run, or in the state from a run before. */
  | "held"
  /** Its create failed, and left nothing in the state. */
  | "failed";

/** A resource of this run and the remote object that it owns. */
export interface Holder<T> {
  readonly urn: string;
  readonly object: T;
  readonly progress: Progress;
}

/** What a kind of resource owns, and when two of them own the same. */
export interface Ownership<T> {
  /** Read out of inputs, or out of a stored form; `undefined` where they do not tell it, as in a preview. */
  readonly objectOf: (values: Stored) => T | undefined;
  readonly isSame: (one: T, other: T) => boolean;
}

/** Which resources of this run own what: the engine's checks of a run come before the deletes at its end. */
export interface Holders<T> {
  /** Notes what a checked resource wants. Gives the URN of another one that wants the same: then nothing is noted. */
  want(news: Stored): string | undefined;
  /** Notes how far the resource with these inputs has come; `values` tell what it owns. */
  note(news: Stored, values: Stored, progress: Progress): void;
  /** Notes whether this object has to go before its replacement is made. */
  noteEnd(id: string, stored: Stored, endsFirst: boolean): void;
  /** The resource of this run that owns the object of a deleted one; `undefined` when it is to be ended. */
  holderOf(id: string, stored: Stored): Holder<T> | undefined;
}

export function createHolders<T>({ objectOf, isSame }: Ownership<T>): Holders<T> {
  const holders = new Map<string, Holder<T>>();
  const ending = new Set<string>();
  /** An id is unique at one controller only. */
  const endingKey = (id: string, stored: Stored): string => JSON.stringify([id, objectOf(stored)]);

  const note = (news: Stored, values: Stored, progress: Progress): void => {
    const [urn, object] = [urnOf(news), objectOf(values)];
    if (urn !== undefined && object !== undefined) holders.set(urn, { urn, object, progress });
  };

  return {
    note,
    want(news) {
      const [urn, object] = [urnOf(news), objectOf(news)];
      if (urn === undefined || object === undefined) return undefined;
      const rival = [...holders.values()].find((holder) => holder.urn !== urn && isSame(holder.object, object));
      if (rival === undefined) note(news, news, "wanted");
      return rival?.urn;
    },
    noteEnd(id, stored, endsFirst) {
      if (endsFirst) ending.add(endingKey(id, stored));
      else ending.delete(endingKey(id, stored));
    },
    holderOf(id, stored) {
      const object = objectOf(stored);
      if (object === undefined || ending.has(endingKey(id, stored))) return undefined;
      return [...holders.values()].find((holder) => isSame(holder.object, object));
    },
  };
}

function urnOf(news: Stored): string | undefined {
  const urn = news[urnKey];
  return typeof urn === "string" ? urn : undefined;
}
