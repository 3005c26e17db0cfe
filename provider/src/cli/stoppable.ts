import { NeuVectorError } from "../errors";

/**
 * What `work` gives. @throws NeuVectorError cancelled at once when the signal comes: a login that others may share
 * listens to nobody's signal, and the sessions beside it are to be logged out without waiting for it.
 */
export function stoppable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const stopped = new Promise<never>((_resolve, reject) => {
    const stop = (): void => {
      reject(new NeuVectorError("cancelled", "stopped while waiting for an answer"));
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    const forget = (): void => {
      signal.removeEventListener("abort", stop);
    };
    void work.then(forget, forget);
  });
  return Promise.race([work, stopped]);
}
