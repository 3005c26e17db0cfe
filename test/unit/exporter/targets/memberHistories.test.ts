import { Secret } from "@fedjoin/provider/internal/values";
import { createVirtualClock } from "@fedjoin/simulator";
import { describe, expect, test } from "vitest";
import { createMemberHistories } from "../../../../exporter/src/targets/memberHistories";
import type { ResolvedTarget } from "../../../../exporter/src/targets/resolveTarget";
import { cluster, ofMaster } from "../../../support/fedReplies";
import { memoryStateFiles } from "../../../support/memoryStateFiles";

const clock = { now: () => 0 };

const target = (given: Partial<ResolvedTarget> = {}): ResolvedTarget => ({
  ...{ name: "primary", roster: undefined, memberId: undefined, tls: {} },
  address: { server: "primary.example", port: 10443 },
  plan: { module: "", collectors: [], intervalsMs: new Map() },
  credentials: { kind: "user", username: "reader", password: new Secret("one") },
  ...given,
});

const synced = ofMaster([cluster("edge", "synced")]);
const late = ofMaster([cluster("edge", "out_of_sync")]);

/** When the member was last synced, as the history of `of` tells after it saw that it is not. */
function lastSyncedMs(histories: ReturnType<typeof createMemberHistories>, of: ResolvedTarget): number | undefined {
  return histories.of(of).observe(late, 9)[0]?.lastSyncedMs;
}

describe("the histories of several targets", () => {
  const others: [string, Partial<ResolvedTarget>][] = [
    ["name", { name: "other" }],
    ["module", { plan: { module: "slow", collectors: [], intervalsMs: new Map() } }],
    ["address", { address: { server: "other.example", port: 10443 } }],
  ];

  test.each(others)("are kept apart by their %s", (_, other) => {
    const histories = createMemberHistories(memoryStateFiles(), clock);
    histories.of(target()).observe(synced, 1);
    expect(lastSyncedMs(histories, target(other))).toBeUndefined();
    expect(lastSyncedMs(histories, target())).toBe(1);
  });

  test("outlive a new password, and a reload that keeps the target", () => {
    const histories = createMemberHistories(undefined, clock);
    histories.of(target()).observe(synced, 1);
    histories.retain([target()]);
    const credentials = { kind: "user", username: "reader", password: new Secret("two") } as const;
    expect(lastSyncedMs(histories, target({ credentials }))).toBe(1);
  });

  test("end with their target", () => {
    const histories = createMemberHistories(undefined, clock);
    histories.of(target()).observe(synced, 1);
    histories.retain([target({ name: "other" })]);
    expect(lastSyncedMs(histories, target())).toBeUndefined();
  });

  test("drop the files of a target that was not seen for 30 days, at the next start", async () => {
    const day = 24 * 60 * 60_000;
    const virtual = createVirtualClock(0);
    const files = new Map([["fedjoin-join-of-another.json", "{}"]]);
    const start = () => createMemberHistories(memoryStateFiles(files), virtual);
    const before = start();
    before.of(target({ name: "removed" })).observe(synced, virtual.now());
    await virtual.advance(day);
    before.of(target()).observe(synced, virtual.now());
    expect(files.size).toBe(5);
    await virtual.advance(29 * day);
    start();
    expect(files.size).toBe(5);
    await virtual.advance(1);
    const after = start();
    expect(files.size).toBe(3);
    expect(lastSyncedMs(after, target({ name: "removed" }))).toBeUndefined();
    expect(lastSyncedMs(after, target())).toBe(day);
  });

  test("keep files whose age they cannot tell", () => {
    const name = `fedjoin-members-${"a".repeat(32)}`;
    const files = new Map([
      [`${name}.json`, '{"members":[]}'],
      [`${name}-seen.json`, "{}"],
    ]);
    createMemberHistories(memoryStateFiles(files), { now: () => 1e15 });
    expect(files.size).toBe(2);
  });

  test("do not include that of a member, which is probed through its master", () => {
    const files = memoryStateFiles();
    const histories = createMemberHistories(files, clock);
    histories.of(target({ memberId: "id-edge" })).observe(synced, 1);
    expect(lastSyncedMs(histories, target({ memberId: "id-edge" }))).toBeUndefined();
    expect(files.names()).toEqual([]);
  });
});
