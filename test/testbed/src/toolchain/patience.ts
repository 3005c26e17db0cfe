/** Limits the time that downloads spend without progress: failed ones share one budget. */
export interface Patience {
  /** Starts to wait for progress of one download. */
  begin(): Wait;
}

export interface Wait {
  /** Aborts when the budget has passed without progress. */
  readonly signal: AbortSignal;
  /** Tells that the download progresses: from now on it has the budget again. */
  readonly progress: () => void;
  /** Ends the wait; the time since the last progress of a failed download is lost to later ones. */
  readonly end: (result: "succeeded" | "failed") => void;
}

export function createPatience(budgetMs: number, now: () => number = Date.now): Patience {
  let leftMs = budgetMs;
  return {
    begin() {
      const abort = new AbortController();
      const startTimer = () =>
        setTimeout(() => {
          abort.abort();
        }, leftMs);
      let waitingSince = now();
      let timer = startTimer();
      if (leftMs <= 0) abort.abort();
      return {
        signal: abort.signal,
        progress() {
          clearTimeout(timer);
          waitingSince = now();
          timer = startTimer();
        },
        end(result) {
          clearTimeout(timer);
          if (result === "failed") leftMs -= now() - waitingSince;
        },
      };
    },
  };
}
