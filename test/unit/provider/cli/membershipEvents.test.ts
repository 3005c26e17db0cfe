import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { membershipEvents, newestFirst } from "../../../../provider/src/cli/decisions/membershipEvents";
import { eventsResponse } from "../../../../provider/src/neuvector/client/logs";

const recorded = z
  .object({ body: z.object({ events: z.array(z.record(z.string(), z.unknown())) }) })
  .parse(JSON.parse(readFileSync("test/fixtures/recordedFederationEvents.json", "utf8"))).body;

const deedsOf = (events: readonly unknown[], fromMs = 0) =>
  membershipEvents("m:10443", eventsResponse.parse({ events }).events, fromMs);

describe("deeds in a master's log", () => {
  test("of a real controller: who, from where, and which member, which only the message tells", () => {
    const rows = deedsOf(recorded.events).map((deed) => [
      deed.event,
      deed.member,
      deed.memberServer,
      deed.user,
      deed.from,
    ]);
    expect(rows).toEqual([
      ["Join", "edge-e", "127.0.0.1", "admin", "127.0.0.1"],
      ["Kick", "edge-e", "127.0.0.1", "admin", "127.0.0.1"],
      ["Join", "edge-e", "127.0.0.1", "admin", "127.0.0.1"],
      ["Leave", "gitops-edge", "127.0.0.1", "admin", "127.0.0.1"],
      ["Join", "gitops-edge", "127.0.0.1", "admin", "127.0.0.1"],
      ["Kick", "gitops-edge", "127.0.0.1", "admin", "127.0.0.1"],
      ["Join", "gitops-edge", "127.0.0.1", "~nvSystem", "configmap"],
    ]);
    expect(deedsOf(recorded.events)[0]?.at).toBe("2026-11-23T13:50:32Z");
  });

  test("what the controller did not leave out by itself is left out by its time", () => {
    expect(deedsOf(recorded.events, Date.UTC(2026, 10, 23, 13, 50, 32))).toHaveLength(2);
  });

  const event = { name: "Federation.Join", reported_timestamp: 1, message: "Cluster a(b) joins federation" };

  test("an odd event hides no other: fields that are missing or wrong are shown as such", () => {
    const odd = [
      { ...event, reported_timestamp: "soon", reported_at: "2026-11-23T13:50:32Z", user: null, user_addr: 17 },
      { name: "Federation.Leave", message: 5 },
      event,
    ];
    expect(newestFirst(deedsOf(odd))).toMatchObject([
      { at: "2026-11-23T13:50:32Z", user: "-", from: "-", member: "a" },
      { at: "1970-01-01T00:00:01Z" },
      { at: "-", event: "Leave", member: undefined, message: "" },
    ]);
  });

  test.each([
    ["Cluster eu(west)(10.0.0.1) joins federation", "eu(west)", "10.0.0.1"],
    ["Cluster u1() leaves federation", "u1", undefined],
    ["Something else altogether", undefined, undefined],
  ])("the member in %s", (message, member, memberServer) => {
    expect(deedsOf([{ ...event, message }])).toMatchObject([{ member, memberServer, message }]);
  });
});
