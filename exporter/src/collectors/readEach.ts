import { NeuVectorError } from "@fedjoin/provider";

/** As many as the connections to one host; more would only wait for each other. */
const concurrency = 8;

/**
 * What `read` gives for each object, in order, some at a time; `undefined` for one that is gone or down (404, 500).
 * @throws NeuVectorError of the first other failure, after which no further object is read.
 */
export async function readEach<T, R>(
  objects: readonly T[],
  read: (object: T) => Promise<R>,
): Promise<(R | undefined)[]> {
  const found: (R | undefined)[] = objects.map(() => undefined);
  const queue = objects.entries();
  let hasFailed = false;
  const work = async (): Promise<void> => {
    for (const [index, object] of queue) {
      if (hasFailed) return;
      try {
        found[index] = await read(object);
      } catch (error) {
        if (isDown(error)) continue;
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return found;
}

function isDown(error: unknown): boolean {
  return error instanceof NeuVectorError && (error.kind === "not_found" || error.kind === "server_error");
}
