import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  brokenExporterImage,
  changedConfig,
  exporterImage,
  isFedJoin,
  pinnedExporterImage,
  quietFlags,
  scrape,
  storedResources,
  type Testbed,
} from "@fedjoin/testbed";
import { startSharedTestbed } from "../support/sharedTestbed";

const path = "/apis/apps/v1/namespaces/image-u2204a/deployments/exporter-u2204a";

const container = z.looseObject({ image: z.string() });
const template = z.looseObject({ spec: z.looseObject({ containers: z.tuple([container]) }) });
type PodTemplate = z.infer<typeof template>;
const deployment = z.object({ spec: z.object({ template }) });

const identity = z.object({ clusterName: z.string(), clusterId: z.string(), role: z.string(), status: z.string() });

let estate: Testbed;

async function configure(image: string, timeoutSeconds = 60): Promise<void> {
  const kubernetes = { kubeconfigFile: estate.controlPlane.kubeconfigPath, timeoutSeconds };
  await estate.project.configure(changedConfig(estate.config, { defaults: { kubernetes, exporter: { image } } }));
}

const podTemplate = async () => (await estate.controlPlane.client.get(path, deployment)).spec.template;

function withImage(given: PodTemplate, image: string): PodTemplate {
  const [first] = given.spec.containers;
  return { ...given, spec: { ...given.spec, containers: [{ ...first, image }] } };
}

const readyPods = () => estate.pods.pods().filter(({ ready }) => ready);

/** The one pod, once the one before is gone. */
async function onlyPod() {
  await expect.poll(() => estate.pods.pods().map(({ ready }) => ready), { timeout: 30_000 }).toEqual([true]);
  const [pod] = estate.pods.pods();
  if (pod?.address === undefined) throw new Error("expected a pod with a process");
  // The name is that of its ReplicaSet and five characters.
  return { replicaSet: pod.name.slice(0, -6), url: `http://${pod.address.host}:${pod.address.port}` };
}

/** What the master and the state know of the membership, and how often an account asked for it. */
async function membership() {
  const { master, sites } = estate.federation;
  const asked = [master, ...sites]
    .flatMap(({ requests }) => requests)
    .filter(({ path: asks, listener }) => listener === "rest" && /^\/v1\/fed\/(join|leave|cluster)/.test(asks));
  const stored = await storedResources(estate.project.backendDir, "fedjoin", "demo");
  return {
    members: master.members(),
    fedJoins: stored.filter(isFedJoin).map(({ id, outputs }) => ({ id, ...identity.parse(outputs) })),
    changes: asked.filter(({ method }) => method !== "GET").length,
  };
}

/** An `up`, and the fewest pods that were ready at any moment of it. */
async function up(): Promise<{ readonly fewestReady: number; readonly stdout: string; readonly code: number }> {
  let fewestReady = readyPods().length;
  const watching = setInterval(() => {
    fewestReady = Math.min(fewestReady, readyPods().length);
  }, 20);
  try {
    const { code, stdout } = await estate.project.pulumi.tryRun(["up", ...quietFlags]);
    return { fewestReady, stdout, code };
  } finally {
    clearInterval(watching);
  }
}

let first: PodTemplate;
let firstPod: Awaited<ReturnType<typeof onlyPod>>;
let joined: Awaited<ReturnType<typeof membership>>;

beforeAll(async () => {
  estate = await startSharedTestbed("image", { sites: 1 });
});

afterAll(() => estate.stop());

// One story: each test goes on where the one before ended.
describe("the exporter's image of a stack", () => {
  test("runs, and its site is a member", async () => {
    await estate.project.pulumi.run(["up", ...quietFlags]);
    [first, firstPod, joined] = [await podTemplate(), await onlyPod(), await membership()];
    expect(first.spec.containers[0].image).toBe(exporterImage);
    expect(joined.members).toHaveLength(1);
    expect(joined.changes).toBeGreaterThan(0);
  });

  test("an upgrade, here to a digest, changes the image of the Deployment alone, without a moment without an exporter", async () => {
    await configure(pinnedExporterImage);
    const { code, stdout, fewestReady } = await up();
    expect({ code, fewestReady }).toEqual({ code: 0, fewestReady: 1 });
    expect(stdout).toMatch(/~ 1 updated\n/);
    expect(await podTemplate()).toEqual(withImage(first, pinnedExporterImage));
    const pod = await onlyPod();
    expect(pod.replicaSet).not.toBe(firstPod.replicaSet);
    expect(await scrape(pod.url)).toContain("nv_up 1");
  });

  test("D4: the membership does not notice: nobody joins, leaves or is removed", async () => {
    expect(await membership()).toEqual(joined);
  });

  test("an image that does not run fails the up, and the exporter before goes on", async () => {
    await configure(brokenExporterImage, 8);
    const { code, fewestReady } = await up();
    expect({ failed: code !== 0, fewestReady }).toEqual({ failed: true, fewestReady: 1 });
    for (const { address } of readyPods()) {
      expect(await scrape(`http://${address?.host ?? ""}:${address?.port ?? 0}`)).toContain("nv_up 1");
    }
  });

  test("the previous image restores the previous pod template and ReplicaSet, and the next up has nothing to do", async () => {
    await configure(exporterImage);
    const { code, fewestReady } = await up();
    expect({ code, fewestReady }).toEqual({ code: 0, fewestReady: 1 });
    expect(await podTemplate()).toEqual(first);
    const pod = await onlyPod();
    expect(pod.replicaSet).toBe(firstPod.replicaSet);
    expect(await scrape(pod.url)).toContain("nv_up 1");
    await estate.project.pulumi.run(["up", ...quietFlags, "--expect-no-changes"]);
    expect(await membership()).toEqual(joined);
  });
});
