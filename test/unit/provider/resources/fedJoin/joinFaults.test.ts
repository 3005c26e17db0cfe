import type { ControllerHandle, Fault, FaultRule } from "@fedjoin/simulator";
import { describe, expect } from "vitest";
import { at, memberNames } from "../../../../support/federation";
import { test } from "../../../../support/joinScenario";

const faults: readonly Fault[] = [
  { what: "reset-before-effect" },
  { what: "reset-after-effect" },
  { what: "delay", ms: 30, when: "after" },
  { what: "status", status: 503 },
  { what: "status", status: 503, effect: true },
  { what: "status", status: 500, code: 19 },
  { what: "status", status: 502, body: "<html>Bad Gateway</html>", effect: true },
  { what: "garbage" },
  { what: "garbage", effect: true },
  { what: "truncated" },
  { what: "oversized", bytes: 9 * 1024 * 1024 },
  { what: "slow", bytes: 20, everyMs: 1 },
  { what: "redirect", to: "https://127.0.0.1:1" },
];

type Route = readonly [route: string, side: "site" | "master", match: FaultRule["match"]];

const whileJoining: readonly Route[] = [
  ["login at the site", "site", { method: "POST", path: "/v1/auth" }],
  ["login at the master", "master", { method: "POST", path: "/v1/auth" }],
  ["reading the site's membership", "site", { method: "GET", path: "/v1/fed/member" }],
  ["reading the master's list", "master", { method: "GET", path: "/v1/fed/member" }],
  ["minting the token", "master", { method: "GET", path: "/v1/fed/join_token" }],
  ["the join", "site", { method: "POST", path: "/v1/fed/join" }],
  ["the site's call to its master", "master", { method: "POST", path: "/v1/fed/join_internal" }],
  ["the master's probe of the site", "site", { method: "POST", path: "/v1/fed/joint_test_internal" }],
];

const whileLeaving: readonly Route[] = [
  ["the leave", "site", { method: "POST", path: "/v1/fed/leave" }],
  ["the site's call to its master", "master", { method: "POST", path: "/v1/fed/leave_internal" }],
  ["reading the master's list after the leave", "master", { method: "GET", path: "/v1/fed/member" }],
];

const withEach = (routes: readonly Route[]) =>
  routes.flatMap(([route, side, match]) =>
    faults.map((fault) => [route, JSON.stringify(fault), side, { ...fault, match }] as const),
  );

/** The first attempt fails clearly, if it fails. */
async function expectClearly(attempt: Promise<unknown>, { admin }: ControllerHandle): Promise<void> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) return;
  expect(error.message).toMatch(/docs\/\S+\.md#[\w-]+/);
  expect(error.message).not.toContain(admin.password);
}

describe("a fault while joining", () => {
  test.for(withEach(whileJoining))(
    "in %s, %s: one member or a clear error, then one member",
    async ([, , side, rule], { scenario }) => {
      const { master, site, inputs, start } = scenario;
      (side === "site" ? site : master).faults.add(rule);
      await expectClearly(start().joins.create(inputs), site);
      const { id, outs } = await start().joins.create(inputs);
      expect(outs["status"]).toBe("joined");
      expect(memberNames(master)).toEqual([id]);
      expect(site.membership?.id).toBe(at(master.members(), 0).id);
      await start().joins.delete(id, outs);
      expect(memberNames(master)).toEqual([]);
    },
  );
});

describe("a fault while leaving", () => {
  test.for(withEach(whileLeaving))(
    "in %s, %s: no member or a clear error, then no member",
    async ([, , side, rule], { scenario }) => {
      const { master, site, member, start } = scenario;
      const { id, outs } = await member();
      (side === "site" ? site : master).faults.add({ ...rule, skip: rule.match.method === "GET" ? 1 : 0 });
      await expectClearly(start().joins.delete(id, outs), site);
      await start().joins.delete(id, outs);
      expect([memberNames(master), site.role]).toEqual([[], ""]);
    },
  );
});
