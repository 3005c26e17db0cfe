import * as z from "zod";
import { exitCodeHelp } from "../../commandLine/commandLine";
import { textOption, wholeNumberOption } from "../../commandLine/options";
import { jsonOption, projectOption, type DeclareCommand } from "../command";
import { PulumiCliError, type RunPulumi } from "../../pulumi/pulumiCli";
import { previewErrors } from "../../pulumi/previewErrors";
import { isFedJoinUrn, findLeaves, type MembershipChange } from "../../pulumi/previewLeaves";
import type { Report } from "../report";
import { runWaves, splitIntoWaves, type WaveLimits, type WavesResult } from "../decisions/waves";
import { resourceName } from "../../pulumi/stackState";
import { pluralize } from "../format";

/** A leave takes about a second, and a master queues the next for at most 20 s (rest-api.md#concurrent-operations). */
const defaultParallel = 16;

export const declareRollout: DeclareCommand = (program, select) => {
  program
    .command("rollout")
    .summary("apply pending FedJoin changes in waves")
    .description(
      `Applies pending FedJoin changes in waves: finds out from pulumi preview which FedJoins
change, and runs pulumi up for one wave at a time. Stops after the wave in which the
total of failures exceeds --max-failures. Run it again to continue.`,
    )
    .addOption(textOption("--stack <name>", "the stack").makeOptionMandatory())
    .addOption(projectOption())
    .addOption(wholeNumberOption("--wave <n>", "members per wave", 1).default(50))
    .addOption(wholeNumberOption("--waves <n>", "stop after this many waves (default: no limit)", 1))
    .addOption(wholeNumberOption("--max-failures <n>", "failures to tolerate", 0).default(5))
    .addOption(
      wholeNumberOption("--parallel <n>", "members of a wave that change at the same time", 1).default(defaultParallel),
    )
    .option("--plan", "only show the waves", false)
    .option(...jsonOption)
    .addHelpText(
      "after",
      exitCodeHelp({
        0: "everything is done, except what --waves left, or --plan",
        1: "wrong usage, interrupted, or pulumi cannot be run",
        2: "a member failed",
      }),
    )
    .action(({ json, wave: waveSize, waves: maxWaves, ...options }) => {
      select({ command: "rollout", json, run: (deps) => rollout({ ...options, waveSize, maxWaves }, deps) });
    });
};

export interface RolloutOptions extends WaveLimits {
  readonly stack: string;
  /** The folder of Pulumi.yaml. */
  readonly cwd: string;
  /** Only show the waves. */
  readonly plan: boolean;
  /** Members of a wave that change at the same time. */
  readonly parallel: number;
}

const step = z.object({ op: z.string(), urn: z.string() });
const previewed = z.object({ steps: z.array(step).nullish() });

/** The engine's steps that change a FedJoin, except for leaving for good. */
const changeSteps = new Set(["create", "update", "replace", "create-replacement", "delete-replaced"]);

/**
 * URNs of the FedJoins that a deployment would change, from the output of `pulumi preview --json`. Sorted, since the
 * order differs between previews. @throws PulumiCliError.
 */
export function changedFedJoins(preview: string): string[] {
  let steps: z.infer<typeof step>[];
  try {
    steps = previewed.parse(JSON.parse(preview)).steps ?? [];
  } catch {
    throw new PulumiCliError("the output of pulumi preview is not a preview");
  }
  const urns = steps.filter(({ op, urn }) => changeSteps.has(op) && isFedJoinUrn(urn)).map(({ urn }) => urn);
  return [...new Set(urns)].toSorted();
}

export interface RolloutDeps {
  readonly runPulumi: RunPulumi;
  /** Prints a line before and after each wave. */
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Applies the pending changes of a stack's FedJoins in waves, until `signal`. @throws PulumiCliError. */
export async function rollout(options: RolloutOptions, { runPulumi, log, signal }: RolloutDeps): Promise<Report> {
  const { stack, cwd, plan, waveSize, parallel } = options;
  const preview = async (): Promise<string> => {
    const { exitCode, stdout } = await runPulumi(["preview", "--json", "--non-interactive", "--stack", stack], cwd);
    if (signal?.aborted === true) throw new PulumiCliError("interrupted; run the same command again to continue");
    if (exitCode !== 0) {
      throw new PulumiCliError(
        [
          `pulumi preview ended with exit code ${exitCode}. If it says that the stack is locked and no other deployment runs: pulumi cancel --stack ${stack}`,
          ...previewErrors(stdout),
        ].join("\n"),
      );
    }
    return stdout;
  };
  const pending = async (): Promise<string[]> => changedFedJoins(await preview());
  if (plan) {
    const stdout = await preview();
    return planReport(splitIntoWaves(changedFedJoins(stdout), waveSize), findLeaves(stdout)?.leaves ?? []);
  }
  const apply = async (targets: readonly string[]): Promise<void> => {
    // A large stack has thousands of lines of outputs.
    const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--suppress-outputs", "--continue-on-error"];
    const limits = ["--parallel", String(parallel), "--stack", stack];
    // The next preview shows which members failed; after a failed up, all of them.
    await runPulumi([...args, ...limits, ...targets.flatMap((urn) => ["--target", urn])], cwd, { show: true });
  };
  return resultReport(await runWaves(options, { pending, apply, log }, signal));
}

function planReport(waves: readonly string[][], leaves: readonly MembershipChange[]): Report {
  const names = waves.map((wave) => wave.map(resourceName));
  return {
    text: [
      ...names.map((wave, index) => `wave ${index + 1}: ${wave.join(" ")}`),
      ...leaves.map(({ text }) => text),
      `${pluralize(names.flat().length, "member")} in ${pluralize(waves.length, "wave")}. Nothing was changed.`,
    ],
    json: { applied: false, waves: names, leaves },
    exitCode: 0,
  };
}

function resultReport({ done, failed, left, end }: WavesResult): Report {
  const counts = `${done.length} done, ${failed.length} failed`;
  return {
    text: [
      ...(failed.length === 0 ? [] : [`failed: ${failed.map(resourceName).join(" ")}`]),
      lastLine(counts, left.length, end),
    ],
    json: {
      applied: true,
      end,
      done: done.map(resourceName),
      failed: failed.map(resourceName),
      left: left.map(resourceName),
    },
    exitCode: end === "interrupted" ? 1 : failed.length === 0 ? 0 : 2,
  };
}

function lastLine(counts: string, left: number, end: WavesResult["end"]): string {
  switch (end) {
    case "all_tried":
      return `${counts}, 0 not tried.`;
    case "too_many_failed":
      return `${counts}, ${left} not tried${left === 0 ? "" : ": too many failed"}.`;
    case "waves":
      return `${counts}, ${left} not tried, as --waves requires. Run the command again to continue.`;
    case "interrupted":
      return `Interrupted: ${counts}, ${left} unknown or not tried. Run the same command again to continue.`;
  }
}
