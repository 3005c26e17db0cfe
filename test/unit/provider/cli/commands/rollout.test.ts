import { describe, expect, test } from "vitest";
import { rollout, type RolloutOptions } from "../../../../../provider/src/cli/commands/rollout";
import { PulumiCliError, type RunPulumi } from "../../../../../provider/src/pulumi/pulumiCli";

const options: RolloutOptions = {
  ...{ stack: "prod", cwd: ".", plan: false },
  ...{ waveSize: 2, maxFailures: 0, parallel: 16 },
};
const urn = (name: string) => `urn:pulumi:prod::fedjoin::pulumi-nodejs:dynamic/neuvector:FedJoin::${name}`;

/** A `pulumi` whose previews show what its deployments have not changed yet. */
function pulumiFor(names: readonly string[], afterUp: () => void = () => undefined) {
  const left = new Set(names);
  const runs: (readonly string[])[] = [];
  const run: RunPulumi = (args) => {
    runs.push(args);
    if (args[0] === "up") {
      for (const name of names) if (args.includes(urn(name))) left.delete(name);
      afterUp();
    }
    const steps = [...left].map((name) => ({ op: "replace", urn: urn(name) }));
    return Promise.resolve({ exitCode: 0, stdout: JSON.stringify({ steps }), stderr: "" });
  };
  const said: string[] = [];
  return { runPulumi: run, log: (line: string) => void said.push(line), runs, said };
}

describe("fedjoin rollout", () => {
  test("deploys each wave by its targets, so many at the same time, and goes on past a failure within it", async () => {
    const { runs, said, ...world } = pulumiFor(["s2", "s0", "s1"]);
    expect(await rollout(options, world)).toMatchObject({ exitCode: 0, text: ["3 done, 0 failed, 0 not tried."] });
    expect(runs.map(([command]) => command)).toEqual(["preview", "up", "preview", "up", "preview"]);
    expect(runs[1]?.join(" ")).toBe(
      `up --yes --skip-preview --non-interactive --suppress-outputs --continue-on-error --parallel 16 --stack prod --target ${urn("s0")} --target ${urn("s1")}`,
    );
    expect(said[1]).toBe("wave 1 of 2 ended: 2 done, 0 failed, 1 left");
  });

  test("a first wave to try ends well with what it left", async () => {
    const { runs, ...world } = pulumiFor(["s0", "s1", "s2"]);
    const text = ["1 done, 0 failed, 2 not tried, as --waves requires. Run the command again to continue."];
    const json = { end: "waves", done: ["s0"], left: ["s1", "s2"] };
    const ended = await rollout({ ...options, waveSize: 1, maxWaves: 1 }, world);
    expect(ended).toMatchObject({ exitCode: 0, text, json });
    expect(runs).toHaveLength(3);
  });

  test("an interruption ends it after the wave under way, with exit code 1", async () => {
    const interrupt = new AbortController();
    const { runs, ...world } = pulumiFor(["s0", "s1", "s2"], () => {
      interrupt.abort();
    });
    expect(await rollout(options, { ...world, signal: interrupt.signal })).toMatchObject({
      exitCode: 1,
      json: { applied: true, end: "interrupted", done: [], failed: [], left: ["s0", "s1", "s2"] },
    });
    expect(runs.map(([command]) => command)).toEqual(["preview", "up"]);
  });

  test("a preview that fails says how a lock is removed that a killed run left", async () => {
    const locked: RunPulumi = () => Promise.resolve({ exitCode: 255, stdout: "", stderr: "" });
    const world = { runPulumi: locked, log: () => undefined };
    await expect(rollout(options, world)).rejects.toThrow(PulumiCliError);
    await expect(rollout(options, world)).rejects.toThrow(/exit code 255.* pulumi cancel --stack prod$/);
  });
});
