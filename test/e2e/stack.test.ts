import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  encodingsOf,
  findLeaks,
  isFedJoin,
  quietFlags,
  scrape,
  storedResources,
  storeIds,
  type Testbed,
} from "@fedjoin/testbed";
import { startSharedTestbed } from "../support/sharedTestbed";

const timings = { cleanupMs: 200, probePauseMs: 20, intervalMinuteMs: 500 };
/** Holds what breaks careless quoting, and differs in each of its disguises. */
const password = `Aa1"\\/+&% ${randomBytes(9).toString("base64url")}`;

const objectList = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string(), namespace: z.string().optional() }) })),
});

let estate: Testbed;
const said: string[] = [];

async function pulumi(...args: string[]): Promise<string> {
  const { stdout, stderr } = await estate.project.pulumi.run(args);
  said.push(stdout, stderr);
  return stdout;
}

async function fails(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await estate.project.pulumi.tryRun(args);
  expect(code).not.toBe(0);
  said.push(stdout, stderr);
  return `${stdout}${stderr}`;
}

const resourcesInState = () => storedResources(estate.project.backendDir, "fedjoin", "demo");
const fedJoins = async () => (await resourcesInState()).filter(isFedJoin);
const memberNames = () =>
  estate.federation.master
    .members()
    .map(({ name }) => name)
    .toSorted();
/** Requests of accounts, not those of the controllers among themselves. */
const requestCount = () =>
  [estate.federation.master, ...estate.federation.sites]
    .flatMap(({ requests }) => requests)
    .filter(({ path }) => !/_internal$|\/fed_auth$/.test(path)).length;

beforeAll(async () => {
  estate = await startSharedTestbed("stack", { timings, password });
});

afterAll(() => estate.stop());

// One story: each test goes on where the one before ended.
describe("the stack, from nothing to nothing", () => {
  test("a preview sends nothing to any controller", async () => {
    const preview = await pulumi("preview", "--diff", "--color", "never");
    expect(preview).toContain("neuvector:FedJoin::u2204a");
    expect(requestCount()).toBe(0);
  });

  test("D4, D5: one `pulumi up` deploys the exporters and joins every site", async () => {
    await pulumi("up", ...quietFlags, "--diff");
    expect(memberNames().map((name) => name.slice(0, -7))).toEqual(storeIds);
    const outputs: unknown = JSON.parse(await pulumi("stack", "output", "--json"));
    expect(outputs).toMatchObject({
      members: storeIds.map((storeId, index) => ({
        storeId,
        name: memberNames()[index],
        role: "joint",
        status: "joined",
      })),
      exporters: storeIds.map((storeId) => ({ storeId, address: `exporter-${storeId}.stack-${storeId}.svc:8068` })),
    });
  });

  test("R11: every exporter is a running process that scrapes its controller", async () => {
    const pods = estate.pods.pods();
    expect(pods.map(({ ready }) => ready)).toEqual([true, true, true]);
    for (const { address } of pods) {
      const samples = await scrape(`http://${address?.host ?? ""}:${address?.port ?? 0}`);
      expect(samples).toContain("nv_up 1");
      expect(samples).toContain('nv_fed_worker{status="joint",master="primary"} 1');
    }
  });

  test("a second up, a refresh and a preview show no change", async () => {
    await pulumi("up", ...quietFlags, "--expect-no-changes");
    await pulumi("refresh", ...quietFlags, "--expect-no-changes");
    await pulumi("preview", "--expect-no-changes");
  });

  test("D3: the provider's text in the state is at most 100 bytes, and the id is the cluster name", async () => {
    const found = await fedJoins();
    expect(found.map(({ id }) => id).toSorted()).toEqual(memberNames());
    for (const { inputs, outputs } of found) {
      for (const props of [inputs, outputs]) {
        expect(Buffer.byteLength(z.string().parse(props?.["__provider"]))).toBeLessThanOrEqual(100);
      }
    }
  });

  test("a kick that the site was not told of is found by refresh and repaired by up, under the same name", async () => {
    const [name = ""] = memberNames();
    const before = await fedJoins();
    await estate.federation.master.kick(name, { tell: false });
    await fails("refresh", ...quietFlags, "--expect-no-changes");
    await pulumi("refresh", ...quietFlags);
    expect((await fedJoins()).find(({ id }) => id === name)?.outputs).toMatchObject({ status: "kicked" });
    await pulumi("up", ...quietFlags);
    const repaired = (await fedJoins()).find(({ id }) => id === name)?.outputs;
    const previous = before.find(({ id }) => id === name)?.outputs?.["clusterId"];
    expect(repaired).toMatchObject({ status: "joined", formerIds: [previous] });
    expect(memberNames()).toHaveLength(3);
    await pulumi("up", ...quietFlags, "--expect-no-changes");
  });

  test("a kick on the console makes the membership gone, and up joins again", async () => {
    const [name = ""] = memberNames();
    await estate.federation.master.kick(name);
    await pulumi("refresh", ...quietFlags);
    expect((await fedJoins()).map(({ id }) => id)).not.toContain(name);
    await pulumi("up", ...quietFlags);
    expect(memberNames().map((each) => each.slice(0, -7))).toEqual(storeIds);
    expect(memberNames()).not.toContain(name);
  });

  test("a changed joint address leaves before it joins", async () => {
    const [, , site] = estate.federation.sites;
    if (site === undefined) throw new Error("no third site");
    const config = structuredClone(estate.config.plain) as { config: { "fedjoin:members": { jointRest: unknown }[] } };
    const third = config.config["fedjoin:members"][2];
    if (third === undefined) throw new Error("no third member");
    third.jointRest = { server: "localhost", port: site.rest.port };
    const from = site.requests.length;
    await estate.project.configure({ ...estate.config, plain: config });
    await pulumi("up", ...quietFlags);
    const effects = site.requests
      .slice(from)
      .filter(({ path, listener }) => listener === "rest" && /^\/v1\/fed\/(join|leave)$/.test(path));
    // The site may still clean up after leaving when the first join comes.
    expect([...new Set(effects.map(({ path }) => path))]).toEqual(["/v1/fed/leave", "/v1/fed/join"]);
    expect(effects.filter(({ path, status }) => path === "/v1/fed/join" && status === 200)).toHaveLength(1);
    expect(memberNames()).toHaveLength(3);
  });

  test("D5: wrong configuration is one message with every problem, before anything is touched", async () => {
    const from = requestCount();
    const { plain } = estate.config;
    const wrong = structuredClone(plain) as {
      config: { "fedjoin:members": Record<string, unknown>[]; "fedjoin:master": Record<string, unknown> };
    };
    const [first = {}, second = {}, third = {}] = wrong.config["fedjoin:members"];
    delete first["storeId"];
    second["storeId"] = 2205;
    second["jointRest"] = { server: "127.0.0.1", port: 99999 };
    third["joinedBy"] = "pulumi";
    third["exporter"] = { env: { ENABLE_FED_JOIN: "true" } };
    third["namespaze"] = "x";
    wrong.config["fedjoin:master"]["joinTokenUrl"] = "http://tokens.example/t";
    await estate.project.configure({ ...estate.config, plain: wrong });
    const message = await fails("up", ...quietFlags);
    for (const problem of [
      "members[0].storeId",
      "members[1].storeId",
      "members[1].jointRest.port",
      "members[2].namespaze",
      "ENABLE_FED_JOIN",
      "master.joinTokenUrl",
    ]) {
      expect(message).toContain(problem);
    }
    expect(requestCount()).toBe(from);
    await estate.project.configure(estate.config);
  });

  test("destroy leaves neither members nor objects", async () => {
    await pulumi("destroy", ...quietFlags);
    expect(memberNames()).toEqual([]);
    expect(estate.federation.sites.map(({ role }) => role)).toEqual(["", "", ""]);
    expect(await resourcesInState()).toEqual([]);
    const { client } = estate.controlPlane;
    for (const kind of ["apis/apps/v1/deployments", "api/v1/pods", "api/v1/secrets"]) {
      const { items } = await client.get(`/${kind}`, objectList);
      const names = items
        .filter(({ metadata }) => metadata.namespace?.startsWith("stack-"))
        .map(({ metadata }) => metadata.name);
      expect(names.filter((name) => name.includes("exporter"))).toEqual([]);
    }
  });

  test("R15: no secret stands in state, backups, history, output or the logs of the exporters, also with --diff, in any disguise", async () => {
    for (const { namespace, name } of estate.pods.pods()) said.push(await estate.pods.logOf(namespace, name));
    expect(await findLeaks(estate.project.backendDir, estate.config.secrets)).toEqual([]);
    const output = said.join("\n");
    for (const secret of estate.config.secrets.values()) {
      for (const disguise of encodingsOf(secret)) expect(output).not.toContain(disguise);
    }
  });
});
