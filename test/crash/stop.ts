import type { Disturbance } from "./gate";

/**
 * A place between two messages of an operation. Boundary `2 * n` lies before request `n`, and after the answer of the one
 * before it; `2 * n + 1` between its effect and its answer.
 */
export type Boundary = number;

/** What becomes of a request that was stopped: it continues, or its connection ends. */
export type Release = "continue" | "drop";

/** Holds an operation at a boundary. */
export interface Stop extends Disturbance {
  readonly reached: Promise<void>;
  readonly isReached: () => boolean;
  release(how: Release): void;
}

export function createStop(boundary: Boundary): Stop {
  let isReached = false;
  let reach: () => void = () => undefined;
  let release: (how: Release) => void = () => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const released = new Promise<Release>((resolve) => (release = resolve));
  const hold = (): Promise<Release> => {
    isReached = true;
    reach();
    return released;
  };
  return {
    request: Math.floor(boundary / 2),
    reached,
    isReached: () => isReached,
    release: (how) => {
      release(how);
    },
    async intercept(_request, handle) {
      if (boundary % 2 === 0) return (await hold()) === "drop" ? "drop" : handle();
      const outcome = await handle();
      return (await hold()) === "drop" ? "drop" : outcome;
    },
  };
}

/** A boundary in words, given the titles of the requests of the whole operation. */
export function boundaryTitle(titles: readonly string[], boundary: Boundary): string {
  const request = Math.floor(boundary / 2);
  const [title, previous] = [titles[request], titles[request - 1]];
  if (boundary % 2 === 1) return `after the effect of request ${request + 1}, ${title ?? "unknown"}`;
  if (title === undefined) return `after the answer of the last request, ${previous ?? "none"}`;
  const after = previous === undefined ? "" : `after the answer of request ${request}, `;
  return `${after}before request ${request + 1}, ${title}`;
}
