import { liveObject, missingObjects, pathOf, quickRetry, sharedCaConfig, storedObjects } from "@fedjoin/testbed";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { at, requestsOf } from "../support/federation";
import { expectNoChanges, password, testbedOfFile, up } from "../support/deployments";

const testbed = testbedOfFile("lost", { sites: 1, selfSigned: false });

async function configure(ofDefaults: object): Promise<void> {
  const { master, defaults, places } = sharedCaConfig(testbed);
  const config = {
    "fedjoin:master": master,
    "fedjoin:defaults": { ...defaults, retry: quickRetry, ...ofDefaults },
    "fedjoin:members": [{ storeId: "first", namespace: "lost-first", ...places[0] }],
  };
  const secrets = new Map([
    ["fedjoin:master.credentials.password", password],
    ["fedjoin:defaults.controller.credentials.password", password],
  ]);
  await testbed.project.configure({ plain: { config }, secrets });
}

const memberships = () => testbed.federation.master.members().map(({ name, id }) => `${name} ${id}`);

test("a lost state: a new stack adopts the membership and takes over the exporter's objects with fixed names", async () => {
  const { project, controlPlane, federation } = testbed;
  const site = at(federation.sites, 0);
  await configure({});
  await up(project);
  const [before, objects] = [memberships(), await storedObjects(project.backendDir, "demo")];
  expect(before).toHaveLength(1);

  await rm(join(project.backendDir, ".pulumi/stacks"), { recursive: true });
  await project.pulumi.run(["stack", "init", "demo"]);
  await configure({ ifAbsent: "fail" });
  await up(project);
  expect(memberships()).toEqual(before);
  const sent = ["join", "leave"].map((what) => requestsOf(site, "POST", `/v1/fed/${what}`).length);
  expect(sent).toEqual([1, 0]);

  const after = await storedObjects(project.backendDir, "demo");
  expect(await missingObjects(after, [controlPlane.client])).toEqual([]);
  const paths = after.map(pathOf);
  const kept = objects.filter((each) => paths.includes(pathOf(each)));
  const renamed = objects.filter((each) => !kept.includes(each));
  expect(kept.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["Deployment", "Service", "ServiceAccount"]));
  expect(new Set(renamed.map(({ kind }) => kind))).toEqual(new Set(["ConfigMap", "Secret"]));
  for (const each of renamed) expect(await liveObject(controlPlane.client, pathOf(each))).toBeDefined();
  await expectNoChanges(project);
});
