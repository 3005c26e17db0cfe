import { describe, expect, test } from "vitest";
import { normalize } from "../../../simulator/src/replay/normalize";
import { replayRace, raceScenarios } from "../../../simulator/src/replay/races";
import { readRaces } from "../../../simulator/src/replay/recording";

const recording = readRaces();

/** What a real controller spends on hashing and storing, which takes the simulator no time. */
const ownWorkMs = 700;

test("every exchange of the second recording is replayed once", () => {
  const lines = raceScenarios.flatMap((scene) => scene.lines);
  expect(lines.toSorted((a, b) => a - b)).toEqual(recording.map(({ line }) => line));
  expect(lines).toHaveLength(54);
});

describe("recorded races, and what they take", () => {
  test.each(raceScenarios)("$name", async (scene) => {
    const exchanges = recording.filter(({ line }) => scene.lines.includes(line));
    const replayed = await replayRace(scene, exchanges);
    expect(replayed).toHaveLength(exchanges.length);
    for (const { exchange, answer, tookMs } of replayed) {
      const { line, status, body, resp_headers: headers } = exchange;
      expect({ line, status: answer.status, body: normalize(answer.body ?? null) }).toEqual({
        line,
        status,
        body: normalize(body),
      });
      expect(answer.headers["Content-Type"]).toBe(headers["Content-Type"]);
      expect(answer.headers["Cache-Control"]).toBe(headers["Cache-Control"]);
      expect(Math.abs(tookMs - (exchange.ms ?? 0)), `line ${line}`).toBeLessThan(ownWorkMs);
    }
  });
});
