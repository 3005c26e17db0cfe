/** 0: success; 1: wrong usage, or the command failed; 2: the command found something. */
export type ExitCode = 0 | 1 | 2;

/** The result of a command. */
export interface Report {
  readonly text: readonly string[];
  /** The same as JSON, documented in docs/reference/commands.md. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly exitCode: ExitCode;
}
