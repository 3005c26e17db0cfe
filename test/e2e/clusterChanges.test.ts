import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import * as z from "zod";
import { runFedjoin } from "../support/fedjoinProcess";
import {
  type ControlPlane,
  exporterImage,
  exporterImages,
  kubeconfigOf,
  liveObject,
  type LiveObject,
  missingObjects,
  nextExporterImage,
  objectId,
  pathOf,
  startControlPlane,
  startPodRunner,
  storedObjects,
  withOlderProviders,
} from "@fedjoin/testbed";
import { destroy, folderOfFile, refusedUp, testbedOfFile, up, startedOfFile } from "../support/deployments";

const say = () => undefined;
const written = z.object({
  config: z.looseObject({ "fedjoin:defaults": z.looseObject({}), "fedjoin:members": z.array(z.looseObject({})) }),
});

const deploymentSchema = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({ spec: z.looseObject({ containers: z.array(z.looseObject({})) }) }),
  }),
});

const doctorSchema = z.looseObject({
  deployments: z.array(z.looseObject({ findings: z.array(z.looseObject({ level: z.string(), check: z.string() })) })),
});
/** Nobody listens there: only the clusters are of interest. */
const nobody = { server: "127.0.0.1", port: 1 };
const credentials = { username: "u", password: "p" };
const unreachableMember = {
  ...{ storeId: "u2204a", jointRest: nobody },
  master: { rest: nobody, credentials },
  controller: { ...nobody, credentials },
};

const testbed = testbedOfFile("changes", { sites: 2 });
const folder = folderOfFile();
const west = startedOfFile(() => startControlPlane({ tools: inject("tools"), dir: join(folder.path, "cluster"), say }));
const westPods = startedOfFile(() =>
  startPodRunner({ client: west.client, dir: join(folder.path, "pods"), images: exporterImages, say }),
);

const stored = () => storedObjects(testbed.project.backendDir, "demo");
const ids = (objects: readonly LiveObject[]) => objects.map(objectId).toSorted();
const of = (storeId: string, objects: readonly LiveObject[]) =>
  objects.filter(({ metadata }) => metadata.name.startsWith(`exporter-${storeId}`));
const expectNothingLost = async () => {
  const objects = await stored();
  expect(objects).not.toEqual([]);
  expect(await missingObjects(objects, [testbed.controlPlane.client, west.client])).toEqual([]);
};
async function expectGone({ client }: ControlPlane, objects: readonly LiveObject[]): Promise<void> {
  expect(objects).not.toEqual([]);
  for (const each of objects) expect(await liveObject(client, pathOf(each))).toBeUndefined();
}

/** The sites with exporters alone, so that every second goes to what changes in the clusters. */
async function configure(...members: readonly object[]): Promise<void> {
  const { config } = written.parse(testbed.config.plain);
  const sites = new Map(config["fedjoin:members"].map((member) => [member["storeId"], member]));
  const plain = members.map((member) => {
    const { storeId } = z.looseObject({ storeId: z.string() }).parse(member);
    const { controller, ...site } = sites.get(storeId) ?? {};
    const ofSite = { ...z.looseObject({}).parse(controller), credentials };
    return { ...site, joinedBy: "none", namespace: "changes-shops", controller: ofSite, ...member };
  });
  const defaults = { ...config["fedjoin:defaults"], createNamespace: true, kubernetes: { timeoutSeconds: 60 } };
  const changed = { ...config, "fedjoin:master": {}, "fedjoin:defaults": defaults, "fedjoin:members": plain };
  await testbed.project.configure({ plain: { config: changed }, secrets: new Map() });
}

const file = (name: string) => join(folder.path, `${name}.kubeconfig`);
const byContext = (context: string, more: object = {}) => ({ storeId: "u2204a", kubernetes: { context }, ...more });
const inStores = { namespace: "changes-stores", createNamespace: false };
const own = (storeId: string, name: string) => ({ storeId, kubernetes: { kubeconfigFile: file(name) } });

async function deploy(...members: readonly object[]): Promise<void> {
  await configure(...members);
  await up(testbed.project);
  await expectNothingLost();
}

beforeAll(async () => {
  const east = testbed.controlPlane;
  await writeFile(file("east"), kubeconfigOf({ east }));
  await writeFile(file("west"), kubeconfigOf({ west }));
  const kube = join(testbed.project.env["HOME"] ?? "", ".kube");
  await mkdir(kube, { recursive: true });
  await writeFile(join(kube, "config"), kubeconfigOf({ east, renamed: west, west }));
});

// One story: each test goes on where the one before ended.
describe("two members with the same kubeconfigFile of their own", () => {
  test("a state of version 0.1, where their provider has the name of the first, goes on without a replacement", async () => {
    await deploy(own("u2204a", "east"), own("u2205b", "east"));
    const before = ids(await stored());
    const { pulumi } = testbed.project;
    const { stdout } = await pulumi.run(["stack", "export"]);
    const older = join(folder.path, "older.json");
    await writeFile(older, withOlderProviders(stdout, new URL(testbed.controlPlane.url).host, "u2204a"));
    await pulumi.run(["stack", "import", "--file", older]);
    await up(testbed.project);
    expect(ids(await stored())).toEqual(before);
    await expectNothingLost();
  });

  test("without the first, nothing of the other changes", async () => {
    const before = await stored();
    await deploy(own("u2205b", "east"));
    expect(ids(of("u2205b", await stored()))).toEqual(ids(of("u2205b", before)));
    await expectGone(testbed.controlPlane, of("u2204a", before));
  });

  test("D4: two in two clusters have each their exporter in their own; exchanged, they move, and leave nothing behind", async () => {
    await deploy(own("u2204a", "west"), own("u2205b", "east"));
    const names = [testbed.pods, westPods].map((runner) => runner.pods().map(({ name }) => name));
    expect(names).toEqual([
      [expect.stringMatching(/^exporter-u2205b-/) as unknown],
      [expect.stringMatching(/^exporter-u2204a-/) as unknown],
    ]);
    const before = await stored();
    await deploy(own("u2204a", "east"), own("u2205b", "west"));
    await expectGone(west, of("u2204a", before));
    await expectGone(testbed.controlPlane, of("u2205b", before));
  });

  test("one that is pointed to a context of kubectl's kubeconfig moves there", async () => {
    const before = of("u2204a", await stored());
    await deploy(byContext("west"));
    await expectGone(testbed.controlPlane, before);
  });
});

describe("a member with a context of kubectl's kubeconfig", () => {
  test("a missing namespace is one sentence, and nothing is touched", async () => {
    const before = ids(await stored());
    await configure(byContext("west", { namespace: "nowhere", createNamespace: false }));
    const said = await refusedUp(testbed.project);
    expect(said).toContain("An exporter of stack demo cannot be deployed, so nothing was touched:");
    expect(said).toContain("u2204a: namespace nowhere does not exist. Make it, or say createNamespace: true");
    expect(said).not.toContain("urn:");
    expect(ids(await stored())).toEqual(before);
    await expectNothingLost();
  });

  test("fedjoin doctor says the same of namespace, rights and Secrets, from the real API server", async () => {
    const findingsIn = async (namespace: string) => {
      const secrets = [{ name: "registry", use: "exporter.imagePullSecrets" }];
      const where = { storeId: "u2204a", namespace, createNamespace: false, secrets, context: "west" };
      const settings = { members: [unreachableMember], deployments: [where] };
      const { env } = testbed.project;
      const { stdout } = await runFedjoin(["doctor", "--json", "--file", "-"], { settings, env });
      const [found] = doctorSchema.parse(JSON.parse(stdout)).deployments;
      return found?.findings.map(({ level, check }) => `${level} ${check}`);
    };
    expect(await findingsIn("nowhere")).toEqual(["problem namespace"]);
    expect(await findingsIn("default")).toEqual(["ok namespace", "warning secret", "ok rights"]);
  });

  test("another name for the same cluster deletes nothing that it made", async () => {
    await deploy(byContext("renamed"));
  });

  test("another namespace moves its objects, and createNamespace taken back deletes no namespace", async () => {
    await deploy(byContext("renamed", { namespace: "changes-stores" }));
    await deploy(byContext("renamed", inStores));
  });

  test("what kubectl scaled, labelled and set by hand goes back to what the stack says", async () => {
    const { client } = west;
    const deployment = "/apis/apps/v1/namespaces/changes-stores/deployments/exporter-u2204a";
    const service = "/api/v1/namespaces/changes-stores/services/exporter-u2204a";
    const current = async () => deploymentSchema.parse(await liveObject(client, deployment));
    const [container] = (await current()).spec.template.spec.containers;
    const labels = { "app.kubernetes.io/part-of": "me" };
    await client.patch(deployment, {
      metadata: { labels, annotations: { "pulumi.com/patchForce": "no" } },
      spec: { replicas: 2, template: { spec: { containers: [{ ...container, image: nextExporterImage }] } } },
    });
    await client.patch(service, { metadata: { labels } });
    await deploy(
      byContext("renamed", { ...inStores, exporter: { image: exporterImage, env: { LOG_LEVEL: "debug" } } }),
    );
    const declared = { labels: { "app.kubernetes.io/part-of": "neuvector" } };
    expect(await current()).toMatchObject({
      metadata: { ...declared, annotations: { "pulumi.com/patchForce": "true" } },
      spec: { replicas: 1, template: { spec: { containers: [{ image: exporterImage }] } } },
    });
    await up(testbed.project, "--refresh");
    expect(await liveObject(client, service)).toMatchObject({ metadata: declared });
    await expectNothingLost();
  });

  test("destroy leaves nothing but the namespaces", async () => {
    const before = await stored();
    await destroy(testbed.project);
    await expectGone(
      west,
      before.filter(({ kind }) => kind !== "Namespace"),
    );
  });
});
