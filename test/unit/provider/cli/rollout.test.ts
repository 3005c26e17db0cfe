import { describe, expect, test } from "vitest";
import { changedFedJoins } from "../../../../provider/src/cli/commands/rollout";
import { runWaves, type WaveLimits } from "../../../../provider/src/cli/decisions/waves";

const names = Array.from({ length: 10 }, (_, index) => `s${index}`);

/** A change of ten that fails for some. */
function createChange(...failing: string[]) {
  const fails = new Set(failing);
  const done = new Set<string>();
  const waves: (readonly string[])[] = [];
  const said: string[] = [];
  const deps = {
    log: (line: string) => void said.push(line),
    pending: () => Promise.resolve(names.filter((name) => !done.has(name))),
    apply: (targets: readonly string[]) => {
      waves.push(targets);
      for (const target of targets) if (!fails.has(target)) done.add(target);
      return Promise.resolve();
    },
  };
  const run = (waveSize: number, over: Partial<WaveLimits> = {}) =>
    runWaves({ waveSize, maxFailures: 0, ...over }, deps);
  return { ...deps, waves, said, fails, run };
}

describe("a change in waves", () => {
  test("every target once, in order", async () => {
    const { run, waves, said } = createChange();
    expect(await run(4)).toEqual({ done: names, failed: [], left: [], end: "all_tried" });
    expect(waves.map((wave) => wave.length)).toEqual([4, 4, 2]);
    expect(said.slice(-2)).toEqual(["wave 3 of 3: 2 members", "wave 3 of 3 ended: 10 done, 0 failed, 0 left"]);
  });

  test("as many as allowed may fail, one more is the end, and the next run goes on", async () => {
    const failed = ["s1", "s4"];
    expect(await createChange(...failed).run(4, { maxFailures: 2 })).toMatchObject({ failed, left: [] });
    const { run, fails } = createChange(...failed);
    expect(await run(4, { maxFailures: 1 })).toMatchObject({ failed, left: ["s8", "s9"], end: "too_many_failed" });
    fails.clear();
    const done = [...failed, "s8", "s9"];
    expect(await run(4, { maxFailures: 1 })).toEqual({ done, failed: [], left: [], end: "all_tried" });
  });

  test("so many waves and no more, to look at the first ones, and the next run goes on", async () => {
    const { run } = createChange();
    const [done, left] = [names.slice(0, 3), names.slice(3)];
    expect(await run(3, { maxWaves: 1 })).toEqual({ done, failed: [], left, end: "waves" });
    expect(await run(7, { maxWaves: 1 })).toMatchObject({ end: "all_tried" });
  });

  test("after an interruption nothing is asked or begun any more, and the wave under way is not called done", async () => {
    const interrupt = new AbortController();
    const change = createChange();
    let asked = 0;
    const pending = () => {
      asked++;
      return change.pending();
    };
    const apply = async (targets: readonly string[]) => {
      await change.apply(targets);
      if (change.waves.length === 2) interrupt.abort();
    };
    const result = await runWaves({ waveSize: 4, maxFailures: 0 }, { ...change, pending, apply }, interrupt.signal);
    expect(result).toEqual({ done: names.slice(0, 4), failed: [], left: names.slice(4), end: "interrupted" });
    expect([asked, change.waves.length]).toEqual([2, 2]);
  });

  test("nothing is applied after an interruption", async () => {
    const change = createChange();
    const result = await runWaves({ waveSize: 4, maxFailures: 0 }, change, AbortSignal.abort());
    expect([result.end, result.left, change.waves]).toEqual(["interrupted", names, []]);
  });
});

test("what a preview says of FedJoins, sorted, each once, and nothing of those that leave", () => {
  const urn = (type: string, name: string) => `urn:pulumi:eu::fedjoin::${type}::${name}`;
  const join = "pulumi-nodejs:dynamic/neuvector:FedJoin";
  const changed = [urn(`my:Site$${join}`, "u2"), urn(join, "u1"), urn(join, "u4")];
  const steps = [
    { op: "same", urn: urn(join, "u0") },
    { op: "create", urn: changed[2] },
    { op: "delete-replaced", urn: changed[1] },
    { op: "replace", urn: changed[1] },
    { op: "update", urn: changed[0] },
    { op: "delete", urn: urn(join, "u3") },
    { op: "create", urn: urn("kubernetes:core/v1:ConfigMap", "settings") },
  ];
  expect(changedFedJoins(JSON.stringify({ steps }))).toEqual(changed);
  expect(changedFedJoins("{}")).toEqual([]);
  expect(() => changedFedJoins("hunter2")).toThrow(/^the output of pulumi preview is not a preview$/);
});
