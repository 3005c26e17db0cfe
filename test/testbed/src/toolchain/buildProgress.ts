/** A tool that is being built, was, or will be. */
export interface BuildShare {
  /** What the whole build took on one core of the machine on which all were measured. */
  readonly coreSeconds: number;
  /** The part of its packages that was compiled: between 0 and 1. Less than 1 at the end if some were in Go's cache. */
  readonly compiled: number;
  readonly isFinished: boolean;
}

/** What must be compiled before the pace tells anything, as a part of the first build. */
const leastMeasured = 0.1;

/** Estimates the seconds until all builds are done: by the pace so far, at first by the number of cores. */
export function secondsLeft(builds: readonly BuildShare[], elapsedSeconds: number, cores: number): number {
  const done = sum(builds.map(({ coreSeconds, compiled }) => coreSeconds * compiled));
  const unfinished = builds.filter(({ isFinished }) => !isFinished);
  const left = sum(unfinished.map(({ coreSeconds, compiled }) => coreSeconds * (1 - compiled)));
  const isMeasured = done > leastMeasured * (builds[0]?.coreSeconds ?? 0);
  return left * (isMeasured ? elapsedSeconds / done : 1 / cores);
}

/** Words such as "about 12 minutes left". */
export function timeLeft(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return "less than a minute left";
  return `about ${minutes} minute${minutes === 1 ? "" : "s"} left`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
