/** The result of running the `pulumi` CLI. */
export interface PulumiResult {
  readonly exitCode: number;
  /** Empty if it was shown. */
  readonly stdout: string;
  /** Empty unless `quiet`. */
  readonly stderr: string;
}

/**
 * Runs `pulumi` in the folder of Pulumi.yaml. Its standard error goes to that of this process unless `quiet`; with `show`,
 * all of its output does. An interrupt is passed on once, and the process waits until `pulumi` has finished and unlocked the stack.
 * @throws PulumiCliError.
 */
export type RunPulumi = (
  args: readonly string[],
  cwd: string,
  options?: { readonly show?: boolean; readonly quiet?: boolean },
) => Promise<PulumiResult>;

/** `pulumi` could not be started, or its output is too long. */
export class PulumiCliError extends Error {}
