import { lifecycle } from "@fedjoin/provider";
import { NeuVectorError } from "@fedjoin/provider/neuvector";
import type { dynamic } from "@pulumi/pulumi";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { type SimulatedController, type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { ProviderError, startDynamicProvider, type DynamicProvider } from "../support/dynamicProvider";
import { fedJoinInputs, repositoryRoot, waitFor } from "@fedjoin/testbed";
import { requestsOf } from "../support/federation";

const providerText = 'exports.handler = () => require("@fedjoin/provider").lifecycle;';
const stacks = join(repositoryRoot, "stacks");

let federation: SimulatedFederation;
let master: SimulatedController;
let site: SimulatedController;
let provider: DynamicProvider;
let inputs: ReturnType<typeof fedJoinInputs> & { __provider: string };

beforeEach(async () => {
  federation = await startFederation({ sites: 1, selfSigned: true, timings: { cleanupMs: 20, probePauseMs: 5 } });
  const [first] = federation.sites;
  if (first === undefined) throw new Error("no site");
  master = federation.master;
  site = first;
  inputs = { ...fedJoinInputs(master, site, "u2204a"), __provider: providerText };
  provider = await startDynamicProvider(stacks);
});

afterEach(async () => {
  await provider.stop();
  await federation.close();
});

test("D1: the lifecycle is a Pulumi dynamic provider", () => {
  expectTypeOf(lifecycle).toExtend<dynamic.ResourceProvider>();
  expect(new NeuVectorError("network", "x")).toBeInstanceOf(Error);
});

describe("D3: FedJoin in the SDK's dynamic-provider process", () => {
  test("the one-liner goes through check, create, read, diff, update and delete", async () => {
    expect(await provider.check(inputs)).toEqual([]);
    const { id, outs } = await provider.create(inputs);
    expect(master.members().map(({ name }) => name)).toEqual([id]);
    expect(outs).toMatchObject({ status: "joined", role: "joint", __provider: providerText });

    expect(await provider.read(id, outs)).toEqual({ id, props: outs });
    expect(await provider.diff(id, outs, inputs)).toEqual({ changes: false, replaces: [] });

    await master.kick(id, { tell: false });
    const kicked = await provider.read(id, outs);
    expect(kicked.props["status"]).toBe("kicked");
    expect(await provider.diff(id, kicked.props, inputs)).toEqual({ changes: true, replaces: [] });
    const repaired = await provider.update(id, kicked.props, inputs);
    expect(repaired).toMatchObject({ status: "joined", clusterName: id, formerIds: [outs["clusterId"]] });

    await provider.delete(id, repaired);
    expect(master.members()).toEqual([]);
    expect(await provider.read(id, repaired)).toEqual({ id: "", props: { __provider: providerText } });
  });

  test("R2: wrong inputs are check failures, all at once", async () => {
    const wrong = { ...inputs, storeId: 7, jointRest: { server: "http://x", port: 0 } };
    expect((await provider.check(wrong)).map(({ property }) => property)).toEqual([
      "storeId",
      "jointRest.server",
      "jointRest.port",
    ]);
  });

  test("a join whose outcome stays unclear keeps its name in the state, and the next up completes it", async () => {
    site.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "reset-after-effect" });
    site.faults.add({
      match: { method: "GET", path: "/v1/fed/member" },
      what: "reset-after-effect",
      skip: 1,
      times: 2,
    });
    const once = { ...inputs, retry: { ...inputs.retry, maxRetries: 1 } };
    const error = await provider.create(once).catch((caught: unknown) => caught);
    if (!(error instanceof ProviderError) || error.partial === undefined)
      throw new Error(`no partial failure: ${String(error)}`);

    const { id, properties, reasons } = error.partial;
    expect(id).toMatch(/^u2204a-/);
    expect(reasons.join()).toMatch(/run up again/);
    expect(properties).toMatchObject({ status: "unconfirmed", clusterName: id, __provider: providerText });

    const completed = await provider.update(id, properties, once);
    expect(completed).toMatchObject({ status: "joined", clusterName: id });
    expect(master.members().map(({ name }) => name)).toEqual([id]);
    expect(site.requests.filter(({ method, path }) => method === "POST" && path === "/v1/fed/join")).toHaveLength(1);
  });

  test("an interrupt stops the wait for a retry, keeps the name, logs out and ends the process", async () => {
    site.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "reset-after-effect" });
    const patient = {
      ...inputs,
      timeoutSeconds: 3600,
      retry: { maxRetries: 3, initialDelaySeconds: 300, maxDelaySeconds: 300, jitter: "none" },
    };
    const created = provider.create(patient).catch((caught: unknown) => caught);
    await waitFor("the retry", () => Promise.resolve(provider.output().includes("Retry 1/3") ? true : undefined));
    expect(await provider.interrupt()).toBe(130);
    const error = await created;
    if (!(error instanceof ProviderError) || error.partial === undefined)
      throw new Error(`no partial failure: ${String(error)}`);
    expect(error.partial.properties).toMatchObject({ status: "unconfirmed", clusterName: error.partial.id });
    expect(master.members().map(({ name }) => name)).toEqual([error.partial.id]);
    expect(requestsOf(site, "DELETE", "/v1/auth")).toHaveLength(1);
  });

  test("a process that outlived its CLI completes its operation, though nobody reads what it writes", async () => {
    site.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "reset-before-effect", times: 3 });
    provider.stopReading();
    const { id } = await provider.create(inputs);
    expect(master.members().map(({ name }) => name)).toEqual([id]);
    expect(await provider.check(inputs)).toEqual([]);
  });

  test("R15: neither password nor token is in what the process writes", async () => {
    await provider.create(inputs);
    const wrong = {
      ...inputs,
      controller: { ...inputs.controller, credentials: { username: "admin", password: "canary-4711" } },
    };
    await expect(provider.create(wrong)).rejects.toThrow();
    await expect(provider.read("x", { ...wrong, clusterName: "x" })).rejects.toThrow();
    expect(provider.output()).not.toContain("canary-4711");
    expect(provider.output()).not.toContain(site.admin.password);
  });
});
