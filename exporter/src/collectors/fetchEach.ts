import { NeuVectorError, type ErrorKind } from "@fedjoin/provider/internal/neuvector";

/** The number of connections to a host; more requests would only wait. */
const concurrency = 8;

/** The results for a list of objects. */
export interface FetchedEach<R> {
  /** In the order of the objects; `undefined` for a skipped one. */
  readonly found: readonly (R | undefined)[];
  /** One error kind for each skipped object. */
  readonly skipped: readonly ErrorKind[];
}

/** Errors that concern one object only: it was deleted (404), is down (500) or has a name that no path can contain. */
const skippableKinds: ReadonlySet<ErrorKind> = new Set(["not_found", "server_error", "unusable_name"]);

/**
 * Runs `read` for each object with limited concurrency and skips objects that are gone or down.
 * @throws NeuVectorError of the first other failure, after which no further object is read.
 */
export async function fetchEach<T, R>(objects: readonly T[], read: (object: T) => Promise<R>): Promise<FetchedEach<R>> {
  const found: (R | undefined)[] = objects.map(() => undefined);
  const skipped: ErrorKind[] = [];
  const queue = objects.entries();
  let hasFailed = false;
  const work = async (): Promise<void> => {
    for (const [index, object] of queue) {
      if (hasFailed) return;
      try {
        found[index] = await read(object);
      } catch (error) {
        if (!(error instanceof NeuVectorError && skippableKinds.has(error.kind))) {
          hasFailed = true;
          throw error;
        }
        skipped.push(error.kind);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return { found, skipped };
}
