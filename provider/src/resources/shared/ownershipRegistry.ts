import type { ResourceProps } from "../fedJoin/state";

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
export interface Owner<T> {
  readonly urn: string;
  readonly object: T;
  readonly progress: Progress;
}

/** What a kind of resource owns, and when two of them own the same. */
export interface Ownership<T> {
  /** Read out of inputs, or out of a stored form; `undefined` where they do not tell it, as in a preview. */
  readonly readObject: (values: ResourceProps) => T | undefined;
  readonly isSame: (one: T, other: T) => boolean;
}

/** Which resources of this run own what: the engine's checks of a run come before the deletes at its end. */
export interface OwnershipRegistry<T> {
  /** Notes what a checked resource wants. Gives the URN of another one that wants the same: then nothing is noted. */
  claim(news: ResourceProps): string | undefined;
  /** Notes how far the resource with these inputs has come; `values` tell what it owns. */
  record(news: ResourceProps, values: ResourceProps, progress: Progress): void;
  /** Notes whether this object has to go before its replacement is made. */
  recordReplacement(id: string, stored: ResourceProps, endsFirst: boolean): void;
  /** The resource of this run that owns the object of a deleted one; `undefined` when it is to be ended. */
  ownerOf(id: string, stored: ResourceProps): Owner<T> | undefined;
}

export function createOwnershipRegistry<T>({ readObject, isSame }: Ownership<T>): OwnershipRegistry<T> {
  const holders = new Map<string, Owner<T>>();
  const ending = new Set<string>();
  /** An id is unique at one controller only. */
  const endingKey = (id: string, stored: ResourceProps): string => JSON.stringify([id, readObject(stored)]);

  const record = (news: ResourceProps, values: ResourceProps, progress: Progress): void => {
    const [urn, object] = [readUrn(news), readObject(values)];
    if (urn !== undefined && object !== undefined) holders.set(urn, { urn, object, progress });
  };

  return {
    record,
    claim(news) {
      const [urn, object] = [readUrn(news), readObject(news)];
      if (urn === undefined || object === undefined) return undefined;
      const rival = [...holders.values()].find((holder) => holder.urn !== urn && isSame(holder.object, object));
      if (rival === undefined) record(news, news, "wanted");
      return rival?.urn;
    },
    recordReplacement(id, stored, endsFirst) {
      if (endsFirst) ending.add(endingKey(id, stored));
      else ending.delete(endingKey(id, stored));
    },
    ownerOf(id, stored) {
      const object = readObject(stored);
      if (object === undefined || ending.has(endingKey(id, stored))) return undefined;
      return [...holders.values()].find((holder) => isSame(holder.object, object));
    },
  };
}

function readUrn(news: ResourceProps): string | undefined {
  const urn = news[urnKey];
  return typeof urn === "string" ? urn : undefined;
}
