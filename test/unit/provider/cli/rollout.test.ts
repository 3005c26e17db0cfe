import { describe, expect, test } from "vitest";
import { changedFedJoins } from "../../../../provider/src/cli/commands/rollout";
import { runWaves } from "../../../../provider/src/cli/decisions/waves";

const names = Array.from({ length: 10 }, (_, index) => `s${index}`);

/** A change of ten that fails for some. */
function worldOf(failing: ReadonlySet<string>) {
  const done = new Set<string>();
  const waves: (readonly string[])[] = [];
  const said: string[] = [];
  return {
    waves,
    said,
    log: (line: string) => void said.push(line),
    pending: () => Promise.resolve(names.filter((name) => !done.has(name))),
    apply: (targets: readonly string[]) => {
      waves.push(targets);
      for (const target of targets) if (!failing.has(target)) done.add(target);
      return Promise.resolve();
    },
  };
}

describe("a change in waves", () => {
  test("every target once, in order", async () => {
    const world = worldOf(new Set());
    const result = await runWaves({ waveSize: 4, maxFailures: 0 }, world);
    expect(world.waves.map((wave) => wave.length)).toEqual([4, 4, 2]);
    expect(result).toEqual({ done: names, failed: [], left: [], end: "all_tried" });
    expect(world.said.slice(-2)).toEqual(["wave 3 of 3: 2 members", "wave 3 of 3 ended: 10 done, 0 failed, 0 left"]);
  });

  test("as many as allowed may fail, one more is the end, and the next run goes on", async () => {
    const failing = new Set(["s1", "s4"]);
    const allowed = await runWaves({ waveSize: 4, maxFailures: 2 }, worldOf(failing));
    expect(allowed).toMatchObject({ failed: ["s1", "s4"], left: [] });
    const world = worldOf(failing);
    const stopped = await runWaves({ waveSize: 4, maxFailures: 1 }, world);
    expect(stopped).toMatchObject({ failed: ["s1", "s4"], left: ["s8", "s9"], end: "too_many_failed" });
    failing.clear();
    expect(await runWaves({ waveSize: 4, maxFailures: 1 }, world)).toEqual({
      ...{ done: ["s1", "s4", "s8", "s9"], failed: [], left: [], end: "all_tried" },
    });
  });

  test("so many waves and no more, to look at the first ones, and the next run goes on", async () => {
    const world = worldOf(new Set());
    expect(await runWaves({ waveSize: 3, maxFailures: 0, maxWaves: 1 }, world)).toEqual({
      ...{ done: names.slice(0, 3), failed: [], left: names.slice(3), end: "waves" },
    });
    expect(await runWaves({ waveSize: 7, maxFailures: 0, maxWaves: 1 }, world)).toMatchObject({ end: "all_tried" });
  });

  test("after an interruption nothing is asked or begun any more, and the wave under way is not called done", async () => {
    const interrupt = new AbortController();
    const world = worldOf(new Set());
    let asked = 0;
    const result = await runWaves(
      { waveSize: 4, maxFailures: 0 },
      {
        ...world,
        pending: () => {
          asked++;
          return world.pending();
        },
        apply: async (targets) => {
          await world.apply(targets);
          if (world.waves.length === 2) interrupt.abort();
        },
      },
      interrupt.signal,
    );
    expect(result).toEqual({ done: names.slice(0, 4), failed: [], left: names.slice(4), end: "interrupted" });
    expect([asked, world.waves.length]).toEqual([2, 2]);
  });

  test("what a preview says of FedJoins, sorted, each once, and nothing of those that leave", () => {
    const urn = (type: string, name: string) => `urn:pulumi:eu::fedjoin::${type}::${name}`;
    const join = "pulumi-nodejs:dynamic/neuvector:FedJoin";
    const steps = [
      { op: "same", urn: urn(join, "u0") },
      { op: "create", urn: urn(join, "u4") },
      { op: "delete-replaced", urn: urn(join, "u1") },
      { op: "replace", urn: urn(join, "u1") },
      { op: "update", urn: urn(`my:Site$${join}`, "u2") },
      { op: "delete", urn: urn(join, "u3") },
      { op: "create", urn: urn("kubernetes:core/v1:ConfigMap", "settings") },
    ];
    expect(changedFedJoins(JSON.stringify({ steps }))).toEqual([
      urn(`my:Site$${join}`, "u2"),
      urn(join, "u1"),
      urn(join, "u4"),
    ]);
    expect(changedFedJoins("{}")).toEqual([]);
    expect(() => changedFedJoins("hunter2")).toThrow(/^the output of pulumi preview is not a preview$/);
  });
});
