import { clusterNameFromUid } from "../../../../provider/src/federation/clusterName";
import { NeuVectorError } from "@fedjoin/provider/neuvector";
import { describe, expect, test } from "vitest";
import { isPlanProblem, planMember, describePlan } from "../../../../provider/src/cli/decisions/plannedAction";
import {
  entryOf,
  failure,
  inputsOf,
  jointAs,
  masterWith,
  observed,
  standalone,
} from "../../../support/membershipStates";

const own = entryOf();
const other = { server: "10.9.9.9", port: 10443 };

const planned = (sides: Parameters<typeof observed>[0], over: Readonly<Record<string, unknown>> = {}) =>
  planMember(inputsOf(over), observed(sides));
const said = (...args: Parameters<typeof planned>): string => describePlan(planned(...args));

describe("what a deployment would do", () => {
  test("join: no trace on either side; the name is a pattern until it is drawn", () => {
    expect(said({ site: standalone, master: masterWith() })).toBe("will join as u2204a-######");
    expect(said({ site: standalone, master: masterWith() }, { name: "eu-1" })).toBe("will join as eu-1");
    const uid = { clusterUid: "5b0d", nameSuffix: "uid" };
    const name = clusterNameFromUid("u2204a", "5b0d");
    expect(said({ site: standalone, master: masterWith() }, uid)).toBe(`will join as ${name}`);
  });

  test("nothing to do under the declared name, adopt under a drawn one", () => {
    const member = { site: jointAs(own), master: masterWith(own) };
    expect(said(member, { name: own.name })).toBe(`is a member as ${own.name}: nothing to do`);
    expect(said(member)).toBe(`will adopt the membership ${own.name}`);
    expect(said(member, { ifAbsent: "fail" })).toBe(`will adopt the membership ${own.name}`);
  });

  test("rejoin after a kick, unless it only adopts", () => {
    const kicked = { site: jointAs(entryOf({ status: "kicked" })), master: masterWith() };
    expect(said(kicked)).toMatch(/^was kicked as u2204a-Xy9K2m: .*wait for the clean-up, rejoin as u2204a-######$/);
    expect(planned(kicked, { ifAbsent: "fail" })).toMatchObject({ action: "fail", kind: "kicked" });
  });

  test("clean up stale entries, then join", () => {
    const stale = [entryOf({ status: "left" }), entryOf({ id: "id-2", name: "u2204a-AAAAAA", status: "disconnected" })];
    expect(said({ site: standalone, master: masterWith(...stale) })).toBe(
      "will remove 2 stale entries (u2204a-Xy9K2m, u2204a-AAAAAA), then join as u2204a-######",
    );
  });

  test.each([
    ["not_a_member", { site: standalone, master: masterWith() }, { ifAbsent: "fail" }],
    ["not_a_member", { site: standalone, master: masterWith(entryOf({ status: "left" })) }, { ifAbsent: "fail" }],
    [
      "name_taken",
      { site: standalone, master: masterWith(entryOf({ name: "eu-1", rest_info: other })) },
      { name: "eu-1" },
    ],
    ["membership_differs", { site: jointAs(own), master: masterWith(own) }, { name: "eu-1" }],
    ["membership_differs", { site: jointAs(own), master: masterWith(own) }, { jointRest: other }],
    ["member_elsewhere", { site: jointAs(own, "another"), master: masterWith() }, {}],
    ["member_elsewhere", { site: masterWith(), master: masterWith() }, {}],
    ["wrong_role", { site: standalone, master: standalone }, {}],
  ])("fail: %s", (kind, sides, over) => {
    const plan = planned(sides, over);
    expect(plan).toMatchObject({ action: "fail", kind });
    expect(isPlanProblem(plan)).toBe(true);
    expect(describePlan(plan)).toMatch(/^will fail: /);
  });

  test("fail names who holds the name", () => {
    const master = masterWith(entryOf({ name: "eu-1", rest_info: other }));
    expect(said({ site: standalone, master }, { name: "eu-1" })).toContain("held by the member at 10.9.9.9:10443");
  });

  test("wait when a side says that it is busy", () => {
    const busy = { state: "failed", error: new NeuVectorError("cleanup_ongoing", "still ongoing") } as const;
    expect(planned({ site: busy, master: masterWith() })).toMatchObject({ action: "wait" });
  });

  test("cannot tell while a side is silent, whatever the other says: silence is never absence", () => {
    for (const sides of [
      { site: failure, master: masterWith() },
      { site: standalone, master: failure },
    ]) {
      const plan = planned(sides);
      expect(plan.action).toBe("unknown");
      expect(isPlanProblem(plan)).toBe(true);
      expect(describePlan(plan)).toMatch(/^cannot tell: the (site|master) cannot be read: .*ECONNREFUSED/);
    }
  });

  test("cannot tell the wanted master where only an unread token holds its address", () => {
    const over = { master: {}, joinTokenUrl: "https://tokens.example/" };
    expect(planned({ site: jointAs(own, "another") }, over)).toMatchObject({ action: "unknown" });
    const declared = { ...over, master: { federation: { server: "primary.example" } } };
    expect(planned({ site: jointAs(own) }, declared)).toMatchObject({ action: "adopt" });
  });
});
