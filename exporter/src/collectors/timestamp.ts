/** A controller's time in seconds since the epoch; `undefined` if missing, invalid or Go's zero time. */
export function unixSeconds(time: string): number | undefined {
  const seconds = Date.parse(time) / 1000;
  return seconds > 0 ? seconds : undefined;
}
