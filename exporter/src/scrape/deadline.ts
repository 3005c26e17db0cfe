import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";

const defaultTimeoutMs = 10_000;
const maxTimeoutMs = 120_000;
/** Left for rendering and the way back, as Prometheus's own exporters do. */
const offsetSeconds = 0.5;

/** Milliseconds that a scrape may take, from the value of Prometheus's `X-Prometheus-Scrape-Timeout-Seconds`. */
export function scrapeTimeoutMs(header: string | undefined): number {
  const seconds = Number(header);
  if (header === undefined || !(seconds > 0)) return defaultTimeoutMs;
  return Math.min(Math.max(seconds - offsetSeconds, seconds / 2) * 1000, maxTimeoutMs);
}

/** What `work` gives, unless `signal` aborts first; what `work` gives later is then dropped. @throws NeuVectorError timeout. */
export async function withDeadline<T>(what: string, signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop: (() => void) | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(new NeuVectorError("timeout", `${what} was not done at the scrape's deadline`));
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([deadline, work]);
  } finally {
    if (stop !== undefined) signal.removeEventListener("abort", stop);
  }
}
