import type { VirtualNetwork } from "./virtualNetwork";

/** What `work` gives, while virtual time goes on as long as it needs. */
export async function advanceClock<T>(clock: VirtualNetwork["clock"], work: Promise<T>): Promise<T> {
  const progress = { isOver: false };
  const watched = work.finally(() => (progress.isOver = true));
  watched.catch(() => undefined);
  while (!progress.isOver) await clock.advance(1_000);
  return watched;
}
