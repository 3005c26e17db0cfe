import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import {
  changedConfig,
  type ControlPlane,
  exporterImages,
  kubeconfigOf,
  type PodRunner,
  quietFlags,
  scrape,
  startControlPlane,
  startPodRunner,
  type Testbed,
} from "@fedjoin/testbed";
import { startSharedTestbed } from "../support/sharedTestbed";
import { memberNames } from "../support/federation";

const say = () => undefined;
let estate: Testbed;
let west: ControlPlane;
let westPods: PodRunner;

const pulumi = (...args: string[]) => estate.project.pulumi.run(args);
const namespaces = () => [estate.pods, westPods].map((runner) => runner.pods().map(({ namespace }) => namespace));

beforeAll(async () => {
  estate = await startSharedTestbed("two", { sites: 2 });
  const dir = join(estate.project.dir, "west");
  west = await startControlPlane({ tools: inject("tools"), dir, say });
  westPods = await startPodRunner({ client: west.client, dir: join(dir, "pods"), images: exporterImages, say });
  const kubeconfigFile = join(estate.project.dir, "both.kubeconfig");
  await writeFile(kubeconfigFile, kubeconfigOf({ east: estate.controlPlane, west }));
  const config = changedConfig(estate.config, {
    defaults: { kubernetes: { kubeconfigFile, timeoutSeconds: 60 } },
    members: ["east", "west"].map((context) => ({ kubernetes: { context } })),
  });
  await estate.project.configure(config);
});

afterAll(async () => {
  await westPods.stop();
  await west.stop();
  await estate.stop();
});

describe("D4: one stack over two clusters, each by a context of the kubeconfig", () => {
  test("each cluster gets the exporter of its own site, and nothing of the other's", async () => {
    await pulumi("up", ...quietFlags);
    expect(namespaces()).toEqual([["two-u2204a"], ["two-u2205b"]]);
    for (const { address } of [...estate.pods.pods(), ...westPods.pods()]) {
      expect(await scrape(`http://${address?.host ?? ""}:${address?.port ?? 0}`)).toContain("nv_up 1");
    }
    expect(memberNames(estate.federation.master)).toHaveLength(2);
    await pulumi("up", ...quietFlags, "--expect-no-changes");
  });

  test("destroy leaves nothing in either", async () => {
    await pulumi("destroy", ...quietFlags);
    expect(namespaces()).toEqual([[], []]);
    expect(memberNames(estate.federation.master)).toEqual([]);
  });
});
