import { beforeAll, describe, expect, test } from "vitest";
import { changedConfig, encodingsOf, quietFlags, scrape, storedObjects, storedResources } from "@fedjoin/testbed";
import { destroy, podUrl, refused, refusedUp, storedFedJoins, testbedOfFile, up } from "../support/deployments";
import { at, memberNames } from "../support/federation";

const core = "/api/v1/namespaces/neuvector";
const token = "Canary-init-token-5c";
const joinsByItself = { "fedinitcfg.yaml": `Join_Token: ${token}` };

const testbed = testbedOfFile("init", { sites: 1 });
let joinToken: string;

const members = () => memberNames(testbed.federation.master);

/** The testbed's one member with more keys; the master's token is there for an exporter that joins. */
const configure = (keys: object) =>
  testbed.project.configure(
    changedConfig(testbed.config, { members: [keys], secrets: { "fedjoin:master.joinToken": joinToken } }),
  );

async function expectRefused(...args: string[]): Promise<void> {
  const said = await refused(testbed.project, ...args);
  expect(said).toMatch(
    /error: u2204a: its cluster joins by itself\..*say joinedBy: none for this member, or take fedinitcfg\.yaml out/s,
  );
  for (const disguise of encodingsOf(token)) expect(said).not.toContain(disguise);
}

beforeAll(async () => {
  joinToken = testbed.federation.master.joinToken();
  const { client } = testbed.controlPlane;
  // What NeuVector's Helm chart makes of its values.
  for (const [path, kind, name, content] of [
    ["/api/v1/namespaces", "Namespace", "neuvector", {}],
    [`${core}/configmaps`, "ConfigMap", "neuvector-init", { data: joinsByItself }],
    [`${core}/secrets`, "Secret", "neuvector-init", { stringData: joinsByItself }],
    [`${core}/configmaps`, "ConfigMap", "harmless", { data: { "sysinitcfg.yaml": "Cluster_Name: store" } }],
  ] as const) {
    await client.post(path, { apiVersion: "v1", kind, metadata: { name }, ...content });
  }
});

// One story: each test goes on where the one before ended.
describe("a cluster whose NeuVector joins by itself, on a real API server", () => {
  test.each([
    ["up", "pulumi", { configMap: "neuvector-init" }],
    ["preview", "exporter", { secret: "neuvector-init" }],
  ])("R1: %s is refused where %s would join it, by %j: nothing is made, and nobody is asked", async (...row) => {
    const [command, joinedBy, initConfig] = row;
    await configure({ joinedBy, initConfig });
    await expectRefused(...(command === "up" ? ["up", ...quietFlags] : ["preview", "--non-interactive"]));
    expect(await storedFedJoins(testbed.project.backendDir, "fedjoin", "demo")).toEqual([]);
    const objects = await storedObjects(testbed.project.backendDir, "demo");
    // What was only read is there too.
    expect(objects.filter(({ metadata }) => metadata.name !== "neuvector-init")).toEqual([]);
    const asked = at(testbed.federation.sites, 0).requests.filter(({ listener }) => listener === "rest");
    expect(asked).toEqual([]);
  });

  test("R1: with joinedBy: none gets its exporter, which scrapes, and no membership", async () => {
    await configure({ joinedBy: "none", initConfig: { configMap: "neuvector-init" } });
    await up(testbed.project);
    expect(await scrape(podUrl(at(testbed.pods.pods(), 0)))).toContain("nv_up 1");
    expect(await storedFedJoins(testbed.project.backendDir, "fedjoin", "demo")).toEqual([]);
    expect(members()).toEqual([]);
  });

  test("is joined once its init configuration joins nobody; when it does later, the next up is refused and the member stays", async () => {
    await configure({ initConfig: { configMap: "harmless" } });
    await up(testbed.project);
    const joined = members();
    expect(joined).toEqual([expect.stringMatching(/^u2204a-/)]);
    await testbed.controlPlane.client.patch(`${core}/configmaps/harmless`, { data: joinsByItself });
    await expectRefused("up", ...quietFlags);
    expect(members()).toEqual(joined);
    expect(testbed.pods.pods().map(({ ready }) => ready)).toEqual([true]);
  });

  test("an init configuration that is not there is said, and the member stays", async () => {
    await configure({ initConfig: { configMap: "absent" } });
    expect(await refusedUp(testbed.project)).toContain("neuvector/absent");
    expect(members()).toHaveLength(1);
  });

  test("destroy asks no init configuration, and leaves it", async () => {
    await destroy(testbed.project);
    expect(members()).toEqual([]);
    expect(await storedResources(testbed.project.backendDir, "fedjoin", "demo")).toEqual([]);
    for (const path of ["secrets/neuvector-init", "configmaps/harmless"]) {
      await expect(testbed.controlPlane.client.text(`${core}/${path}`)).resolves.toContain("init");
    }
  });
});
