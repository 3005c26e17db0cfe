import { z } from "zod";
import type { MoveOptions } from "./args";
import { CannotRunPulumi, type RunPulumi } from "./pulumi";
import { previewErrors } from "./previewErrors";
import type { Report } from "./report";
import { rollOut, wavesOf, type Rollout } from "./rollout";
import { fedJoinType, nameOf } from "./stackState";
import { count } from "./text";

const step = z.object({ op: z.string(), urn: z.string() });
const previewed = z.object({ steps: z.array(step).nullish() });

/** A change of a FedJoin, as the engine words its steps; leaving for good is none of them. */
const changing = new Set(["create", "update", "replace", "create-replacement", "delete-replaced"]);

/** URNs of the FedJoins that a deployment would change, from `pulumi preview --json`. @throws CannotRunPulumi. */
export function changesIn(preview: string): string[] {
  let steps: z.infer<typeof step>[];
  try {
    steps = previewed.parse(JSON.parse(preview)).steps ?? [];
  } catch {
    throw new CannotRunPulumi("pulumi preview wrote something that is no preview");
  }
  const urns = steps.filter(({ op, urn }) => changing.has(op) && isFedJoin(urn)).map(({ urn }) => urn);
  return [...new Set(urns)];
}

function isFedJoin(urn: string): boolean {
  return urn.split("::")[2]?.split("$").at(-1) === fedJoinType;
}

/** Carries the pending changes of a stack's FedJoins out in waves, until `signal`. @throws CannotRunPulumi. */
export async function move(options: MoveOptions, runPulumi: RunPulumi, signal?: AbortSignal): Promise<Report> {
  const { stack, cwd, plan, waveSize, parallel } = options;
  const pending = async (): Promise<string[]> => {
    const { exitCode, stdout } = await runPulumi(["preview", "--json", "--non-interactive", "--stack", stack], cwd);
    if (signal?.aborted === true) throw new CannotRunPulumi("interrupted; run the same command again to go on");
    if (exitCode !== 0) {
      throw new CannotRunPulumi(
        [
          `pulumi preview ended with exit code ${exitCode}. If it says that the stack is locked and no other deployment runs: pulumi cancel --stack ${stack}`,
          ...previewErrors(stdout),
        ].join("\n"),
      );
    }
    return changesIn(stdout);
  };
  if (plan) return planned(wavesOf(await pending(), waveSize));
  const apply = async (targets: readonly string[]): Promise<void> => {
    const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--continue-on-error"];
    const limits = ["--parallel", String(parallel), "--stack", stack];
    // A failed member shows in the next preview; an up that failed altogether leaves all of them there.
    await runPulumi([...args, ...limits, ...targets.flatMap((urn) => ["--target", urn])], cwd, { show: true });
  };
  return ended(await rollOut(options, { pending, apply }, signal));
}

function planned(waves: readonly string[][]): Report {
  const names = waves.map((wave) => wave.map(nameOf));
  return {
    text: [
      ...names.map((wave, index) => `wave ${index + 1}: ${wave.join(" ")}`),
      `${count(names.flat().length, "member")} in ${count(waves.length, "wave")}. Nothing was changed.`,
    ],
    json: { applied: false, waves: names },
    exitCode: 0,
  };
}

function ended(rollout: Rollout): Report {
  const { done, failed, left, isInterrupted } = rollout;
  return {
    text: [
      ...(failed.length === 0 ? [] : [`failed: ${failed.map(nameOf).join(" ")}`]),
      isInterrupted
        ? `Interrupted: ${done.length} done, ${failed.length} failed, ${left.length} unknown or not tried. Run the same command again to go on.`
        : `${done.length} done, ${failed.length} failed, ${left.length} not tried${left.length === 0 ? "" : ": too many failed"}.`,
    ],
    json: {
      applied: true,
      interrupted: isInterrupted,
      done: done.map(nameOf),
      failed: failed.map(nameOf),
      left: left.map(nameOf),
    },
    exitCode: isInterrupted ? 1 : failed.length + left.length === 0 ? 0 : 2,
  };
}
