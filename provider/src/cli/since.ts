const unitMs = new Map([
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

/** Milliseconds since the epoch of `7d` before now, or of an ISO 8601 time; `undefined` for anything else. */
export function parseSince(text: string, now: number): number | undefined {
  const [, number, unit = ""] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const length = unitMs.get(unit);
  if (number !== undefined && length !== undefined) return now - Number(number) * length;
  const time = /^\d{4}-\d\d-\d\d(T|$)/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : time;
}
