/** Seconds since the epoch of a time that the controller wrote; `undefined` for none, nonsense, and Go's year 1. */
export function unixSeconds(time: string): number | undefined {
  const seconds = Date.parse(time) / 1000;
  return seconds > 0 ? seconds : undefined;
}
