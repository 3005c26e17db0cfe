/** The code of a system's error, such as `ENOENT`, or `otherwise` for any other: its message may repeat a value. */
export function systemErrorCode(error: unknown, otherwise = "unreadable"): string {
  return error instanceof Error && "code" in error ? String(error.code) : otherwise;
}
