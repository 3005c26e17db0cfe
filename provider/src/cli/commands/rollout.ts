import { z } from "zod";
import type { RolloutOptions } from "../args";
import { PulumiCliError, type RunPulumi } from "../../pulumi/pulumiCli";
import { previewErrors } from "../../pulumi/previewErrors";
import { isFedJoinUrn, findLeaves, type MembershipChange } from "../../pulumi/previewLeaves";
import type { Report } from "../report";
import { runWaves, splitIntoWaves, type WavesResult } from "../decisions/waves";
import { resourceName } from "../../pulumi/stackState";
import { pluralize } from "../format";

const step = z.object({ op: z.string(), urn: z.string() });
const previewed = z.object({ steps: z.array(step).nullish() });

/** A change of a FedJoin, as the engine words its steps; leaving for good is none of them. */
const changing = new Set(["create", "update", "replace", "create-replacement", "delete-replaced"]);

/** URNs of the FedJoins that a deployment would change, sorted, since each preview has another order; from `pulumi preview --json`. @throws CannotRunPulumi. */
export function changedFedJoins(preview: string): string[] {
  let steps: z.infer<typeof step>[];
  try {
    steps = previewed.parse(JSON.parse(preview)).steps ?? [];
  } catch {
    throw new PulumiCliError("pulumi preview wrote something that is not a preview");
  }
  const urns = steps.filter(({ op, urn }) => changing.has(op) && isFedJoinUrn(urn)).map(({ urn }) => urn);
  return [...new Set(urns)].toSorted();
}

/** What a change is carried out with. */
export interface RolloutDeps {
  readonly runPulumi: RunPulumi;
  /** Gets a line at the begin and at the end of each wave. */
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Carries the pending changes of a stack's FedJoins out in waves, until `signal`. @throws CannotRunPulumi. */
export async function rollout(options: RolloutOptions, { runPulumi, log, signal }: RolloutDeps): Promise<Report> {
  const { stack, cwd, plan, waveSize, parallel } = options;
  const preview = async (): Promise<string> => {
    const { exitCode, stdout } = await runPulumi(["preview", "--json", "--non-interactive", "--stack", stack], cwd);
    if (signal?.aborted === true) throw new PulumiCliError("interrupted; run the same command again to go on");
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
    return planned(splitIntoWaves(changedFedJoins(stdout), waveSize), findLeaves(stdout)?.leaves ?? []);
  }
  const apply = async (targets: readonly string[]): Promise<void> => {
    // The outputs of a large stack are thousands of lines.
    const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--suppress-outputs", "--continue-on-error"];
    const limits = ["--parallel", String(parallel), "--stack", stack];
    // A failed member shows in the next preview; an up that failed altogether leaves all of them there.
    await runPulumi([...args, ...limits, ...targets.flatMap((urn) => ["--target", urn])], cwd, { show: true });
  };
  return ended(await runWaves(options, { pending, apply, log }, signal));
}

function planned(waves: readonly string[][], leaves: readonly MembershipChange[]): Report {
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

function ended({ done, failed, left, end }: WavesResult): Report {
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
      return `${counts}, ${left} not tried, as --waves says. Run the command again to go on.`;
    case "interrupted":
      return `Interrupted: ${counts}, ${left} unknown or not tried. Run the same command again to go on.`;
  }
}
