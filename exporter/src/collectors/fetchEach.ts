import { NeuVectorError, type ErrorKind } from "@fedjoin/provider";

/** As many as the connections to one host; more would only wait for each other. */
const concurrency = 8;

/** What was read of a list of objects. */
export interface FetchedEach<R> {
  /** In the order of the objects; `undefined` for one that was passed over. */
  readonly found: readonly (R | undefined)[];
  /** Why objects were passed over, one for each. */
  readonly skipped: readonly ErrorKind[];
}

/** One object that is gone (404), down (500) or cannot be asked for says nothing about the others. */
const skippableKinds: ReadonlySet<ErrorKind> = new Set(["not_found", "server_error", "unusable_name"]);

/**
 * What `read` gives for each object, some at a time.
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
