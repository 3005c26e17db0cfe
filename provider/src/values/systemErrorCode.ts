/** The code of a system error, such as `ENOENT`; `otherwise` for any other error, whose message may repeat a value. */
export function systemErrorCode(error: unknown, otherwise = "unreadable"): string {
  return error instanceof Error && "code" in error ? String(error.code) : otherwise;
}
