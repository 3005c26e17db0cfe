import { lifecycle } from "@fedjoin/provider";
import type { dynamic } from "@pulumi/pulumi";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, expectTypeOf } from "vitest";
import { ProviderError, startDynamicProvider, type PartialFailure } from "../support/dynamicProvider";
import { fedJoinInputs, repositoryRoot, waitFor } from "@fedjoin/testbed";
import { at, memberNames, requestsOf } from "../support/federation";
import { test as base } from "../support/fixtures";

const __provider = 'exports.handler = () => require("@fedjoin/provider").lifecycle;';
const joinRequest = { method: "POST", path: "/v1/fed/join" };

const test = base
  .extend("federationOptions", { selfSigned: true, sites: 2 })
  .extend("master", ({ federation }) => federation.master)
  .extend("site", ({ federation }) => at(federation.sites, 0))
  .extend("inputs", ({ master, site }) => ({ ...fedJoinInputs(master, site, "u2204a"), __provider }))
  .extend("provider", async ({}, { onCleanup }) => {
    const provider = await startDynamicProvider(join(repositoryRoot, "stacks"));
    onCleanup(() => provider.stop());
    return provider;
  });

async function partialOf(work: Promise<unknown>): Promise<PartialFailure> {
  const error: unknown = await work.catch((caught: unknown) => caught);
  if (error instanceof ProviderError && error.partial !== undefined) return error.partial;
  throw new Error(`no partial failure: ${String(error)}`);
}

test("D1: the lifecycle is a Pulumi dynamic provider", () => {
  expectTypeOf(lifecycle).toExtend<dynamic.ResourceProvider>();
});

describe("D3: FedJoin in the SDK's dynamic-provider process", () => {
  test("the one-liner goes through check, create, read, diff, update and delete", async ({
    provider,
    inputs,
    master,
  }) => {
    expect(await provider.check(inputs)).toEqual([]);
    const { id, outs } = await provider.create(inputs);
    expect(memberNames(master)).toEqual([id]);
    expect(outs).toMatchObject({ status: "joined", role: "joint", __provider });
    expect(await provider.read(id, outs)).toEqual({ id, props: outs });
    expect(await provider.diff(id, outs, inputs)).toEqual({ changes: false, replaces: [] });

    await master.kick(id, { tell: false });
    const { props } = await provider.read(id, outs);
    expect(props["status"]).toBe("kicked");
    expect(await provider.diff(id, props, inputs)).toEqual({ changes: true, replaces: [] });
    const repaired = await provider.update(id, props, inputs);
    expect(repaired).toMatchObject({ status: "joined", clusterName: id, formerIds: [outs["clusterId"]] });
    await provider.delete(id, repaired);
    expect(memberNames(master)).toEqual([]);
    expect(await provider.read(id, repaired)).toEqual({ id: "", props: { __provider } });
  });

  test("a site that does not answer keeps no other resource waiting", async ({
    provider,
    inputs,
    master,
    federation,
  }) => {
    const silent = at(federation.sites, 0);
    const other = { ...fedJoinInputs(master, at(federation.sites, 1), "u2205a"), __provider };
    const [first, second] = [await provider.create(inputs), await provider.create(other)];
    silent.faults.add({ match: { method: "GET", path: "/v1/fed/member" }, what: "delay", ms: 60_000 });
    let isFirstRead = false;
    const slow = provider.read(first.id, first.outs).finally(() => {
      isFirstRead = true;
    });
    expect(await provider.read(second.id, second.outs)).toEqual({ id: second.id, props: second.outs });
    expect(isFirstRead).toBe(false);
    const stopped = expect(slow).rejects.toThrow("was stopped");
    await provider.interrupt();
    await stopped;
  });

  test("R2: wrong inputs are check failures, all at once", async ({ provider, inputs }) => {
    const failures = await provider.check({ ...inputs, storeId: 7, jointRest: { server: "http://x", port: 0 } });
    expect(failures.map(({ property }) => property)).toEqual(["storeId", "jointRest.server", "jointRest.port"]);
  });

  test("a join whose outcome stays unclear keeps its name in the state, and the next up completes it", async ({
    provider,
    inputs,
    master,
    site,
  }) => {
    site.faults.add({ match: joinRequest, what: "reset-after-effect" });
    const look = { method: "GET", path: "/v1/fed/member" };
    site.faults.add({ match: look, what: "reset-after-effect", skip: 1, times: 2 });
    const once = { ...inputs, retry: { ...inputs.retry, maxRetries: 1 } };
    const { id, properties, reasons } = await partialOf(provider.create(once));
    expect(reasons.join()).toMatch(/run up again/);
    expect(properties).toMatchObject({ status: "unconfirmed", clusterName: id, __provider });
    expect(await provider.update(id, properties, once)).toMatchObject({ status: "joined", clusterName: id });
    expect(memberNames(master)).toEqual([id]);
    expect(requestsOf(site, "POST", "/v1/fed/join")).toHaveLength(1);
  });

  test("an interrupt stops the wait for a retry, keeps the name, logs out and ends the process", async ({
    provider,
    inputs,
    master,
    site,
  }) => {
    site.faults.add({ match: joinRequest, what: "reset-after-effect" });
    const retry = { maxRetries: 3, initialDelaySeconds: 300, maxDelaySeconds: 300, jitter: "none" };
    const created = partialOf(provider.create({ ...inputs, timeoutSeconds: 3600, retry }));
    await waitFor("the retry", () => Promise.resolve(provider.output().includes("Retry 1/3") ? true : undefined));
    expect(await provider.interrupt()).toBe(130);
    const { id, properties } = await created;
    expect(properties).toMatchObject({ status: "unconfirmed", clusterName: id });
    expect(memberNames(master)).toEqual([id]);
    expect(requestsOf(site, "DELETE", "/v1/auth")).toHaveLength(1);
  });

  test("a process that outlived its CLI completes its operation, though nobody reads what it writes", async ({
    provider,
    inputs,
    master,
    site,
  }) => {
    site.faults.add({ match: joinRequest, what: "reset-before-effect", times: 3 });
    provider.stopReading();
    const { id } = await provider.create(inputs);
    expect(memberNames(master)).toEqual([id]);
    expect(await provider.check(inputs)).toEqual([]);
  });
});

test("R15: a password from a file, and one that is refused, are neither in the state nor on the output", async ({
  provider,
  inputs,
  master,
  folder,
}) => {
  const file = join(folder, "master");
  await writeFile(file, `${master.admin.password}\n`);
  const credentials = { username: master.admin.username, passwordFrom: { file } };
  const declared = { ...inputs, master: { ...inputs.master, credentials, tls: { verify: false } } };
  const { id, outs } = await provider.create(declared);
  expect(outs).toMatchObject({ status: "joined", master: { credentials } });
  await provider.read(id, outs);
  await provider.delete(id, outs);
  expect(memberNames(master)).toEqual([]);
  const wrong = { username: "admin", password: "canary-4711" };
  await expect(
    provider.create({ ...inputs, controller: { ...inputs.controller, credentials: wrong } }),
  ).rejects.toThrow();
  for (const secret of [master.admin.password, "canary-4711"]) {
    expect(JSON.stringify(outs) + provider.output()).not.toContain(secret);
  }
  // That certificates are not verified is said once in a process.
  expect(provider.output().split(`127.0.0.1:${master.rest.port}: its certificate is not verified`)).toHaveLength(2);
});

test("no command runs where nobody allowed it", async ({ provider, inputs, folder }) => {
  const made = join(folder, "made");
  const by = (passwordFrom: object) => {
    const credentials = { username: "admin", passwordFrom };
    return provider.create({ ...inputs, master: { ...inputs.master, credentials } });
  };
  await expect(by({ command: ["touch", made] })).rejects.toThrow(/FEDJOIN_ALLOW_COMMANDS/);
  await expect(by({ file: made })).rejects.toThrow(/ENOENT/);
});
