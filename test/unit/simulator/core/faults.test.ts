import { describe, expect, it } from "vitest";
import type { FaultRule, Fault } from "../../../simulator/src/core/faults";
import { createVirtualNetwork } from "../../../simulator/src/virtualNetwork";
import { createFederation, timedOut } from "../createFederation";

const path = "/v1/system/config";

/** A controller and a request with an effect and an empty answer: renaming the cluster. */
async function createScene() {
  const { clock, addController } = createVirtualNetwork();
  const controller = addController({ name: "before" });
  const token = await controller.logIn();
  return {
    clock,
    controller,
    rename: () => controller.request("PATCH", path, { token, body: { config: { cluster_name: "after" } } }),
    config: () => controller.request("GET", path, { token }),
    addFault: (fault: Fault, rule: Partial<FaultRule> = {}) => {
      controller.faults.add({ match: { method: "PATCH", path }, ...rule, ...fault } as FaultRule);
    },
  };
}

const ofGet = { match: { method: "GET", path } };

it.each([
  ["before", "before"],
  ["after", "after"],
] as const)("a reset %s the effect leaves the name %j", async (when, name) => {
  const { controller, rename, addFault } = await createScene();
  addFault({ what: `reset-${when}-effect` });
  await expect(rename()).rejects.toThrow("connection dropped");
  expect(controller.clusterName).toBe(name);
  expect(controller.requests.at(-1)).toMatchObject({ status: "dropped" });
  expect(await rename()).toMatchObject({ status: 200 });
});

it.each([
  ["before", undefined],
  ["before", "before"],
  ["after", "after"],
] as const)("a delay %s the effect (when: %s) holds the answer back for that long", async (order, when) => {
  const { clock, controller, rename, addFault } = await createScene();
  addFault({ what: "delay", ms: 60_000, ...(when && { when }) });
  const pending = rename();
  await clock.advance(59_999);
  expect(controller.requests.at(-1)).toMatchObject({ status: "pending" });
  expect(controller.clusterName).toBe(order === "before" ? "before" : "after");
  await clock.advance(1);
  expect(await pending).toMatchObject({ status: 200 });
  expect(controller.clusterName).toBe("after");
});

describe("an answer in the place of the controller's", () => {
  const json = { "Content-Type": "application/json" };
  const html = { "Content-Type": "text/html; charset=utf-8" };
  const location = { Location: `https://elsewhere.test:8443${path}` };
  const message = "Federation operation failed";

  const substitutes: readonly [Fault & { readonly effect?: boolean }, object][] = [
    [
      { what: "status", status: 503, code: 39, headers: { "Retry-After": "7" } },
      { status: 503, headers: { ...json, "Retry-After": "7" }, body: { code: 39, error: message, message } },
    ],
    [
      { what: "status", status: 400, code: 4, message: "not now" },
      { status: 400, headers: json, body: { code: 4, error: "Operation not allowed", message: "not now" } },
    ],
    [
      { what: "status", status: 502, body: "<html>" },
      { status: 502, text: "<html>", body: undefined },
    ],
    [
      { what: "status", status: 502 },
      { status: 502, headers: {}, text: "" },
    ],
    [{ what: "garbage" }, { status: 200, headers: html, body: undefined }],
    [
      { what: "garbage", body: "{", contentType: "a/b" },
      { headers: { "Content-Type": "a/b" }, text: "{" },
    ],
    [
      { what: "redirect", to: "https://elsewhere.test:8443" },
      { status: 302, headers: location },
    ],
    [
      { what: "redirect", to: "https://elsewhere.test:8443", status: 307 },
      { status: 307, headers: location },
    ],
  ];

  it.each(substitutes)("%j comes instead of the effect, or after it", async (fault, answer) => {
    const { controller, rename, addFault } = await createScene();
    addFault(fault);
    addFault({ ...fault, effect: true } as Fault);
    expect(await rename()).toMatchObject(answer);
    expect(controller.clusterName).toBe("before");
    expect(await rename()).toMatchObject(answer);
    expect(controller.clusterName).toBe("after");
  });
});

describe("the real answer", () => {
  it("breaks off after the effect when it is truncated", async () => {
    const { controller, rename, addFault } = await createScene();
    addFault({ what: "truncated" });
    await expect(rename()).rejects.toThrow("connection dropped");
    expect(controller.clusterName).toBe("after");
    expect(controller.requests.at(-1)).toMatchObject({ status: 200 });
  });

  it("is padded to so many bytes of the same JSON when it is oversized, an empty one to an empty object", async () => {
    const { config, rename, addFault } = await createScene();
    const plain = await config();
    addFault({ what: "oversized", bytes: 100_000 }, ofGet);
    const padded = await config();
    expect([padded.text.length, padded.body]).toEqual([100_000, plain.body]);
    addFault({ what: "oversized", bytes: 64 });
    expect(await rename()).toMatchObject({ status: 200, text: "{}".padEnd(64) });
  });

  it("takes as long as its parts need when it is slow", async () => {
    const { clock, config, addFault } = await createScene();
    const plain = await config();
    addFault({ what: "slow", bytes: 10, everyMs: 1_000 }, ofGet);
    const startMs = clock.now();
    expect(await clock.advanceUntil(config())).toEqual(plain);
    expect(clock.now() - startMs).toBe(Math.ceil(plain.text.length / 10) * 1_000);
  });
});

describe("a fault hits", () => {
  it.each<[string, readonly [number, Partial<FaultRule>][], readonly number[]]>([
    ["as many requests as it says, after those it lets pass", [[503, { skip: 1, times: 2 }]], [200, 503, 503, 200]],
    [
      "only after those added before it",
      [
        [503, { skip: 1 }],
        [504, {}],
      ],
      [200, 503, 504, 200],
    ],
  ])("%s", async (_, faults, statuses) => {
    const { rename, addFault } = await createScene();
    for (const [status, rule] of faults) addFault({ what: "status", status }, rule);
    const seen: number[] = [];
    for (let count = 1; count <= 4; count++) seen.push((await rename()).status);
    expect(seen).toEqual(statuses);
  });

  it("requests by method, path or pattern, and listener", async () => {
    const { master } = await createFederation();
    const token = await master.logIn();
    const fault = { what: "status", status: 503 } as const;
    master.faults.add({ ...fault, match: { method: "GET", path: "/v1/fed/view/:id" } });
    master.faults.add({ ...fault, match: { method: "GET", path: "/v1/none", listener: "federation" } });
    const statusOf = async (method: string, target: string, to: "rest" | "federation" = "rest") =>
      (await master.request(method, target, { token, to })).status;
    expect(await statusOf("DELETE", "/v1/fed/cluster/x")).toBe(400);
    expect(await statusOf("GET", "/v1/fed/view/x")).toBe(503);
    expect(await statusOf("GET", "/v1/none")).toBe(404);
    expect(await statusOf("GET", "/v1/none", "federation")).toBe(503);
  });
});

describe("between controllers", () => {
  const joinInternal = { method: "POST", path: "/v1/fed/join_internal", listener: "federation" } as const;
  const notJson = "invalid character '<' looking for beginning of value";

  it.each<[Fault, number, number, string, readonly string[]]>([
    [{ what: "reset-before-effect" }, 500, 39, "EOF", []],
    [{ what: "reset-after-effect" }, 500, 39, "EOF", ["edge-1"]],
    [{ what: "truncated" }, 500, 39, "unexpected EOF", ["edge-1"]],
    [{ what: "delay", ms: 30_000, when: "after" }, 500, 39, timedOut.body.message, ["edge-1"]],
    [{ what: "slow", bytes: 1, everyMs: 1_000 }, 500, 39, timedOut.body.message, ["edge-1"]],
    [{ what: "status", status: 500, code: 19 }, 500, 19, "Acquire cluster lock failed", []],
    [{ what: "status", status: 417, code: 39, message: "expired" }, 417, 39, "Federation operation failed", []],
    [{ what: "status", status: 400, body: '{"message":"no code"}' }, 400, 0, "Unknown error", []],
    [{ what: "status", status: 502, body: "<html>" }, 500, 39, "502 Bad Gateway", []],
    [{ what: "garbage" }, 500, 39, notJson, []],
    [{ what: "garbage", effect: true }, 500, 39, notJson, ["edge-1"]],
    [{ what: "redirect", to: "https://elsewhere.test" }, 500, 39, "302 Found", []],
  ])("%j on join_internal is %i/%i %s at the site", async (fault, status, code, message, members) => {
    const { clock, master, site, join, names } = await createFederation();
    master.faults.add({ ...fault, match: joinInternal });
    expect(await clock.advanceUntil(join())).toMatchObject({ status, body: { code, message } });
    expect([site.role, names()]).toEqual(["", members]);
  });

  it.each([
    ["JSON without the fields that the site relies on", { status: 200, body: "{}" }],
    ["a code that the site does not know", { status: 418, code: 999 }],
  ])("%s breaks the connection of whoever asked it to join", async (_, answer) => {
    const { master, join } = await createFederation();
    master.faults.add({ match: joinInternal, what: "status", ...answer });
    await expect(join()).rejects.toThrow("connection dropped");
  });

  it.each([
    [1, 2_000, 200],
    [2, 4_000, 400],
  ])("a probe that fails %i times of two takes the join %i ms and is %i", async (times, ms, status) => {
    const { clock, site, join } = await createFederation();
    const match = { method: "POST", path: "/v1/fed/joint_test_internal" };
    site.faults.add({ match, what: "reset-before-effect", times });
    const startMs = clock.now();
    expect((await clock.advanceUntil(join())).status).toBe(status);
    expect(clock.now() - startMs).toBe(ms);
  });

  it("a lost answer of leave_internal removes the entry and keeps the site a member until it leaves by force", async () => {
    const { master, site, join, leave, names } = await createFederation();
    await join();
    master.faults.add({ match: { method: "POST", path: "/v1/fed/leave_internal" }, what: "reset-after-effect" });
    expect(await leave()).toMatchObject({ status: 500, body: { code: 39, message: "EOF" } });
    expect([site.role, names()]).toEqual(["joint", []]);
    expect(await leave()).toMatchObject({ status: 500, body: { code: 39, message: "404 Not Found" } });
    expect(await leave(true)).toMatchObject({ status: 200 });
  });

  it("a poll that meets a proxy's page shows the master disconnected", async () => {
    const { clock, master, site, join, ownStatuses } = await createFederation();
    await join();
    await clock.advance(0);
    master.faults.add({ match: { method: "POST", path: "/v1/fed/poll_internal" }, what: "garbage" });
    await site.pollNow();
    expect(ownStatuses()).toEqual(["joined", "disconnected"]);
  });
});
