import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { describe, expect, vi } from "vitest";
import { createTestCa, type Fault, type FaultRule, type SimulatedController } from "@fedjoin/simulator";
import { test as base } from "../../support/fixtures";

const path = "/v1/system/config";
const onGet = { method: "GET", path };
const onPatch = { method: "PATCH", path };

const test = base
  .extend("controller", async ({ startController }) =>
    startController({ name: "before", certificate: { ca: await createTestCa() } }),
  )
  .extend("token", ({ controller }) => controller.logIn());

const addFault = ({ faults }: SimulatedController, fault: Fault, match: FaultRule["match"] = onPatch): void => {
  faults.add({ ...fault, match });
};

/** A request with an effect and an empty answer: renaming the cluster. */
const rename = (controller: SimulatedController, token: string, signal?: AbortSignal) =>
  controller.request("PATCH", path, {
    token,
    body: { config: { cluster_name: "after" } },
    ...(signal && { signal }),
  });

test("a reset hangs up, before or after the effect", async ({ controller, token }) => {
  addFault(controller, { what: "reset-before-effect" });
  addFault(controller, { what: "reset-after-effect" });
  for (const name of ["before", "after"]) {
    await expect(rename(controller, token)).rejects.toThrow("socket hang up");
    expect(controller.clusterName).toBe(name);
  }
});

test("a delay outlasts a client that gives up, and the request is carried out", async ({ controller, token }) => {
  addFault(controller, { what: "delay", ms: 300 });
  const aborter = new AbortController();
  const abandoned = expect(rename(controller, token, aborter.signal)).rejects.toThrow("aborted");
  await vi.waitUntil(() => controller.requests.at(-1)?.method === "PATCH", { timeout: 10_000 });
  aborter.abort();
  await abandoned;
  await vi.waitUntil(() => controller.requests.at(-1)?.status === 200, { timeout: 10_000 });
  expect(controller.clusterName).toBe("after");
});

describe("the real answer", () => {
  test.for([
    ["with a body", onGet, {}],
    ["without one", onPatch, {}],
    ["in its compressed form", onGet, { "Accept-Encoding": "gzip" }],
  ] as const)("%s breaks off when it is truncated", async ([, match, headers], { controller, token }) => {
    addFault(controller, { what: "truncated" }, match);
    const asked = match === onPatch ? rename(controller, token) : controller.request("GET", path, { token, headers });
    await expect(asked).rejects.toThrow("aborted");
  });

  test("is the same JSON when it is oversized, in so many bytes, or slow", async ({ controller, token }) => {
    const plain = await controller.request("GET", path, { token });
    addFault(controller, { what: "oversized", bytes: 2_000_000 }, onGet);
    addFault(controller, { what: "slow", bytes: Math.ceil(plain.text.length / 4), everyMs: 5 }, onGet);
    const oversized = await controller.request("GET", path, { token });
    expect(oversized).toMatchObject({ headers: { "content-length": "2000000" }, body: plain.body });
    expect(await controller.request("GET", path, { token })).toMatchObject({ status: 200, body: plain.body });
  });

  test("shows its head at once when it is slow, and ends with the controller", async ({ controller }) => {
    addFault(controller, { what: "slow", bytes: 1, everyMs: 3_600_000 }, { method: "GET", path: "/v1/eula" });
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
