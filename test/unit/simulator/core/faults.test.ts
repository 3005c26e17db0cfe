import { describe, expect, it } from "vitest";
import type { FaultRule, Fault } from "../../../simulator/src/core/faults";
import { createVirtualNetwork } from "../../../simulator/src/virtualNetwork";
import type { ControllerHandle } from "../../../simulator/src/controllerHandle";

const match = { method: "PATCH", path: "/v1/system/config" };

/** A controller and a request with an effect and an empty answer: renaming the cluster. */
async function createScene() {
  const { clock, addController } = createVirtualNetwork();
  const controller = addController({ name: "before" });
  const token = await controller.logIn();
  return {
    clock,
    controller,
    rename: (name = "after") =>
      controller.request("PATCH", "/v1/system/config", { token, body: { config: { cluster_name: name } } }),
    config: () => controller.request("GET", "/v1/system/config", { token }),
    strike: (mishap: Fault, more: Partial<Pick<FaultRule, "match" | "skip" | "times">> = {}) => {
      controller.faults.add({ ...mishap, match, ...more });
    },
  };
}

describe("a reset", () => {
  it.each([
    ["before", "before"],
    ["after", "after"],
  ] as const)("%s the effect leaves the name %j", async (when, name) => {
    const { controller, rename, strike } = await createScene();
    strike({ what: `reset-${when}-effect` });
    await expect(rename()).rejects.toThrow("connection dropped");
    expect(controller.state.clusterName).toBe(name);
    expect(controller.requests.at(-1)).toMatchObject({ status: "dropped" });
    expect(await rename()).toMatchObject({ status: 200 });
  });
});

describe("a delay", () => {
  it.each([
    ["before", undefined],
    ["before", "before"],
    ["after", "after"],
  ] as const)("%s the effect (when: %s) holds the answer back for that long", async (order, when) => {
    const { clock, controller, rename, strike } = await createScene();
    strike({ what: "delay", ms: 60_000, ...(when && { when }) });
    const pending = rename();
    await clock.advance(59_999);
    expect(controller.requests.at(-1)).toMatchObject({ status: "pending" });
    expect(controller.state.clusterName).toBe(order === "before" ? "before" : "after");
    await clock.advance(1);
    expect(await pending).toMatchObject({ status: 200 });
    expect(controller.state.clusterName).toBe("after");
  });
});

describe("an answer put in the place of the controller's", () => {
  it("has the product's body for a code, with its fixed text or a specific one, and extra headers", async () => {
    const { rename, strike } = await createScene();
    strike({ what: "status", status: 503, code: 39, headers: { "Retry-After": "7" } });
    expect(await rename()).toMatchObject({
      status: 503,
      headers: { "Content-Type": "application/json", "Retry-After": "7" },
      body: { code: 39, error: "Federation operation failed", message: "Federation operation failed" },
    });
    strike({ what: "status", status: 400, code: 4, message: "not now" });
    expect(await rename()).toMatchObject({ body: { code: 4, error: "Operation not allowed", message: "not now" } });
  });

  it("has the given body or none without a code", async () => {
    const { rename, strike } = await createScene();
    strike({ what: "status", status: 502, body: "<html>Bad Gateway</html>" });
    strike({ what: "status", status: 502 });
    expect(await rename()).toMatchObject({ status: 502, text: "<html>Bad Gateway</html>", body: undefined });
    expect(await rename()).toMatchObject({ status: 502, headers: {}, text: "" });
  });

  it("is HTML or any other text with status 200 for garbage", async () => {
    const { rename, strike } = await createScene();
    strike({ what: "garbage" });
    strike({ what: "garbage", body: '{"half":', contentType: "application/json" });
    const page = await rename();
    expect(page).toMatchObject({ status: 200, headers: { "Content-Type": "text/html; charset=utf-8" } });
    expect(page.text).toMatch(/^<html>/);
    expect(await rename()).toMatchObject({
      status: 200,
      headers: { "Content-Type": "application/json" },
      text: '{"half":',
      body: undefined,
    });
  });

  it("names another origin with the same path and query for a redirect", async () => {
    const { controller, strike } = await createScene();
    const to = "https://elsewhere.test:8443";
    const eula = { method: "GET", path: "/v1/eula" };
    strike({ what: "redirect", to }, { match: eula });
    strike({ what: "redirect", to, status: 307 }, { match: eula });
    const location = { Location: "https://elsewhere.test:8443/v1/eula?x=1" };
    expect(await controller.request("GET", "/v1/eula?x=1")).toMatchObject({ status: 302, headers: location });
    expect(await controller.request("GET", "/v1/eula?x=1")).toMatchObject({ status: 307, headers: location });
  });

  const substitutes = (options: { readonly effect?: boolean }): readonly Fault[] => [
    { what: "status", status: 500, ...options },
    { what: "garbage", ...options },
    { what: "redirect", to: "https://elsewhere.test", ...options },
  ];

  it.each(substitutes({}))("keeps the request from being carried out: $what", async (mishap) => {
    const { controller, rename, strike } = await createScene();
    strike(mishap);
    await rename();
    expect(controller.state.clusterName).toBe("before");
  });

  it.each(substitutes({ effect: true }))("comes after the effect if so wished: $what", async (mishap) => {
    const { controller, rename, strike } = await createScene();
    strike(mishap);
    await rename();
    expect(controller.state.clusterName).toBe("after");
  });
});

describe("the real answer", () => {
  const get = { method: "GET", path: "/v1/system/config" };

  it("breaks off in a connection that ends when it is truncated", async () => {
    const { controller, rename, strike } = await createScene();
    strike({ what: "truncated" });
    await expect(rename()).rejects.toThrow("connection dropped");
    expect(controller.state.clusterName).toBe("after");
    expect(controller.requests.at(-1)).toMatchObject({ status: 200 });
  });

  it("is padded to so many bytes of the same JSON when it is oversized", async () => {
    const { config, strike } = await createScene();
    const plain = await config();
    strike({ what: "oversized", bytes: 100_000 }, { match: get });
    const padded = await config();
    expect(padded.text).toHaveLength(100_000);
    expect(padded.body).toEqual(plain.body);
  });

  it("is an empty object, padded, when there is no body to make oversized", async () => {
    const { rename, strike } = await createScene();
    strike({ what: "oversized", bytes: 64 });
    expect(await rename()).toMatchObject({ status: 200, text: "{}".padEnd(64), body: {} });
  });

  it("takes as long as its parts need when it is slow", async () => {
    const { clock, config, strike } = await createScene();
    const plain = await config();
    strike({ what: "slow", bytes: 10, everyMs: 1_000 }, { match: get });
    const startedMs = clock.now();
    const pending = config().then((answer) => ({ ...answer, tookMs: clock.now() - startedMs }));
    await clock.advance(3_600_000);
    expect(await pending).toEqual({ ...plain, tookMs: Math.ceil(plain.text.length / 10) * 1_000 });
  });
});

describe("a fault hits", () => {
  it("as many requests as it says, after those it lets pass", async () => {
    const { rename, strike } = await createScene();
    strike({ what: "status", status: 503 }, { skip: 1, times: 2 });
    const statuses: number[] = [];
    for (let count = 1; count <= 4; count++) statuses.push((await rename()).status);
    expect(statuses).toEqual([200, 503, 503, 200]);
  });

  it("only after those added before it for the same route", async () => {
    const { rename, strike } = await createScene();
    strike({ what: "status", status: 503 }, { skip: 1 });
    strike({ what: "status", status: 504 });
    const statuses: number[] = [];
    for (let count = 1; count <= 4; count++) statuses.push((await rename()).status);
    expect(statuses).toEqual([200, 503, 504, 200]);
  });

  it("requests by method, path or pattern, and listener", async () => {
    const { controller, strike } = await createScene();
    await controller.promote({ rest: controller.federationAddress });
    const token = await controller.logIn();
    strike({ what: "status", status: 503 }, { match: { method: "GET", path: "/v1/fed/view/:id" } });
    strike({ what: "status", status: 504 }, { match: { method: "GET", path: "/v1/none", listener: "federation" } });
    expect(await controller.request("DELETE", "/v1/fed/cluster/x", { token })).toMatchObject({ status: 400 });
    expect(await controller.request("GET", "/v1/fed/view/x", { token })).toMatchObject({ status: 503 });
    expect(await controller.request("GET", "/v1/none", { token })).toMatchObject({ status: 404 });
    expect(await controller.request("GET", "/v1/none", { to: "federation" })).toMatchObject({ status: 504 });
  });
});

describe("between controllers", () => {
  async function createFederation() {
    const { clock, addController } = createVirtualNetwork();
    const master = addController({ name: "primary" });
    const site = addController();
    await master.promote({ rest: master.federationAddress });
    const token = await site.logIn();
    const post = (path: string, body: object) => site.request("POST", path, { token, body });
    const join = () =>
      post("/v1/fed/join", { name: "edge-1", join_token: master.joinToken(), joint_rest_info: site.rest });
    const names = () => master.members().map(({ name }) => name);
    return { clock, master, site, join, post, names };
  }

  function onJoin(mishap: Fault, { faults }: ControllerHandle): void {
    faults.add({ ...mishap, match: { method: "POST", path: "/v1/fed/join_internal", listener: "federation" } });
  }

  it.each<[Fault, number, number, string, readonly string[]]>([
    [{ what: "reset-before-effect" }, 500, 39, "EOF", []],
    [{ what: "reset-after-effect" }, 500, 39, "EOF", ["edge-1"]],
    [{ what: "truncated" }, 500, 39, "unexpected EOF", ["edge-1"]],
    [{ what: "status", status: 500, code: 19 }, 500, 19, "Acquire cluster lock failed", []],
    [{ what: "status", status: 417, code: 39 }, 417, 39, "Federation operation failed", []],
    [{ what: "status", status: 502, body: "<html>" }, 500, 39, "502 Bad Gateway", []],
    [{ what: "garbage" }, 500, 39, "invalid character '<' looking for beginning of value", []],
    [{ what: "garbage", effect: true }, 500, 39, "invalid character '<' looking for beginning of value", ["edge-1"]],
    [{ what: "redirect", to: "https://elsewhere.test" }, 500, 39, "302 Found", []],
  ])("%j on join_internal is %i/%i %s", async (mishap, status, code, message, members) => {
    const { master, site, join, names } = await createFederation();
    onJoin(mishap, master);
    expect(await join()).toMatchObject({ status, body: { code, message } });
    expect(site.state.federation.role).toBe("");
    expect(names()).toEqual(members);
  });

  it("an answer of JSON without the fields the site relies on breaks the connection of whoever asked it to join", async () => {
    const { master, join } = await createFederation();
    onJoin({ what: "status", status: 200, body: "{}" }, master);
    await expect(join()).rejects.toThrow("connection dropped");
  });

  it.each<Fault>([
    { what: "delay", ms: 30_000, when: "after" },
    { what: "slow", bytes: 1, everyMs: 1_000 },
  ])("an answer of join_internal that outlasts the site's 10 s leaves an orphan: $what", async (mishap) => {
    const { clock, master, site, join, names } = await createFederation();
    onJoin(mishap, master);
    const pending = join();
    await clock.advance(10_000);
    expect(await pending).toMatchObject({
      status: 500,
      body: { code: 39, message: "context deadline exceeded (Client.Timeout exceeded while awaiting headers)" },
    });
    expect([site.state.federation.role, names()]).toEqual(["", ["edge-1"]]);
  });

  it("a padded answer of join_internal does no harm", async () => {
    const { master, site, join } = await createFederation();
    onJoin({ what: "oversized", bytes: 100_000 }, master);
    expect(await join()).toMatchObject({ status: 200 });
    expect(site.state.federation.role).toBe("joint");
  });

  it("a probe that fails once is repeated after 2 s; one that fails twice is 400/40", async () => {
    const { clock, site, join, names } = await createFederation();
    const probe = { method: "POST", path: "/v1/fed/joint_test_internal" };
    site.faults.add({ match: probe, what: "status", status: 503 });
    const first = join();
    await clock.advance(1_999);
    expect(names()).toEqual([]);
    await clock.advance(1);
    expect(await first).toMatchObject({ status: 200 });

    const other = await createFederation();
    other.site.faults.add({ match: probe, what: "reset-before-effect", times: 2 });
    const second = other.join();
    await other.clock.advance(4_000);
    expect(await second).toMatchObject({ status: 400, body: { code: 40 } });
  });

  it("a lost answer of leave_internal removes the entry and keeps the site a member until it leaves by force", async () => {
    const { master, site, join, post, names } = await createFederation();
    await join();
    master.faults.add({ match: { method: "POST", path: "/v1/fed/leave_internal" }, what: "reset-after-effect" });
    expect(await post("/v1/fed/leave", {})).toMatchObject({ status: 500, body: { code: 39, message: "EOF" } });
    expect([site.state.federation.role, names()]).toEqual(["joint", []]);
    expect(await post("/v1/fed/leave", {})).toMatchObject({
      status: 500,
      body: { code: 39, message: "404 Not Found" },
    });
    expect(await post("/v1/fed/leave", { force: true })).toMatchObject({ status: 200 });
  });

  it("a poll that meets a proxy's page shows the master disconnected", async () => {
    const { clock, master, site, join } = await createFederation();
    await join();
    await clock.advance(0);
    master.faults.add({ match: { method: "POST", path: "/v1/fed/poll_internal" }, what: "garbage" });
    await site.pollNow();
    expect(site.state.federation).toMatchObject({ status: "joined", master: { status: "disconnected" } });
  });
});
