import { NeuVectorError } from "@fedjoin/provider/neuvector";
import { describe, expect, test } from "vitest";
import { formatAge, formatDuration } from "../../../../exporter/src/landing/time";
import { federationView, staleAfterMs } from "../../../../exporter/src/landing/federationView";
import { scrapeView, type ScrapeData } from "../../../../exporter/src/landing/scrapeView";
import { cluster, ofMaster, ofMember, ofStandalone } from "../../../support/fedReplies";
import { nowMs, succeeded } from "../../../support/landing";

describe("the federation", () => {
  const view = (reply: Parameters<typeof see>[0], ageMs = 0) => see(reply, ageMs);
  const see = (reply: ReturnType<typeof ofMaster>, ageMs: number) =>
    federationView({ reply, atMs: nowMs - ageMs }, nowMs);

  test("that nobody has seen is nothing; a cluster in none says so", () => {
    expect(federationView(undefined, nowMs)).toEqual({ sees: "nothing" });
    expect(view(ofStandalone)).toEqual({ sees: "no federation", atMs: nowMs, isStale: false });
  });

  test("of a master has the worst member first, then by name as people count", () => {
    const entries = [
      cluster("b", "synced"),
      cluster("edge-10", "disconnected"),
      cluster("edge-9", "disconnected"),
      cluster("c", "out_of_sync"),
      cluster("d", "joint_upgrade_required"),
      cluster("e", "no such word"),
    ];
    const seen = view(ofMaster(entries));
    expect(seen.sees === "members" && seen.members.map(({ name, severity }) => [name, severity])).toEqual([
      ["edge-9", "critical"],
      ["edge-10", "critical"],
      ["d", "warning"],
      ["e", "unknown"],
      ["c", "pending"],
      ["b", "ok"],
    ]);
    expect(seen.sees === "members" && seen.counts.map(({ status, count }) => [status, count])).toEqual([
      ["disconnected", 2],
      ["joint_upgrade_required", 1],
      ["unknown status", 1],
      ["out_of_sync", 1],
      ["synced", 1],
    ]);
  });

  test("without members, or without the entry of the master, is one nevertheless", () => {
    expect(view({ fed_role: "master", joint_clusters: null })).toMatchObject({
      sees: "members",
      members: [],
      master: { name: "", address: "", isThis: true },
    });
  });

  test.each([
    ["joined", "connected", "ok", "ok"],
    ["joined", "disconnected", "ok", "critical"],
    ["kicked", "disconnected", "critical", "critical"],
    ["", "", "unknown", "unknown"],
    ["constructor", "__proto__", "unknown", "unknown"],
  ])("of a member that is %j under a master that is %j: %s under %s", (own, masters, ownTone, masterTone) => {
    expect(view(ofMember(own, masters))).toMatchObject({
      sees: "its master",
      member: { status: own, severity: ownTone, isThis: true, address: "192.0.2.7:10443" },
      master: { status: masters, severity: masterTone, isThis: false },
    });
  });

  test("is called old from five minutes on", () => {
    expect(view(ofMaster([]), staleAfterMs - 1)).toMatchObject({ isStale: false });
    expect(view(ofMaster([]), staleAfterMs)).toMatchObject({ isStale: true });
  });
});

describe("the scrape", () => {
  const failed = (collector: string, error: unknown) => ({ ...succeeded(collector), error });
  const refused = new NeuVectorError("network", "connection refused");
  const verdict = (given: Partial<ScrapeData>) =>
    scrapeView({ hasController: true, results: [], lastMs: nowMs, ...given }, nowMs).summary;

  test("that never was is said calmly, with what to do", () => {
    expect(verdict({ lastMs: undefined })).toMatchObject({ severity: "unknown", headline: "Not scraped yet" });
    expect(verdict({ lastMs: undefined }).advice).toContain("Open Metrics");
    expect(verdict({ hasController: false }).headline).toBe("No controller of its own");
  });

  test("that got everything says so, unless it is long ago", () => {
    const results = ["a", "b"].map(succeeded);
    expect(verdict({ results: results.slice(1) }).headline).toBe("The only collector succeeded");
    expect(verdict({ results })).toEqual({ severity: "ok", headline: "All 2 collectors succeeded", advice: undefined });
    expect(verdict({ results, lastMs: nowMs - staleAfterMs })).toMatchObject({
      severity: "warning",
      headline: "Scrapes have stopped",
    });
  });

  test("nv_up 0: one that gave no data is not called well, also where nothing failed", () => {
    const absent = { ...succeeded("risk"), noDataReason: "absent" } as const;
    expect(verdict({ results: [absent] })).toMatchObject({
      severity: "critical",
      headline: "The controller gives no data",
    });
    expect(verdict({ results: [absent, failed("a", refused)] }).headline).toBe("The controller does not respond");
    expect(verdict({ results: [absent, succeeded("a")] }).headline).toBe("The only collector succeeded");
  });

  test("of a controller that is down says what to check", () => {
    const down = verdict({ results: [failed("a", refused), failed("b", refused)] });
    expect(down).toMatchObject({ severity: "critical", headline: "The controller does not respond" });
    expect(down.advice).toContain("CTRL_API_SERVICE");
    const locked = verdict({ results: [failed("a", new NeuVectorError("locked_out", "blocked"))] });
    expect(locked.headline).toBe("The controller gives no data");
    expect(locked.advice).toContain("unblock");
  });

  test("that failed in part lists the failed groups first, and each reason once", () => {
    const results = [succeeded("a"), failed("b", refused), failed("c", refused), failed("d", new TypeError("bug"))];
    const view = scrapeView({ hasController: true, results, lastMs: nowMs }, nowMs);
    expect(view.summary).toMatchObject({ severity: "warning", headline: "3 of 4 collectors failed" });
    expect(view.collectors.map(({ name, reason }) => [name, reason])).toEqual([
      ["b", "network"],
      ["c", "network"],
      ["d", "unexpected"],
      ["a", undefined],
    ]);
    expect(view.reasons.map(({ reason }) => reason)).toEqual(["network", "unexpected"]);
    for (const { meaning, advice } of view.reasons) expect(meaning.length * advice.length).toBeGreaterThan(0);
  });
});

test("durations and ages are words", () => {
  const plain = (text: string): string => text.replaceAll("\u00a0", " ");
  const minute = 60_000;
  const hour = 60 * minute;
  expect(
    [0, 12_900, 119_000, 2 * minute, 119 * minute, 3 * hour, 47 * hour, 50 * hour].map(formatDuration).map(plain),
  ).toEqual(["0 s", "12 s", "119 s", "2 min", "119 min", "3 h", "47 h", "2 days"]);
  expect([nowMs, nowMs - 12_000, nowMs + 34_000].map((atMs) => plain(formatAge(atMs, nowMs)))).toEqual([
    "just now",
    "12 s ago",
    "in 34 s",
  ]);
});
