import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  changedConfig,
  encodingsOf,
  isFedJoin,
  KubeError,
  quietFlags,
  scrape,
  storedResources,
  type Testbed,
} from "@fedjoin/testbed";
import { startSharedTestbed } from "../support/sharedTestbed";
import { memberNames } from "../support/federation";

const namespace = "init-u2204a";
const core = "/api/v1/namespaces/neuvector";
const token = "Canary-init-token-5c";
const joinsByItself = { "fedinitcfg.yaml": `Join_Token: ${token}` };
const joinsNot = { "sysinitcfg.yaml": "Cluster_Name: store" };
const refusal =
  /error: u2204a: its cluster joins by itself\..*say joinedBy: none for this member, or take fedinitcfg\.yaml out/s;

let estate: Testbed;
let joinToken: string;

const pulumi = (...args: string[]) => estate.project.pulumi.run(args);

async function refused(...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await estate.project.pulumi.tryRun(args);
  expect(code).not.toBe(0);
  expect(stdout + stderr).toMatch(refusal);
  for (const disguise of encodingsOf(token)) expect(stdout + stderr).not.toContain(disguise);
}

/** The estate's one member with more keys; the master's token is there for an exporter that joins. */
const configure = (keys: object) =>
  estate.project.configure(
    changedConfig(estate.config, { members: [keys], secrets: { "fedjoin:master.joinToken": joinToken } }),
  );

/** What NeuVector's Helm chart makes of its values. */
async function putInitConfig(kind: "ConfigMap" | "Secret", name: string, data: object): Promise<void> {
  const content = kind === "Secret" ? { stringData: data } : { data };
  const body = { apiVersion: "v1", kind, metadata: { name }, ...content };
  await estate.controlPlane.client.post(`${core}/${kind.toLowerCase()}s`, body);
}

async function hasNamespace(): Promise<boolean> {
  try {
    await estate.controlPlane.client.text(`/api/v1/namespaces/${namespace}`);
    return true;
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return false;
    throw error;
  }
}

const stored = () => storedResources(estate.project.backendDir, "fedjoin", "demo");
/** What is ours in the state: objects and memberships, and not what was only read. */
const made = async () =>
  (await stored()).filter(
    (each) => isFedJoin(each) || (each.type.startsWith("kubernetes:") && each.inputs !== undefined),
  );

const requestsOfAccounts = () =>
  estate.federation.sites.flatMap(({ requests }) => requests).filter(({ listener }) => listener === "rest").length;

beforeAll(async () => {
  estate = await startSharedTestbed("init", { sites: 1 });
  joinToken = estate.federation.master.joinToken();
  await estate.controlPlane.client.post("/api/v1/namespaces", {
    ...{ apiVersion: "v1", kind: "Namespace", metadata: { name: "neuvector" } },
  });
  await putInitConfig("ConfigMap", "neuvector-init", joinsByItself);
  await putInitConfig("Secret", "neuvector-init", joinsByItself);
  await putInitConfig("ConfigMap", "harmless", joinsNot);
});

afterAll(() => estate.stop());

// One story: each test goes on where the one before ended.
describe("a cluster whose NeuVector joins by itself, on a real API server", () => {
  test.each([
    ["pulumi", { configMap: "neuvector-init" }],
    ["pulumi", { secret: "neuvector-init" }],
    ["exporter", { configMap: "neuvector-init" }],
  ])(
    "R1: is refused where %s would join it, by %j: nothing is made, and nobody is asked",
    async (joinedBy, initConfig) => {
      await configure({ joinedBy, initConfig });
      await refused("up", ...quietFlags);
      expect(await made()).toEqual([]);
      expect(await hasNamespace()).toBe(false);
      expect(requestsOfAccounts()).toBe(0);
      expect(memberNames(estate.federation.master)).toEqual([]);
    },
  );

  test("is refused by a preview too, as a pipeline would see it", async () => {
    await configure({ initConfig: { configMap: "neuvector-init" } });
    await refused("preview", "--non-interactive");
  });

  test("R1: with joinedBy: none gets its exporter, which scrapes, and no membership", async () => {
    await configure({ joinedBy: "none", initConfig: { configMap: "neuvector-init" } });
    await pulumi("up", ...quietFlags);
    const [pod] = estate.pods.pods();
    expect(await scrape(`http://${pod?.address?.host ?? ""}:${pod?.address?.port ?? 0}`)).toContain("nv_up 1");
    expect((await stored()).filter(isFedJoin)).toEqual([]);
    expect(memberNames(estate.federation.master)).toEqual([]);
    await pulumi("up", ...quietFlags, "--expect-no-changes");
  });

  test("is joined once its init configuration joins nobody; when it does later, the next up is refused and the member stays", async () => {
    await configure({ initConfig: { configMap: "harmless" } });
    await pulumi("up", ...quietFlags);
    const joined = memberNames(estate.federation.master);
    expect(joined).toEqual([expect.stringMatching(/^u2204a-/)]);
    await estate.controlPlane.client.patch(`${core}/configmaps/harmless`, { data: joinsByItself });
    await refused("up", ...quietFlags);
    expect(memberNames(estate.federation.master)).toEqual(joined);
    expect(estate.pods.pods().map(({ ready }) => ready)).toEqual([true]);
    await estate.controlPlane.client.patch(`${core}/configmaps/harmless`, { data: { "fedinitcfg.yaml": null } });
    await pulumi("up", ...quietFlags);
    expect(memberNames(estate.federation.master)).toEqual(joined);
  });

  test("an init configuration that is not there is said, and nothing is made of the member", async () => {
    await configure({ initConfig: { configMap: "absent" } });
    const { code, stdout, stderr } = await estate.project.pulumi.tryRun(["up", ...quietFlags]);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("neuvector/absent");
    expect(memberNames(estate.federation.master)).toHaveLength(1);
  });

  test("destroy asks no init configuration, and leaves it", async () => {
    await pulumi("destroy", ...quietFlags);
    expect(memberNames(estate.federation.master)).toEqual([]);
    expect(await stored()).toEqual([]);
    expect(await estate.controlPlane.client.text(`${core}/secrets/neuvector-init`)).toContain("neuvector-init");
    expect(await estate.controlPlane.client.text(`${core}/configmaps/neuvector-init`)).toContain("neuvector-init");
  });
});
