const unitMs: ReadonlyMap<string, number> = new Map([
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

/** Milliseconds of a duration such as `30s`, `10m`, `12h` or `7d`; `undefined` for other text. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit = ""] = /^(\d{1,5})([smhd])$/.exec(text) ?? [];
  const length = unitMs.get(unit);
  return number === undefined || length === undefined ? undefined : Number(number) * length;
}

/** A duration in its largest whole units: `45s`, `9m30s`, `1h5m`. */
export function formatDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}m${seconds % 60}s` : `${Math.floor(minutes / 60)}h${minutes % 60}m`;
}
