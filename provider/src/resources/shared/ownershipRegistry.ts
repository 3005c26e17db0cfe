import type { ResourceProps } from "./props";

/**
 * The input that carries a resource's URN, because the dynamic provider service does not pass it. Our classes set it; a
 * resource that is declared without them owns nothing here.
 */
export const urnKey = "__urn";

/** How far a resource of this run has come with the object that it declares. */
export type Progress =
  /** Checked; the engine has requested nothing else yet. */
  | "wanted"
  /** Created in this run, or in the state from an earlier run. */
  | "held"
  /** Its create failed and left nothing in the state. */
  | "failed";

/** A resource of this run and the remote object that it owns. */
export interface Owner<T> {
  readonly urn: string;
  readonly object: T;
  readonly progress: Progress;
}

/** How to read the owned object of a resource, and to compare two of them. */
export interface Ownership<T> {
  /** Reads the object from inputs or from stored properties; `undefined` if they do not tell it, as in a preview. */
  readonly readObject: (props: ResourceProps) => T | undefined;
  /** Returns keys of an object. Two objects without a common key are not the same. */
  readonly keysOf: (object: T) => readonly string[];
  readonly isSame: (one: T, other: T) => boolean;
}

/** Records which resource of this run owns which object. The engine checks all resources before it deletes any at the end. */
export interface OwnershipRegistry<T> {
  /** Records that a checked resource wants its object. If another one has claimed the object, returns that one's URN and records nothing. */
  claim(news: ResourceProps): string | undefined;
  /** Records the progress of the resource with these inputs; `props` tell what it owns. */
  record(news: ResourceProps, props: ResourceProps, progress: Progress): void;
  /** Returns true if the program of this run declares the resource. A refresh also diffs those that it no longer declares. */
  isDeclared(news: ResourceProps): boolean;
  /** Records whether this object must be deleted before its replacement is created. */
  recordReplacement(id: string, stored: ResourceProps, endsFirst: boolean): void;
  /** Returns the resource of this run that owns the object of a deleted one; `undefined` if the object is to be deleted. */
  ownerOf(id: string, stored: ResourceProps): Owner<T> | undefined;
}

export function createOwnershipRegistry<T>({ readObject, keysOf, isSame }: Ownership<T>): OwnershipRegistry<T> {
  const owners = new Map<string, Owner<T>>();
  /** URNs of owners that have, or had, an object with this key. */
  const urnsByKey = new Map<string, Set<string>>();
  const ending = new Set<string>();
  /** An id is unique at one controller only. */
  const endingKey = (id: string, stored: ResourceProps): string => JSON.stringify([id, readObject(stored)]);

  const record = (news: ResourceProps, props: ResourceProps, progress: Progress): void => {
    const [urn, object] = [readUrn(news), readObject(props)];
    if (urn === undefined || object === undefined) return;
    owners.set(urn, { urn, object, progress });
    for (const key of keysOf(object)) urnsByKey.set(key, (urnsByKey.get(key) ?? new Set()).add(urn));
  };

  const ownersOfSame = (object: T): Owner<T>[] => {
    const urns = new Set(keysOf(object).flatMap((key) => [...(urnsByKey.get(key) ?? [])]));
    return [...urns].flatMap((urn) => owners.get(urn) ?? []).filter((owner) => isSame(owner.object, object));
  };

  return {
    record,
    isDeclared(news) {
      const urn = readUrn(news);
      return urn !== undefined && owners.has(urn);
    },
    claim(news) {
      const [urn, object] = [readUrn(news), readObject(news)];
      if (urn === undefined || object === undefined) return undefined;
      const rival = ownersOfSame(object).find((owner) => owner.urn !== urn);
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
      return ownersOfSame(object)[0];
    },
  };
}

function readUrn(news: ResourceProps): string | undefined {
  const urn = news[urnKey];
  return typeof urn === "string" ? urn : undefined;
}
