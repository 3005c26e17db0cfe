import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { encodingsOf, findLeaks, quietFlags, scrape, storedResources, storeIds } from "@fedjoin/testbed";
import { podUrl, refused, storedFedJoins, testbedOfFile } from "../support/deployments";
import { at, memberNames, joinedStoreIds } from "../support/federation";

/** Holds what breaks careless quoting, and differs in each of its disguises. */
const password = `Aa1"\\/+&% ${randomBytes(9).toString("base64url")}`;
const namespaces = z.object({ items: z.array(z.object({ metadata: z.object({ namespace: z.string() }) })) });

const testbed = testbedOfFile("stack", { sites: 3, password });
const said: string[] = [];

async function pulumi(...args: string[]): Promise<string> {
  const { stdout, stderr } = await testbed.project.pulumi.run(args);
  said.push(stdout, stderr);
  return stdout;
}

const fedJoins = () => storedFedJoins(testbed.project.backendDir, "fedjoin", "demo");
const storeIdsJoined = () => joinedStoreIds(testbed.federation.master);
/** Requests of accounts, not those of the controllers among themselves. */
const requestCount = () =>
  [testbed.federation.master, ...testbed.federation.sites]
    .flatMap(({ requests }) => requests)
    .filter(({ path }) => !/_internal$|\/fed_auth$/.test(path)).length;

// One story: each test goes on where the one before ended.
describe("the stack, from nothing to nothing", () => {
  test("a preview sends nothing to any controller", async () => {
    expect(await pulumi("preview", "--diff", "--color", "never")).toContain("neuvector:FedJoin::u2204a");
    expect(requestCount()).toBe(0);
  });

  test("D4, D5: one `pulumi up` deploys the exporters and joins every site", async () => {
    await pulumi("up", ...quietFlags, "--diff");
    expect(storeIdsJoined()).toEqual(storeIds);
    const names = memberNames(testbed.federation.master).toSorted();
    expect(JSON.parse(await pulumi("stack", "output", "--json"))).toMatchObject({
      members: storeIds.map((storeId, index) => ({ storeId, name: names[index], role: "joint", status: "joined" })),
      exporters: storeIds.map((storeId) => ({ storeId, address: `exporter-${storeId}.stack-${storeId}.svc:8068` })),
    });
  });

  test("R11: every exporter is a running process that scrapes its controller", async () => {
    expect(testbed.pods.pods().map(({ ready }) => ready)).toEqual([true, true, true]);
    for (const pod of testbed.pods.pods()) {
      const samples = await scrape(podUrl(pod));
      expect(samples).toContain("nv_up 1");
      expect(samples).toContain('nv_fed_worker{status="joint",master="primary"} 1');
    }
  });

  test("a second up, and a refresh, show no change", async () => {
    await pulumi("up", ...quietFlags, "--expect-no-changes");
    await pulumi("refresh", ...quietFlags, "--expect-no-changes");
  });

  test("D3: the provider's text in the state is at most 100 bytes, and the id is the cluster name", async () => {
    const found = await fedJoins();
    expect(found.map(({ id }) => id).toSorted()).toEqual(memberNames(testbed.federation.master).toSorted());
    for (const props of found.flatMap(({ inputs, outputs }) => [inputs, outputs])) {
      expect(Buffer.byteLength(z.string().parse(props?.["__provider"]))).toBeLessThanOrEqual(100);
    }
  });

  test("a kick that the site was not told of is found by refresh and repaired by up, under the same name", async () => {
    const { master } = testbed.federation;
    const { name, id } = at(master.members(), 0);
    const stored = async () => (await fedJoins()).find((fedJoin) => fedJoin.id === name)?.outputs;
    await master.kick(name, { tell: false });
    said.push(await refused(testbed.project, "refresh", ...quietFlags, "--expect-no-changes"));
    expect(await stored()).toMatchObject({ status: "kicked" });
    await pulumi("up", ...quietFlags);
    expect(await stored()).toMatchObject({ status: "joined", formerIds: [id] });
    expect(storeIdsJoined()).toEqual(storeIds);
  });

  test("a kick on the console makes the membership gone, and up joins again under a new name", async () => {
    const { master } = testbed.federation;
    const name = at(memberNames(master), 0);
    await master.kick(name);
    await pulumi("up", ...quietFlags, "--refresh");
    expect(storeIdsJoined()).toEqual(storeIds);
    expect(memberNames(master)).not.toContain(name);
  });

  test("D5: wrong configuration is one message with every problem, before anything is touched", async () => {
    const from = requestCount();
    const wrong = structuredClone(testbed.config.plain) as { config: { "fedjoin:members": Record<string, unknown>[] } };
    const [first, second] = wrong.config["fedjoin:members"];
    Object.assign(first ?? {}, { storeId: 2205 });
    Object.assign(second ?? {}, { namespaze: "x", exporter: { env: { ENABLE_FED_JOIN: "true" } } });
    await testbed.project.configure({ ...testbed.config, plain: wrong });
    const message = await refused(testbed.project, "up", ...quietFlags);
    for (const problem of ["members[0].storeId", "members[1].namespaze", "ENABLE_FED_JOIN"]) {
      expect(message).toContain(problem);
    }
    expect(requestCount()).toBe(from);
    await testbed.project.configure(testbed.config);
  });

  test("destroy leaves neither members nor objects", async () => {
    for (const { namespace, name } of testbed.pods.pods()) said.push(await testbed.pods.logOf(namespace, name));
    await pulumi("destroy", ...quietFlags);
    expect(memberNames(testbed.federation.master)).toEqual([]);
    expect(testbed.federation.sites.map(({ role }) => role)).toEqual(["", "", ""]);
    expect(await storedResources(testbed.project.backendDir, "fedjoin", "demo")).toEqual([]);
    for (const kind of ["apis/apps/v1/deployments", "api/v1/pods", "api/v1/secrets"]) {
      const { items } = await testbed.controlPlane.client.get(`/${kind}`, namespaces);
      expect(items.filter(({ metadata }) => metadata.namespace.startsWith("stack-"))).toEqual([]);
    }
  });

  test("R15: no secret stands in state, backups, history, output or the logs of the exporters, also with --diff, in any disguise", async () => {
    expect(await findLeaks(testbed.project.backendDir, testbed.config.secrets)).toEqual([]);
    for (const disguise of encodingsOf(password)) expect(said.join("\n")).not.toContain(disguise);
  });
});
