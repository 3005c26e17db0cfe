import { commandLineOf, descendantsOf } from "../../support/processTree";
import { readProcessUsage } from "../processUsage";

const everyMs = 250;

/** Runs `work`, and gives the peak RSS of the dynamic provider that ran below this process meanwhile; 0 for none. */
export async function watchProvider(work: () => Promise<unknown>): Promise<number> {
  let pid: number | undefined;
  let peakRssBytes = 0;
  const look = (): void => {
    pid ??= descendantsOf(process.pid).find((each) => commandLineOf(each).includes("cmd/dynamic-provider/"));
    if (pid === undefined) return;
    try {
      peakRssBytes = Math.max(peakRssBytes, readProcessUsage(pid).peakRssBytes || 0);
    } catch {
      // It ended meanwhile.
    }
  };
  const timer = setInterval(look, everyMs);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return peakRssBytes;
}
