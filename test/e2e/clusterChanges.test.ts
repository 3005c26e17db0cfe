import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { z } from "zod";
import { runFedjoin } from "../support/fedjoinProcess";
import {
  type ControlPlane,
  exporterImage,
  exporterImages,
  type KubeAccess,
  kubeconfigOf,
  liveObject,
  type LiveObject,
  missingObjects,
  nextExporterImage,
  objectId,
  pathOf,
  type PodRunner,
  quietFlags,
  startControlPlane,
  startPodRunner,
  storedObjects,
  type Testbed,
  withOlderProviders,
} from "@fedjoin/testbed";
import { startSharedTestbed } from "../support/sharedTestbed";

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
const unreachable = { server: "127.0.0.1", port: 1, credentials: { username: "u", password: "p" } };
const unreachableMember = {
  storeId: "u2204a",
  master: { rest: { server: "127.0.0.1", port: 1 }, credentials: unreachable.credentials },
  controller: unreachable,
  jointRest: { server: "127.0.0.1", port: 1 },
};

let estate: Testbed;
let west: ControlPlane;
let westPods: PodRunner;

const pulumi = (...args: string[]) => estate.project.pulumi.run(args);
const stored = () => storedObjects(estate.project.backendDir, "demo");
const ids = (objects: readonly LiveObject[]) => objects.map(objectId).toSorted();
const of = (storeId: string, objects: readonly LiveObject[]) =>
  objects.filter(({ metadata }) => metadata.name.startsWith(`exporter-${storeId}`));
const lost = async () => missingObjects(await stored(), [estate.controlPlane.client, west.client]);

/** The sites with exporters alone, so that every second goes to what changes in the clusters. */
async function configure(...members: readonly object[]): Promise<void> {
  const { config } = written.parse(estate.config.plain);
  const sites = new Map(config["fedjoin:members"].map((member) => [member["storeId"], member]));
  const credentials = { username: "admin", password: "not-asked" };
  const plain = members.map((member) => {
    const { storeId } = z.looseObject({ storeId: z.string() }).parse(member);
    const { controller, ...site } = sites.get(storeId) ?? {};
    const ofSite = { ...z.looseObject({}).parse(controller), credentials };
    return { ...site, joinedBy: "none", namespace: "changes-shops", controller: ofSite, ...member };
  });
  const defaults = { ...config["fedjoin:defaults"], createNamespace: true, kubernetes: { timeoutSeconds: 60 } };
  const changed = { ...config, "fedjoin:master": {}, "fedjoin:defaults": defaults, "fedjoin:members": plain };
  await estate.project.configure({ plain: { config: changed }, secrets: new Map() });
}

const file = (name: string) => join(estate.project.dir, `${name}.kubeconfig`);
const byContext = (context: string, more: object = {}) => ({ storeId: "u2204a", kubernetes: { context }, ...more });
const inStores = { namespace: "changes-stores", createNamespace: false };
const own = (storeId: string, name: string, more: object = {}) => ({
  storeId,
  kubernetes: { kubeconfigFile: file(name) },
  ...more,
});

async function unchanged(): Promise<void> {
  await pulumi("preview", "--expect-no-changes");
  expect(await lost()).toEqual([]);
}

beforeAll(async () => {
  estate = await startSharedTestbed("changes", { sites: 2 });
  const dir = join(estate.project.dir, "west");
  west = await startControlPlane({ tools: inject("tools"), dir, say });
  westPods = await startPodRunner({ client: west.client, dir: join(dir, "pods"), images: exporterImages, say });
  const east: KubeAccess = estate.controlPlane;
  await writeFile(file("east"), kubeconfigOf({ east }));
  await writeFile(file("west"), kubeconfigOf({ west }));
  const kube = join(estate.project.env["HOME"] ?? "", ".kube");
  await mkdir(kube, { recursive: true });
  await writeFile(join(kube, "config"), kubeconfigOf({ east, renamed: west, west }));
});

afterAll(async () => {
  await westPods.stop();
  await west.stop();
  await estate.stop();
});

// One story: each test goes on where the one before ended.
describe("two members with the same kubeconfigFile of their own", () => {
  test("a state of version 0.1, where their provider has the name of the first, goes on without a replacement", async () => {
    await configure(own("u2204a", "east"), own("u2205b", "east"));
    await pulumi("up", ...quietFlags);
    const before = ids(await stored());
    const { stdout } = await pulumi("stack", "export");
    const older = join(estate.project.dir, "older.json");
    await writeFile(older, withOlderProviders(stdout, new URL(estate.controlPlane.url).host, "u2204a"));
    await pulumi("stack", "import", "--file", older);
    await pulumi("up", ...quietFlags);
    expect(ids(await stored())).toEqual(before);
    await unchanged();
  });

  test("in another order nothing changes; without the first, nothing of the other changes", async () => {
    await configure(own("u2205b", "east"), own("u2204a", "east"));
    await unchanged();
    const before = await stored();
    await configure(own("u2205b", "east"));
    await pulumi("up", ...quietFlags);
    expect(ids(of("u2205b", await stored()))).toEqual(ids(of("u2205b", before)));
    for (const gone of of("u2204a", before)) {
      expect(await liveObject(estate.controlPlane.client, pathOf(gone))).toBeUndefined();
    }
    await unchanged();
  });

  test("two that exchange their clusters move, and leave nothing behind", async () => {
    await configure(own("u2204a", "west"), own("u2205b", "east"));
    await pulumi("up", ...quietFlags);
    const before = await stored();
    await configure(own("u2204a", "east"), own("u2205b", "west"));
    await pulumi("up", ...quietFlags);
    expect(await lost()).toEqual([]);
    for (const [storeId, client] of [
      ["u2204a", west.client],
      ["u2205b", estate.controlPlane.client],
    ] as const) {
      for (const gone of of(storeId, before)) expect(await liveObject(client, pathOf(gone))).toBeUndefined();
    }
  });

  test("one that is pointed to a context of kubectl's kubeconfig moves there", async () => {
    const before = of("u2204a", await stored());
    await configure(byContext("west"));
    await pulumi("up", ...quietFlags);
    for (const gone of before) {
      expect(await liveObject(estate.controlPlane.client, pathOf(gone))).toBeUndefined();
    }
    await unchanged();
  });
});

describe("a member with a context of kubectl's kubeconfig", () => {
  test("an unknown context, and a missing namespace, are one sentence, and nothing is touched", async () => {
    const before = ids(await stored());
    const refused = async (...command: string[]) => {
      const { code, stdout, stderr } = await estate.project.pulumi.tryRun(command);
      expect(code).not.toBe(0);
      return stdout + stderr;
    };
    await configure(byContext("wset"));
    expect(await refused("preview")).toContain(
      "members[0].kubernetes.context: ~/.kube/config has no context of this name; did you mean west? It has east, renamed, west",
    );
    await configure(byContext("west", { namespace: "nowhere", createNamespace: false }));
    const said = await refused("up", ...quietFlags);
    expect(said).toContain("An exporter of stack demo cannot be deployed, so nothing was touched:");
    expect(said).toContain("u2204a: namespace nowhere does not exist. Make it, or say createNamespace: true");
    expect(said).not.toContain("urn:");
    expect(ids(await stored())).toEqual(before);
    expect(await lost()).toEqual([]);
  });

  test("fedjoin doctor says the same of namespace, rights and Secrets, from the real API server", async () => {
    const findingsAt = async (deployment: object) => {
      const secrets = [{ name: "registry", use: "exporter.imagePullSecrets" }];
      const where = { storeId: "u2204a", createNamespace: false, secrets, context: "west", ...deployment };
      const settings = { members: [unreachableMember], deployments: [where] };
      const { stdout } = await runFedjoin(["doctor", "--json", "--file", "-"], { settings, env: estate.project.env });
      const [found] = doctorSchema.parse(JSON.parse(stdout)).deployments;
      return found?.findings.map(({ level, check }) => `${level} ${check}`);
    };
    expect(await findingsAt({ namespace: "nowhere" })).toEqual(["problem namespace"]);
    expect(await findingsAt({ namespace: "default" })).toEqual(["ok namespace", "warning secret", "ok rights"]);
  });

  test("another name for the same cluster deletes nothing that it made", async () => {
    await configure(byContext("renamed"));
    await pulumi("up", ...quietFlags);
    await unchanged();
  });

  test("another namespace moves its objects, and createNamespace taken back deletes no namespace", async () => {
    await configure(byContext("renamed", { namespace: "changes-stores" }));
    await pulumi("up", ...quietFlags);
    expect(await lost()).toEqual([]);
    await configure(byContext("renamed", inStores));
    await pulumi("up", ...quietFlags);
    expect(await lost()).toEqual([]);
  });

  test("what kubectl scaled, labelled and set by hand goes back to what the stack says", async () => {
    const deployment = "/apis/apps/v1/namespaces/changes-stores/deployments/exporter-u2204a";
    const { client } = west;
    const current = async () => deploymentSchema.parse(await liveObject(client, deployment));
    const [container] = (await current()).spec.template.spec.containers;
    await client.patch(deployment, {
      metadata: { labels: { "app.kubernetes.io/part-of": "me" }, annotations: { "pulumi.com/patchForce": "no" } },
      spec: { replicas: 2, template: { spec: { containers: [{ ...container, image: nextExporterImage }] } } },
    });
    await client.patch("/api/v1/namespaces/changes-stores/services/exporter-u2204a", {
      metadata: { labels: { "app.kubernetes.io/part-of": "me" } },
    });
    await configure(
      byContext("renamed", { ...inStores, exporter: { image: exporterImage, env: { LOG_LEVEL: "debug" } } }),
    );
    await pulumi("up", ...quietFlags);
    expect(await current()).toMatchObject({
      metadata: {
        labels: { "app.kubernetes.io/part-of": "neuvector" },
        annotations: { "pulumi.com/patchForce": "true" },
      },
      spec: { replicas: 1, template: { spec: { containers: [{ image: exporterImage }] } } },
    });
    await pulumi("refresh", ...quietFlags);
    await pulumi("up", ...quietFlags);
    expect(await liveObject(client, "/api/v1/namespaces/changes-stores/services/exporter-u2204a")).toMatchObject({
      metadata: { labels: { "app.kubernetes.io/part-of": "neuvector" } },
    });
    await unchanged();
  });

  test("destroy leaves nothing but the namespaces", async () => {
    const before = await stored();
    await pulumi("destroy", ...quietFlags);
    for (const gone of before.filter(({ kind }) => kind !== "Namespace")) {
      expect(await liveObject(west.client, pathOf(gone))).toBeUndefined();
    }
  });
});
