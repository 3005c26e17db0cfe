/** The code of a system's error, such as `ENOENT`: its message may repeat a value. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unreadable";
}
