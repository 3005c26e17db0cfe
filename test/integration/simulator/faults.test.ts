import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Reply } from "../../simulator/src/controllerHandle";
import { createTestCa } from "../../simulator/src/certificates";
import type { FaultRule, Fault } from "../../simulator/src/core/faults";
import { startController } from "../../simulator/src/startController";
import type { SimulatedController, StartOptions } from "../../simulator/src/startController";
import { startFederation } from "../../simulator/src/startFederation";

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((simulated) => simulated.close()));
});

async function start(options: StartOptions = {}): Promise<SimulatedController> {
  const controller = await startController({ certificate: { ca: await createTestCa() }, ...options });
  open.push(controller);
  return controller;
}

/** A controller and a request with an effect and an empty answer: renaming the cluster. */
async function startScene() {
  const controller = await start({ name: "before" });
  const token = await controller.logIn();
  return {
    controller,
    rename: (signal?: AbortSignal) =>
      controller.request("PATCH", "/v1/system/config", {
        token,
        body: { config: { cluster_name: "after" } },
        ...(signal && { signal }),
      }),
    config: (headers: Readonly<Record<string, string>> = {}) =>
      controller.request("GET", "/v1/system/config", { token, headers }),
    strike: (mishap: Fault, match: FaultRule["match"] = { method: "PATCH", path: "/v1/system/config" }) => {
      controller.faults.add({ ...mishap, match });
    },
  };
}

const get = { method: "GET", path: "/v1/system/config" };

describe("a reset", () => {
  it.each([
    ["before", "before"],
    ["after", "after"],
  ] as const)("%s the effect hangs up and leaves the name %j", async (when, name) => {
    const { controller, rename, strike } = await startScene();
    strike({ what: `reset-${when}-effect` });
    await expect(rename()).rejects.toThrow("socket hang up");
    expect(controller.clusterName).toBe(name);
  });
});

describe("a delay", () => {
  it("before the effect outlasts a client that gives up, and the request is carried out all the same", async () => {
    const { controller, rename, strike } = await startScene();
    strike({ what: "delay", ms: 1_000 });
    const aborter = new AbortController();
    const abandoned = expect(rename(aborter.signal)).rejects.toThrow("aborted");
    await vi.waitUntil(() => controller.requests.at(-1)?.method === "PATCH", { timeout: 10_000 });
    expect(controller.clusterName).toBe("before");
    aborter.abort();
    await abandoned;
    await vi.waitUntil(() => controller.clusterName === "after", { timeout: 10_000 });
    await vi.waitUntil(() => controller.requests.at(-1)?.status === 200, { timeout: 10_000 });
  });

  it("after the effect holds back the answer only", async () => {
    const { controller, rename, strike } = await startScene();
    strike({ what: "delay", ms: 1_000, when: "after" });
    const pending = rename();
    await vi.waitUntil(() => controller.clusterName === "after", { timeout: 10_000 });
    expect(controller.requests.at(-1)).toMatchObject({ status: "pending" });
    expect(await pending).toMatchObject({ status: 200, text: "" });
  });
});

describe("an answer in the place of the controller's", () => {
  it("carries status, code, message and headers", async () => {
    const { controller, rename, strike } = await startScene();
    strike({ what: "status", status: 503, code: 39, message: "busy", headers: { "Retry-After": "7" } });
    expect(await rename()).toMatchObject({
      status: 503,
      headers: { "content-type": "application/json", "retry-after": "7" },
      body: { code: 39, error: "Federation operation failed", message: "busy" },
    });
    expect(controller.clusterName).toBe("before");
    strike({ what: "status", status: 500, effect: true });
    expect(await rename()).toMatchObject({ status: 500, text: "" });
    expect(controller.clusterName).toBe("after");
  });

  it("is a page for garbage", async () => {
    const { rename, strike } = await startScene();
    strike({ what: "garbage" });
    const answer = await rename();
    expect(answer).toMatchObject({ status: 200, headers: { "content-type": "text/html; charset=utf-8" } });
    expect(answer.text).toMatch(/^<html>/);
  });

  it("leads elsewhere for a redirect", async () => {
    const { controller, rename, strike } = await startScene();
    const other = await start();
    const to = `https://${other.rest.server}:${other.rest.port}`;
    strike({ what: "redirect", to });
    expect(await rename()).toMatchObject({ status: 302, headers: { location: `${to}/v1/system/config` } });
    expect([controller.clusterName, other.requests]).toEqual(["before", []]);
  });
});

describe("the real answer", () => {
  it.each([
    ["with a body", "GET"],
    ["without one", "PATCH"],
  ])("%s announces more than arrives when it is truncated", async (_, method) => {
    const { config, rename, strike } = await startScene();
    strike({ what: "truncated" }, { method, path: "/v1/system/config" });
    await expect(method === "GET" ? config() : rename()).rejects.toThrow("aborted");
  });

  it("breaks off in the middle of its compressed form, too, when it is truncated", async () => {
    const { config, strike } = await startScene();
    strike({ what: "truncated" }, get);
    await expect(config({ "Accept-Encoding": "gzip" })).rejects.toThrow("aborted");
  });

  it("is the same JSON in so many bytes when it is oversized", async () => {
    const { config, strike } = await startScene();
    const plain = await config();
    strike({ what: "oversized", bytes: 2_000_000 }, get);
    expect(await config()).toMatchObject({ headers: { "content-length": "2000000" }, body: plain.body });
  });

  it("comes complete when it is slow", async () => {
    const { config, strike } = await startScene();
    const plain = await config();
    strike({ what: "slow", bytes: Math.ceil(plain.text.length / 4), everyMs: 50 }, get);
    expect(await config()).toMatchObject({ status: 200, body: plain.body });
  });

  it("shows its head at once when it is slow, and ends with the controller", async () => {
    const { controller, strike } = await startScene();
    strike({ what: "slow", bytes: 1, everyMs: 3_600_000 }, { method: "GET", path: "/v1/eula" });
    const { server: host, port } = controller.rest;
    const outgoing = request({ host, port, path: "/v1/eula", ca: controller.ca, agent: false }).end();
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.on("response", resolve).on("error", reject);
    });
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "application/json"]);
    await controller.goOffline();
    await expect(text(answer)).rejects.toThrow("aborted");
  });
});

describe("between controllers", () => {
  async function startPair() {
    const federation = await startFederation({ timings: { probePauseMs: 5, callTimeoutMs: 500 } });
    open.push(federation);
    const { master } = federation;
    const [site] = federation.sites;
    if (!site) throw new Error("no site");
    const token = await site.logIn();
    const body = { name: "edge-1", join_token: master.joinToken(), joint_rest_info: site.rest };
    const join = (): Promise<Reply> => site.request("POST", "/v1/fed/join", { token, body });
    return { master, site, join };
  }

  const timeout = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";

  it.each<[Fault, number, string, readonly string[]]>([
    [{ what: "reset-before-effect" }, 500, "EOF", []],
    [{ what: "reset-after-effect" }, 500, "EOF", ["edge-1"]],
    [{ what: "truncated" }, 500, "unexpected EOF", ["edge-1"]],
    [{ what: "delay", ms: 60_000 }, 500, timeout, []],
    [{ what: "delay", ms: 60_000, when: "after" }, 500, timeout, ["edge-1"]],
    [{ what: "slow", bytes: 1, everyMs: 60_000 }, 500, timeout, ["edge-1"]],
    [{ what: "status", status: 417, code: 39, message: "token expired" }, 417, "Federation operation failed", []],
    [{ what: "status", status: 502, body: "<html>" }, 500, "502 Bad Gateway", []],
    [{ what: "garbage" }, 500, "invalid character '<' looking for beginning of value", []],
  ])("%j on join_internal reads %i/39 %s at the site", async (mishap, status, message, members) => {
    const { master, site, join } = await startPair();
    master.faults.add({ ...mishap, match: { method: "POST", path: "/v1/fed/join_internal", listener: "federation" } });
    expect(await join()).toMatchObject({ status, body: { code: 39, message } });
    expect(site.role).toBe("");
    expect(master.members().map(({ name }) => name)).toEqual(members);
  });

  it("two probes without an answer are 400/40", async () => {
    const { site, join } = await startPair();
    const match = { method: "POST", path: "/v1/fed/joint_test_internal" };
    site.faults.add({ match, what: "reset-before-effect", times: 2 });
    expect(await join()).toMatchObject({ status: 400, body: { code: 40 } });
  });
});
