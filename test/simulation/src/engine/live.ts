import type { PendingOperation, StateResource } from "./state";
import type { Urn } from "./urn";

/** A resource during a run: steps share and change it, and its identity counts, since several may have one URN. */
export type Live = { -readonly [Key in keyof StateResource]: StateResource[Key] } & {
  /** The URN under which the state had it before. */
  aliases: readonly Urn[];
};

export interface LiveOperation {
  readonly type: PendingOperation["type"];
  readonly resource: Live;
}

export const liveOf = (resource: StateResource): Live => ({ ...resource, aliases: [] });

export const copyOf = (live: Live): Live => ({ ...live });

export interface Dependency {
  readonly kind: "parent" | "dependency" | "property" | "deletedWith" | "replaceWith";
  readonly urn: Urn;
  readonly key?: string;
}

/** Every resource that this one refers to. */
export function dependenciesOf(resource: Live): Dependency[] {
  const { parent, dependencies, propertyDependencies, deletedWith, replaceWith } = resource;
  return [
    ...(parent === undefined ? [] : [{ kind: "parent", urn: parent } as const]),
    ...dependencies.map((urn) => ({ kind: "dependency", urn }) as const),
    ...Object.entries(propertyDependencies).flatMap(([key, urns]) =>
      urns.map((urn) => ({ kind: "property", urn, key }) as const),
    ),
    ...(deletedWith === undefined ? [] : [{ kind: "deletedWith", urn: deletedWith } as const]),
    ...replaceWith.map((urn) => ({ kind: "replaceWith", urn }) as const),
  ];
}

/** The same resource, with each reference as `rename` gives it; undefined drops it. */
export function withReferences(resource: Live, rename: (dependency: Dependency) => Urn | undefined): Live {
  const renamed = (kind: Dependency["kind"], urns: readonly Urn[], key?: string): Urn[] =>
    urns.flatMap((urn) => rename({ kind, urn, ...(key === undefined ? {} : { key }) }) ?? []);
  const single = (kind: Dependency["kind"], urn: Urn | undefined) =>
    urn === undefined ? undefined : rename({ kind, urn });
  return {
    ...resource,
    parent: single("parent", resource.parent),
    dependencies: renamed("dependency", resource.dependencies),
    propertyDependencies: Object.fromEntries(
      Object.entries(resource.propertyDependencies)
        .map(([key, urns]) => [key, renamed("property", urns, key)] as const)
        .filter(([, urns]) => urns.length > 0),
    ),
    deletedWith: single("deletedWith", resource.deletedWith),
    replaceWith: renamed("replaceWith", resource.replaceWith),
  };
}
