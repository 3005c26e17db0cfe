import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Fault,
  type FaultRule,
  type SimulatedController,
  type SimulatedFederation,
  startFederation,
} from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { memberNames, newLifecycle, at } from "../../../support/federation";

const timings = { cleanupMs: 10, probePauseMs: 5, intervalMinuteMs: 60_000 };

let federation: SimulatedFederation;
let master: SimulatedController;
let site: SimulatedController;

beforeEach(async () => {
  federation = await startFederation({ sites: 1, selfSigned: true, timings });
  master = federation.master;
  site = at(federation.sites, 0);
});

afterEach(() => federation.close());

const mishaps: Fault[] = [
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

const routes: [string, "site" | "master", FaultRule["match"]][] = [
  ["login at the site", "site", { method: "POST", path: "/v1/auth" }],
  ["login at the master", "master", { method: "POST", path: "/v1/auth" }],
  ["look at the site", "site", { method: "GET", path: "/v1/fed/member" }],
  ["look at the master", "master", { method: "GET", path: "/v1/fed/member" }],
  ["minting the token", "master", { method: "GET", path: "/v1/fed/join_token" }],
  ["the join", "site", { method: "POST", path: "/v1/fed/join" }],
  [
    "the site's call to the master",
    "master",
    { method: "POST", path: "/v1/fed/join_internal", listener: "federation" },
  ],
  ["the master's probe of the site", "site", { method: "POST", path: "/v1/fed/joint_test_internal" }],
];

const describeMishap = (mishap: Fault): string => JSON.stringify(mishap);

describe.each(routes)("a fault in %s", (_route, side, match) => {
  test.each(mishaps.map((mishap) => [describeMishap(mishap), mishap] as const))(
    "%s: ends as one member or a clear error, and the next attempt ends as one member",
    async (_what, mishap) => {
      const struck = side === "site" ? site : master;
      struck.faults.add({ ...mishap, match });
      const lifecycle = newLifecycle();
      const inputs = fedJoinInputs(master, site, "u2204a");
      const first = await lifecycle.create(inputs).catch((error: unknown) => error);
      if (first instanceof Error) {
        expect(first.message).toMatch(/docs\/reference\/errors\.md#\w+/);
        expect(first.message).not.toContain(site.admin.password);
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

describe.each([
  ["the leave", "site", { method: "POST", path: "/v1/fed/leave" }],
  [
    "the site's call to the master",
    "master",
    { method: "POST", path: "/v1/fed/leave_internal", listener: "federation" },
  ],
  ["the look after leaving", "master", { method: "GET", path: "/v1/fed/member" }],
] as [string, "site" | "master", FaultRule["match"]][])("a fault while leaving, in %s", (_route, side, match) => {
  test.each(mishaps.map((mishap) => [describeMishap(mishap), mishap] as const))(
    "%s: ends gone or as a clear error, and the next attempt ends gone",
    async (_what, mishap) => {
      const inputs = fedJoinInputs(master, site, "u2204a");
      const { id, outs } = await newLifecycle().create(inputs);
      const struck = side === "site" ? site : master;
      struck.faults.add({ ...mishap, match, skip: match.method === "GET" ? 1 : 0 });
      const error = await newLifecycle()
        .delete(id, outs)
        .catch((caught: unknown) => caught);
      if (error instanceof Error) expect(error.message).toMatch(/docs\/reference\/errors\.md#\w+/);
      await newLifecycle().delete(id, outs);
      expect(memberNames(master)).toEqual([]);
      expect(site.role).toBe("");
    },
  );
});
