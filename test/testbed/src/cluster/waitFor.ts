import { setTimeout as sleep } from "node:timers/promises";

/** Waits `ms` milliseconds, or until the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** For use after a wait: the compiler takes `signal.aborted` for what it was before. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/**
 * Asks again and again until the answer is not undefined, and returns it.
 * @throws Error naming `what` after `timeoutMs`, by default a minute.
 */
export async function waitFor<T>(what: string, ask: () => Promise<T | undefined>, timeoutMs = 60_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s in vain: ${what}`);
    await sleep(100);
  }
}
