import type { ObservedMembership } from "@fedjoin/provider/federation";
import { describe, expect, test } from "vitest";
import { clampLastTry, ownsMember, type JoinCheckpoint } from "../../../../exporter/src/join/joinCheckpoint";
import {
  lossCauseFromEvents,
  lossCauseFromResponse,
  rejoinBlockedBy,
  type LossCause,
} from "../../../../exporter/src/join/lossCause";
import { decideWatch, type WatchObservation, type WatchRules } from "../../../../exporter/src/join/watchDecision";

const hour = 3_600_000;
const now = 1000 * hour;

const member: ObservedMembership = {
  name: "u2204a-AAAAAA",
  clusterId: "id-1",
  jointRest: { server: "192.168.8.209", port: 10443 },
  masterId: "m",
};
const fresh: JoinCheckpoint = { name: "u2204a-AAAAAA", underWay: false, sent: false, kicked: false };
const ours: JoinCheckpoint = { ...fresh, membership: { name: "u2204a-AAAAAA", clusterId: "id-1", own: true } };
const anothers: JoinCheckpoint = { ...fresh, membership: { name: "u2204a-AAAAAA", clusterId: "id-1", own: false } };

const rules: WatchRules = {
  storeId: "u2204a",
  adopt: "report",
  minRejoinMs: 24 * hour,
  rejoinAfterKick: false,
  isStuck: false,
};

const gone = (cause: LossCause): WatchObservation => ({ state: "gone", cause });

describe("what a look leads to", () => {
  const decide = (finding: WatchObservation, memory: JoinCheckpoint, changes: Partial<WatchRules> = {}) =>
    decideWatch(finding, memory, { ...rules, ...changes }, now);

  test.each([fresh, ours, anothers, { ...ours, kicked: true }])(
    "a membership is held, whatever was before (%#)",
    (memory) => {
      for (const isStuck of [true, false]) {
        expect(decide({ state: "joined", member }, memory, { isStuck })).toMatchObject({ action: "hold", member });
      }
    },
  );

  test.each([fresh, ours, anothers])("nothing follows from silence (%#)", (memory) => {
    for (const rejoinAfterKick of [true, false]) {
      const finding: WatchObservation = { state: "unreadable", reason: "no answer", kind: "network" };
      expect(decide(finding, memory, { rejoinAfterKick, adopt: "own" })).toEqual({
        action: "nothing",
        reason: "no answer",
        kind: "network",
      });
    }
  });

  test.each([fresh, ours, anothers])("two owners stop, another federation is left alone (%#)", (memory) => {
    expect(decide({ state: "differs", member }, memory)).toEqual({ action: "stop", member });
    expect(decide({ state: "elsewhere", master: "hq" }, memory)).toEqual({ action: "leave_alone", master: "hq" });
  });

  const kicked = { ...ours, kicked: true };
  const rejoin = { action: "rejoin" };
  const report = (state: string) => ({ action: "report", state });
  const afterKick = { rejoinAfterKick: true };

  test.each<[LossCause, JoinCheckpoint, Partial<WatchRules>, object]>([
    // Ours: lost is mended, a kick and what may be one are not.
    ["lost", ours, {}, rejoin],
    ["unclear", ours, {}, report("unclear")],
    ["kicked", ours, {}, report("kicked")],
    ["lost", ours, afterKick, rejoin],
    ["unclear", ours, afterKick, rejoin],
    ["kicked", ours, afterKick, rejoin],
    // A kick is remembered, whatever is seen afterwards.
    ["lost", kicked, {}, report("kicked")],
    ["unclear", kicked, {}, report("kicked")],
    ["lost", kicked, afterKick, rejoin],
    // Another's is only reported, unless this exporter is to own what it finds.
    ["lost", anothers, {}, report("lost")],
    ["unclear", anothers, {}, report("unclear")],
    ["kicked", anothers, {}, report("kicked")],
    ["lost", anothers, afterKick, report("lost")],
    ["kicked", anothers, afterKick, report("kicked")],
    ["lost", anothers, { adopt: "own" }, rejoin],
    ["unclear", anothers, { adopt: "own" }, report("unclear")],
    ["kicked", anothers, { adopt: "own" }, report("kicked")],
    ["kicked", anothers, { adopt: "own", ...afterKick }, rejoin],
    // Never seen as a member: only a proven kick stands in the way.
    ["lost", fresh, {}, rejoin],
    ["unclear", fresh, {}, rejoin],
    ["kicked", fresh, {}, report("kicked")],
    ["kicked", fresh, afterKick, rejoin],
    // A join that no repetition mends waits for a person; the master's word goes first.
    ["lost", ours, { isStuck: true }, report("failed")],
    ["kicked", ours, { isStuck: true }, report("kicked")],
    ["kicked", ours, { isStuck: true, ...afterKick }, report("failed")],
    ["lost", fresh, { isStuck: true }, report("failed")],
  ])("%s, remembered %j, with %j: %j", (cause, memory, changes, expected) => {
    expect(decide(gone(cause), memory, changes)).toEqual(expected);
  });

  test.each<[number | undefined, number, object]>([
    [undefined, 24, rejoin],
    [24, 24, rejoin],
    [25, 24, rejoin],
    [23, 24, { action: "wait", state: "lost", untilMs: now + hour }],
    [0, 24, { action: "wait", state: "lost", untilMs: now + 24 * hour }],
    [1, 1, rejoin],
    [1, 2, { action: "wait", state: "lost", untilMs: now + hour }],
  ])("the last try %s hours ago and a minimum of %s: %j", (hoursAgo, minimum, expected) => {
    const memory = hoursAgo === undefined ? ours : { ...ours, lastTryMs: now - hoursAgo * hour };
    expect(decide(gone("lost"), memory, { minRejoinMs: minimum * hour })).toEqual(expected);
  });

  test("the wait of a site that was never a member shows as failed, that of a kicked one as kicked", () => {
    const lastTryMs = now - hour;
    expect(decide(gone("lost"), { ...fresh, lastTryMs })).toMatchObject({ action: "wait", state: "failed" });
    expect(decide(gone("kicked"), { ...ours, lastTryMs }, afterKick)).toMatchObject({
      action: "wait",
      state: "kicked",
    });
  });
});

describe("why a site is not a member", () => {
  test.each<[readonly string[], LossCause]>([
    [[], "unclear"],
    [["Federation.Kick", "Federation.Join"], "kicked"],
    [["Federation.Leave", "Federation.Join", "Federation.Kick"], "lost"],
    [["Federation.Join", "Federation.Kick"], "unclear"],
    [["Federation.Policy.Sync", "Federation.Kick"], "kicked"],
    [["Federation.Demote", "Federation.Kick", "Federation.Promote"], "lost"],
    [["Federation.Promote"], "unclear"],
    [["Login"], "unclear"],
  ])("events %j: %s", (events, cause) => {
    expect(lossCauseFromEvents(events)).toBe(cause);
  });

  test("a controller without a joint address has lost its state", () => {
    expect(lossCauseFromResponse({ fed_role: "", local_rest_info: { server: "", port: 0 } })).toBe("lost");
    expect(lossCauseFromResponse({ fed_role: "", local_rest_info: { server: "a", port: 1 } })).toBe("unclear");
    expect(lossCauseFromResponse({ fed_role: "" })).toBe("unclear");
  });

  test("only a membership that was seen makes an unclear loss count", () => {
    expect(rejoinBlockedBy("unclear", fresh)).toBeUndefined();
    expect(rejoinBlockedBy("unclear", ours)).toBe("unclear");
    expect(rejoinBlockedBy("lost", ours)).toBeUndefined();
    expect(rejoinBlockedBy("lost", { ...ours, kicked: true })).toBe("kicked");
  });
});

describe("whose a membership is", () => {
  const found = (changes: Partial<ObservedMembership>): ObservedMembership => ({ ...member, ...changes });

  test.each<[string, JoinCheckpoint, ObservedMembership, boolean]>([
    ["nothing remembered, a name of this store id", fresh, found({ name: "u2204a-Xy9K2m" }), true],
    ["nothing remembered, the name wanted", { ...fresh, name: "warehouse" }, found({ name: "warehouse" }), true],
    ["nothing remembered, another name", fresh, found({ name: "warehouse" }), false],
    ["nothing remembered, a name of another store id", fresh, found({ name: "u9-Xy9K2m" }), false],
    ["ours, seen again", ours, member, true],
    ["another's, seen again", anothers, member, false],
    ["ours, rejoined under its name", ours, found({ clusterId: "id-2" }), true],
    ["ours, replaced by another name", ours, found({ clusterId: "id-2", name: "u2204a-BBBBBB" }), false],
    [
      "another's, replaced by the join that was sent",
      { ...anothers, name: "u2204a-BBBBBB", sent: true },
      found({ clusterId: "id-2", name: "u2204a-BBBBBB" }),
      true,
    ],
  ])("%s", (_, memory, seen, expected) => {
    expect(ownsMember(memory, seen, { storeId: "u2204a", adopt: "report" })).toBe(expected);
    expect(ownsMember(memory, seen, { storeId: "u2204a", adopt: "own" })).toBe(true);
  });
});

test("a last try in the future, after a clock was set right, counts from now", () => {
  expect(clampLastTry({ ...ours, lastTryMs: now + 1 }, now)).toEqual({ ...ours, lastTryMs: now });
  expect(clampLastTry({ ...ours, lastTryMs: now - 1 }, now)).toEqual({ ...ours, lastTryMs: now - 1 });
  expect(clampLastTry(ours, now)).toEqual(ours);
});
