/** What a run of the `pulumi` CLI gave. */
export interface PulumiResult {
  readonly exitCode: number;
  /** Empty when it was shown. */
  readonly stdout: string;
}

/**
 * Runs `pulumi` in the folder of Pulumi.yaml. What it says on standard error goes to ours; with `show` all that it says.
 * An interrupt reaches it once, and it is waited for: it ends what is under way and gives its lock back.
 * @throws CannotRunPulumi.
 */
export type RunPulumi = (
  args: readonly string[],
  cwd: string,
  options?: { readonly show?: boolean },
) => Promise<PulumiResult>;

/** `pulumi` could not be started, or said more than anyone wants to keep. */
export class PulumiCliError extends Error {}
