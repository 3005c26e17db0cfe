import { describe, expect, test } from "vitest";
import type { MoveOptions } from "../../../../provider/src/cli/args";
import { move } from "../../../../provider/src/cli/move";
import { CannotRunPulumi, type RunPulumi } from "../../../../provider/src/cli/pulumi";

const options: MoveOptions = {
  ...{ stack: "prod", cwd: ".", json: false, plan: false },
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
    return Promise.resolve({ exitCode: 0, stdout: JSON.stringify({ steps }) });
  };
  return { run, runs };
}

describe("fedjoin move", () => {
  test("deploys each wave by its targets, so many at the same time, and goes on past a failure within it", async () => {
    const { run, runs } = pulumiFor(["s0", "s1", "s2"]);
    expect(await move(options, run)).toMatchObject({ exitCode: 0, text: ["3 done, 0 failed, 0 not tried."] });
    expect(runs.map(([command]) => command)).toEqual(["preview", "up", "preview", "up", "preview"]);
    expect(runs[1]?.join(" ")).toBe(
      `up --yes --skip-preview --non-interactive --continue-on-error --parallel 16 --stack prod --target ${urn("s0")} --target ${urn("s1")}`,
    );
  });

  test("an interruption ends it after the wave under way, with exit code 1", async () => {
    const interrupt = new AbortController();
    const { run, runs } = pulumiFor(["s0", "s1", "s2"], () => {
      interrupt.abort();
    });
    expect(await move(options, run, interrupt.signal)).toMatchObject({
      exitCode: 1,
      json: { applied: true, interrupted: true, done: [], failed: [], left: ["s0", "s1", "s2"] },
    });
    expect(runs.map(([command]) => command)).toEqual(["preview", "up"]);
  });

  test("a preview that fails says how a lock is removed that a killed run left", async () => {
    const locked: RunPulumi = () => Promise.resolve({ exitCode: 255, stdout: "" });
    await expect(move(options, locked)).rejects.toThrow(CannotRunPulumi);
    await expect(move(options, locked)).rejects.toThrow(/exit code 255.* pulumi cancel --stack prod$/);
  });
});
