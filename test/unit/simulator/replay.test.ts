import { describe, expect, test } from "vitest";
import { recordedAnswer } from "../../simulator/src/replay/comparableAnswer";
import { federationScenes, replayScene, type Scene } from "../../simulator/src/replay/federationScenes";
import { raceScenes, replayRace } from "../../simulator/src/replay/races";
import { readRecording, type Exchange } from "../../simulator/src/replay/recording";

describe("the recorded federation", () => {
  const recording = readRecording("recordedFederation");
  const exchangesOf = (scene: Scene): readonly Exchange[] => {
    const next = federationScenes[federationScenes.indexOf(scene) + 1]?.fromLine ?? Infinity;
    return recording.filter(({ line }) => line >= scene.fromLine && line < next);
  };

  test("is replayed as a whole", () => {
    expect(federationScenes.flatMap(exchangesOf)).toEqual(recording);
    expect(recording).toHaveLength(429);
  });

  test.each(federationScenes)("$name", async (scene) => {
    const exchanges = exchangesOf(scene);
    expect(await replayScene(scene, exchanges)).toEqual(exchanges.map(recordedAnswer));
  });
});

describe("the recorded races", () => {
  const recording = readRecording("recordedRaces");
  /** What a real controller spends on hashing and storing, which takes the simulator no time. */
  const ownWorkMs = 700;

  test("are replayed as a whole", () => {
    const lines = raceScenes.flatMap((scene) => scene.lines);
    expect(lines.toSorted((a, b) => a - b)).toEqual(recording.map(({ line }) => line));
    expect(lines).toHaveLength(54);
  });

  test.each(raceScenes)("$name: the answers, and how long they took", async ({ lines, ...scene }) => {
    const exchanges = recording.filter(({ line }) => lines.includes(line));
    const replayed = await replayRace({ ...scene, lines }, exchanges);
    expect(replayed).toHaveLength(exchanges.length);
    for (const { exchange, answer, tookMs } of replayed) {
      expect(answer).toEqual(recordedAnswer(exchange));
      expect(Math.abs(tookMs - (exchange.ms ?? 0)), `line ${exchange.line}`).toBeLessThan(ownWorkMs);
    }
  });
});
