import { createVirtualFederation, type ControllerHandle, type Fault, type FaultRule } from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { beforeEach, describe, expect, test } from "vitest";
import { at, memberNames } from "../../../../support/federation";
import { virtualLifecycle } from "../../../../support/virtualLifecycle";

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
  [
    "the site's call to its master",
    "master",
    { method: "POST", path: "/v1/fed/join_internal", listener: "federation" },
  ],
  ["the master's probe of the site", "site", { method: "POST", path: "/v1/fed/joint_test_internal" }],
];

const whileLeaving: readonly Route[] = [
  ["the leave", "site", { method: "POST", path: "/v1/fed/leave" }],
  [
    "the site's call to its master",
    "master",
    { method: "POST", path: "/v1/fed/leave_internal", listener: "federation" },
  ],
  ["reading the master's list after the leave", "master", { method: "GET", path: "/v1/fed/member" }],
];

let master: ControllerHandle;
let site: ControllerHandle;
let newLifecycle: () => ReturnType<typeof virtualLifecycle>;

beforeEach(async () => {
  const federation = await createVirtualFederation();
  master = federation.master;
  site = at(federation.sites, 0);
  newLifecycle = () => virtualLifecycle(federation.network);
});

const withEach = (routes: readonly Route[]) =>
  routes.flatMap(([route, side, match]) =>
    faults.map((fault) => [route, JSON.stringify(fault), side, { ...fault, match }] as const),
  );

const rejection = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("a fault while joining", () => {
  test.each(withEach(whileJoining))(
    "in %s, %s: ends as one member or a clear error, and the next attempt ends as one member",
    async (_route, _fault, side, rule) => {
      (side === "site" ? site : master).faults.add(rule);
      const inputs = fedJoinInputs(master, site, "u2204a");
      const error = await rejection(newLifecycle().create(inputs));
      if (error instanceof Error) {
        expect(error.message).toMatch(/errors\.md#\w+/);
        expect(error.message).not.toContain(site.admin.password);
      }
      const { id, outs } = await newLifecycle().create(inputs);
      expect(outs["status"]).toBe("joined");
      expect(memberNames(master)).toEqual([id]);
      expect(site.membership?.id).toBe(at(master.members(), 0).id);
      await newLifecycle().delete(id, outs);
      expect(memberNames(master)).toEqual([]);
    },
  );
});

describe("a fault while leaving", () => {
  test.each(withEach(whileLeaving))(
    "in %s, %s: ends without the member or with a clear error, and the next attempt without it",
    async (_route, _fault, side, rule) => {
      const inputs = fedJoinInputs(master, site, "u2204a");
      const { id, outs } = await newLifecycle().create(inputs);
      (side === "site" ? site : master).faults.add({ ...rule, skip: rule.match.method === "GET" ? 1 : 0 });
      const error = await rejection(newLifecycle().delete(id, outs));
      if (error instanceof Error) expect(error.message).toMatch(/errors\.md#\w+/);
      await newLifecycle().delete(id, outs);
      expect(memberNames(master)).toEqual([]);
      expect(site.role).toBe("");
    },
  );
});
