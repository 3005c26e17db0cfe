import type { ObservedMembership } from "@fedjoin/provider/internal/federation";
import { NeuVectorError, type Session } from "@fedjoin/provider/internal/neuvector";
import { describe, expect, test } from "vitest";
import { clampLastTry, ownsMember, type JoinCheckpoint } from "../../../../exporter/src/join/joinCheckpoint";
import {
  lossCauseFromEvents,
  lossCauseFromResponse,
  readLossCause,
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

describe("what an observation leads to", () => {
  const decide = (finding: WatchObservation, memory: JoinCheckpoint, changes: Partial<WatchRules> = {}) =>
    decideWatch(finding, memory, { ...rules, ...changes }, now);

  const kicked = { ...ours, kicked: true };
  test.each([fresh, ours, anothers, kicked])("what is held or left alone, whatever is remembered (%#)", (memory) => {
    const unreadable: WatchObservation = { state: "unreadable", reason: "no answer", kind: "network" };
    const nothing = { action: "nothing", reason: "no answer", kind: "network" };
    for (const changes of [{}, { isStuck: true }, { rejoinAfterKick: true, adopt: "own" }] as const) {
      expect(decide({ state: "joined", member }, memory, changes)).toMatchObject({ action: "hold", member });
      expect(decide(unreadable, memory, changes)).toEqual(nothing);
      expect(decide({ state: "differs", member }, memory, changes)).toEqual({ action: "stop", member });
      const elsewhere = decide({ state: "elsewhere", master: "hq" }, memory, changes);
      expect(elsewhere).toEqual({ action: "leave_alone", master: "hq" });
    }
  });

  const rejoin = { action: "rejoin" };
  const afterKick = { rejoinAfterKick: true };
  const stuck = { isStuck: true };
  const own: Partial<WatchRules> = { adopt: "own" };

  /** Each row: what is remembered, the rules, and what follows when it is lost, unclear and kicked. */
  test.each<[string, JoinCheckpoint, Partial<WatchRules>, string, string, string]>([
    ["ours", ours, {}, "rejoin", "unclear", "kicked"],
    ["ours, rejoined after a kick", ours, afterKick, "rejoin", "rejoin", "rejoin"],
    ["ours, kicked before", kicked, {}, "kicked", "kicked", "kicked"],
    ["ours, kicked before, rejoined after a kick", kicked, afterKick, "rejoin", "rejoin", "rejoin"],
    ["another's", anothers, {}, "lost", "unclear", "kicked"],
    ["another's, rejoined after a kick", anothers, afterKick, "lost", "unclear", "kicked"],
    ["another's, adopted", anothers, own, "rejoin", "unclear", "kicked"],
    ["another's, adopted and rejoined after a kick", anothers, { ...own, ...afterKick }, "rejoin", "rejoin", "rejoin"],
    ["never a member", fresh, {}, "rejoin", "rejoin", "kicked"],
    ["never a member, joined after a kick", fresh, afterKick, "rejoin", "rejoin", "rejoin"],
    ["ours, where no repetition helps", ours, stuck, "failed", "unclear", "kicked"],
    ["ours, where not even a rejoin helps", ours, { ...stuck, ...afterKick }, "failed", "failed", "failed"],
    ["never a member, where no repetition helps", fresh, stuck, "failed", "failed", "kicked"],
  ])("a loss of what was %s", (_what, memory, changes, ...expected) => {
    const results = (["lost", "unclear", "kicked"] as const).map((cause) => decide(gone(cause), memory, changes));
    const decisions = expected.map((state) => (state === "rejoin" ? rejoin : { action: "report", state }));
    expect(results).toEqual(decisions);
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

  test("the name that the site reports is told, if there is one", () => {
    const lost = { state: "gone", cause: "lost" } as const;
    expect(decide({ ...lost, name: "by-hand" }, anothers)).toMatchObject({ name: "by-hand" });
    expect(decide(lost, anothers)).not.toHaveProperty("name");
  });

  test.each<[string, LossCause, JoinCheckpoint, Partial<WatchRules>]>([
    ["failed", "lost", fresh, {}],
    ["kicked", "kicked", ours, afterKick],
  ])("a wait shows as %s after the loss %s", (state, cause, memory, changes) => {
    const decision = decide(gone(cause), { ...memory, lastTryMs: now - hour }, changes);
    expect(decision).toMatchObject({ action: "wait", state });
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
    [["Federation.Kicked", "Another.Federation.Kick", "Federation.Leave"], "lost"],
  ])("events %j: %s", (events, cause) => {
    expect(lossCauseFromEvents(events)).toBe(cause);
  });

  test("a controller's own refusal makes it unclear, any other failure is one", async () => {
    const readWith = (error: Error) => {
      const site = { call: () => Promise.reject(error) } as unknown as Session;
      return readLossCause(site, AbortSignal.timeout(60_000)).catch((caught: unknown) => caught);
    };
    expect(await readWith(new NeuVectorError("forbidden", "x", { status: 403, code: 25 }))).toBe("unclear");
    const failures = [
      new NeuVectorError("forbidden", "x", { status: 403 }),
      new NeuVectorError("busy", "x", { status: 500, code: 19 }),
      Object.assign(new Error("x"), { kind: "forbidden", code: 25 }),
    ];
    for (const failure of failures) expect(await readWith(failure)).toMatchObject({ message: failure.message });
  });

  test("a stop of the watch ends the reading of events", async () => {
    const call: Session["call"] = ({ signal }) =>
      new Promise((_, reject) =>
        signal?.addEventListener("abort", () => {
          reject(new NeuVectorError("cancelled", "x"));
        }),
      );
    const stop = new AbortController();
    const reading = readLossCause({ call } as unknown as Session, stop.signal);
    stop.abort();
    await expect(reading).rejects.toMatchObject({ kind: "cancelled" });
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
  const successor = { clusterId: "id-2", name: "b" };

  test.each<[string, JoinCheckpoint, ObservedMembership, boolean]>([
    ["nothing remembered, a name of this store id", fresh, found({ name: "u2204a-Xy9K2m" }), true],
    ["nothing remembered, the name wanted", { ...fresh, name: "warehouse" }, found({ name: "warehouse" }), true],
    ["nothing remembered, another name", fresh, found({ name: "warehouse" }), false],
    ["nothing remembered, a name of another store id", fresh, found({ name: "u9-Xy9K2m" }), false],
    ["ours, seen again", ours, member, true],
    ["another's, seen again", anothers, member, false],
    ["ours, rejoined under its name", ours, found({ clusterId: "id-2" }), true],
    ["ours, replaced by another name", ours, found({ clusterId: "id-2", name: "u2204a-BBBBBB" }), false],
    ["another's, replaced under the name of a join not sent", { ...anothers, name: "b" }, found(successor), false],
    ["another's, replaced by the join that was sent", { ...anothers, name: "b", sent: true }, found(successor), true],
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
