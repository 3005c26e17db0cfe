/** 0 fine, 1 wrong usage or a failure of the command itself, 2 the command worked and found something. */
export type ExitCode = 0 | 1 | 2;

/** What a command found. */
export interface Report {
  readonly text: readonly string[];
  /** The same for programs; documented in docs/reference/commands.md. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly exitCode: ExitCode;
}
