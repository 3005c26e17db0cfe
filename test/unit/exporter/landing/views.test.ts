import { NeuVectorError, type FederationResponse } from "@fedjoin/provider/internal/neuvector";
import { describe, expect, test } from "vitest";
import { federationView, staleAfterMs } from "../../../../exporter/src/landing/federationView";
import { scrapeView, type ScrapeData } from "../../../../exporter/src/landing/scrapeView";
import { formatAge, formatDuration } from "../../../../exporter/src/landing/time";
import { cluster, ofMaster, ofMember, ofStandalone } from "../../../support/fedReplies";
import { nowMs, snapshotOf, succeeded } from "../../../support/landing";

describe("the view of the federation", () => {
  const view = (reply: FederationResponse, ageMs = 0) => federationView(snapshotOf(reply, nowMs - ageMs), nowMs);

  test("is empty before it was read, and tells a standalone cluster", () => {
    expect(federationView(undefined, nowMs)).toEqual({ sees: "nothing" });
    expect(view(ofStandalone)).toEqual({ sees: "no federation", atMs: nowMs, isStale: false });
  });

  test("of a master has the worst member first, then sorts by name as people count", () => {
    const entries = Object.entries({
      ...{ b: "synced", "edge-10": "disconnected", "edge-9": "disconnected", c: "out_of_sync" },
      ...{ d: "joint_upgrade_required", e: "no such word" },
    });
    const seen = view(ofMaster(entries.map(([name, status]) => cluster(name, status))));
    if (seen.sees !== "members") return expect.fail("a master sees members");
    expect(seen.members.map(({ name, severity }) => `${name} ${severity}`)).toEqual([
      ...["edge-9 critical", "edge-10 critical", "d warning", "e unknown", "c pending", "b ok"],
    ]);
    expect(seen.counts.map(({ status, count }) => `${count} ${status}`)).toEqual([
      ...["2 disconnected", "1 joint_upgrade_required", "1 unknown status", "1 out_of_sync", "1 synced"],
    ]);
  });

  test("of a master needs neither members nor the entry of the master", () => {
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
  ])("of a member that is %j under a master that is %j: %s under %s", (own, masters, severity, masterSeverity) => {
    expect(view(ofMember(own, masters))).toMatchObject({
      sees: "its master",
      member: { status: own, severity, isThis: true, address: "192.0.2.7:10443" },
      master: { status: masters, severity: masterSeverity, isThis: false },
    });
  });

  test("is stale after five minutes", () => {
    const isStale = [staleAfterMs - 1, staleAfterMs].map((ageMs) => view(ofMaster([]), ageMs));
    expect(isStale).toMatchObject([{ isStale: false }, { isStale: true }]);
  });
});

describe("the view of the scrape", () => {
  const failed = (collector: string, error: unknown) => ({ ...succeeded(collector), error });
  const refused = new NeuVectorError("network", "connection refused");
  const locked = new NeuVectorError("locked_out", "blocked");
  const absent = { ...succeeded("risk"), noDataReason: "absent" } as const;
  const [a, b] = [succeeded("a"), succeeded("b")];
  const all = { severity: "ok", headline: "All 2 collectors succeeded", advice: undefined };
  const noData = "The controller gives no data";
  const summed = (severity: string, headline: string, advice?: string) => ({
    ...{ severity, headline, ...(advice !== undefined && { advice: expect.stringContaining(advice) as unknown }) },
  });

  test.each<[string, Partial<ScrapeData>, object]>([
    ["that never was", { lastMs: undefined }, summed("unknown", "Not scraped yet", "Open Metrics")],
    ["without a controller", { hasController: false }, { headline: "No controller of its own" }],
    ["that got all data", { results: [a, b] }, all],
    ["of one collector", { results: [a] }, { headline: "The only collector succeeded" }],
    ["long ago", { results: [a, b], lastMs: nowMs - staleAfterMs }, summed("warning", "Scrapes have stopped")],
    ["without any data", { results: [absent] }, summed("critical", noData)],
    ["with failures", { results: [absent, failed("a", refused)] }, { headline: "The controller does not respond" }],
    ["without data of one collector", { results: [absent, a] }, { headline: "The only collector succeeded" }],
    [
      "of a controller that is down",
      { results: [failed("a", refused), failed("b", refused)] },
      summed("critical", "The controller does not respond", "CTRL_API_SERVICE"),
    ],
    ["of a locked account", { results: [failed("a", locked)] }, summed("critical", noData, "unblock")],
  ])("%s", (_what, given, summary) => {
    const data = { hasController: true, results: [], lastMs: nowMs, ...given };
    expect(scrapeView(data, nowMs).summary).toMatchObject(summary);
  });

  test("that failed in part lists failed collectors first, and each reason once", () => {
    const results = [a, failed("b", refused), failed("c", refused), failed("d", new TypeError("bug"))];
    const view = scrapeView({ hasController: true, results, lastMs: nowMs }, nowMs);
    expect(view.summary).toMatchObject({ severity: "warning", headline: "3 of 4 collectors failed" });
    const reasons = view.collectors.map(({ name, reason }) => [name, reason]);
    expect(reasons).toEqual([
      ["b", "network"],
      ["c", "network"],
      ["d", "unexpected"],
      ["a", undefined],
    ]);
    const words = expect.stringMatching(/./) as unknown;
    expect(view.reasons).toMatchObject(
      ["network", "unexpected"].map((reason) => ({ reason, meaning: words, advice: words })),
    );
  });
});

test("durations and ages are words", () => {
  const plain = (text: string): string => text.replaceAll("\u00a0", " ");
  const [minute, hour] = [60_000, 3_600_000];
  const durations = [0, 12_900, 119_000, 2 * minute, 119 * minute, 3 * hour, 47 * hour, 50 * hour];
  expect(durations.map(formatDuration).map(plain)).toEqual([
    ...["0 s", "12 s", "119 s", "2 min", "119 min", "3 h", "47 h", "2 days"],
  ]);
  const ages = [nowMs, nowMs - 12_000, nowMs + 34_000].map((atMs) => plain(formatAge(atMs, nowMs)));
  expect(ages).toEqual(["just now", "12 s ago", "in 34 s"]);
});
