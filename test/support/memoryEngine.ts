import type { ResourceLifecycle } from "../../provider/src/resources/shared/resourceLifecycle";
import type { ResourceProps } from "../../provider/src/resources/shared/props";

/** A resource as an engine keeps it. */
export interface StoredResource {
  readonly id: string;
  readonly outs: ResourceProps;
}

/** What a step left in the state, and the error that it ended with. */
export interface Deployed {
  readonly kept: StoredResource | undefined;
  readonly error?: unknown;
}

/** An `up` of one resource as the engine does it: a plain error keeps the state, a partial failure stores its half. */
export async function up(
  lifecycle: ResourceLifecycle,
  kept: StoredResource | undefined,
  news: ResourceProps,
): Promise<Deployed> {
  if (kept === undefined) return attempt(undefined, () => lifecycle.create(news));
  const { id, outs } = kept;
  const { changes, replaces } = await lifecycle.diff(id, outs, news);
  if (!changes) return { kept };
  if (replaces.length === 0) {
    return attempt(kept, async () => ({ id, outs: (await lifecycle.update(id, outs, news)).outs }));
  }
  const left = await destroy(lifecycle, kept);
  return left.kept === undefined ? attempt(undefined, () => lifecycle.create(news)) : left;
}

/** A refresh of one resource: it goes from the state when the provider finds nothing. */
export async function refresh(lifecycle: ResourceLifecycle, { id, outs }: StoredResource): Promise<Deployed> {
  return attempt({ id, outs }, async () => {
    const { props } = await lifecycle.read(id, outs);
    return props === undefined ? undefined : { id, outs: props };
  });
}

export async function destroy(lifecycle: ResourceLifecycle, kept: StoredResource): Promise<Deployed> {
  return attempt(kept, async () => {
    await lifecycle.delete(kept.id, kept.outs);
    return undefined;
  });
}

async function attempt(
  before: StoredResource | undefined,
  work: () => Promise<StoredResource | undefined>,
): Promise<Deployed> {
  try {
    return { kept: await work() };
  } catch (error) {
    return { kept: isPartial(error) ? { id: error.id, outs: error.properties } : before, error };
  }
}

function isPartial(error: unknown): error is { readonly id: string; readonly properties: ResourceProps } {
  return error instanceof Error && "properties" in error && "id" in error;
}
