import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import * as z from "zod";
import {
  accountToken,
  type AuditedRequest,
  auditedRequests,
  changedConfig,
  createObjects,
  exporterImage,
  kubeconfigOf,
  pinnedExporterImage,
  repositoryRoot,
  scrape,
} from "@fedjoin/testbed";
import {
  destroy,
  expectNoChanges,
  ownTestbedOfFile,
  podUrl,
  refusedUp,
  storedFedJoins,
  up,
} from "../support/deployments";
import { at, memberNames, membershipChanges } from "../support/federation";

const namespace = "neuvector-exporter";
const account = "fedjoin-deployer";

const shipped = (file: string) => readFileSync(join(repositoryRoot, "examples", file), "utf8");
const texts = z.array(z.string());
const roleSchema = z.object({
  kind: z.literal("Role"),
  rules: z.array(z.object({ apiGroups: texts, resources: texts, verbs: texts })),
});
const names = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });
const container = z.looseObject({ image: z.string() });
const template = z.looseObject({ spec: z.looseObject({ containers: z.tuple([container]) }) });
const deployment = z.object({ spec: z.object({ template }) });

const testbed = ownTestbedOfFile({ rbac: true, federation: { sites: 1 } });

/** The testbed's configuration, but deployed by the pipeline's account into the namespace that is there. */
async function configure(changes: object = {}, timeoutSeconds = 60): Promise<void> {
  const kubeconfigFile = join(testbed.project.dir, "deployer.kubeconfig");
  const kubernetes = { kubeconfigFile, timeoutSeconds };
  const defaults = { createNamespace: false, kubernetes, exporter: { image: exporterImage, ...changes } };
  await testbed.project.configure(changedConfig(testbed.config, { defaults, members: [{ namespace }] }));
}

const readyPods = () => testbed.pods.pods().filter(({ ready }) => ready);

/** The one pod, once the one before is gone. */
async function onlyPod() {
  await expect.poll(() => testbed.pods.pods().map(({ ready }) => ready), { timeout: 30_000 }).toEqual([true]);
  const pod = at(testbed.pods.pods(), 0);
  expect(await scrape(podUrl(pod))).toContain("nv_up 1");
  return pod;
}
/** A pod's name is that of its ReplicaSet and five characters. */
const replicaSetOf = ({ name }: { readonly name: string }) => name.slice(0, -6);

const podTemplate = async () => {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/exporter-u2204a`;
  return (await testbed.controlPlane.client.get(path, deployment)).spec.template;
};

/** What the master and the state know of the membership, and how often an account changed it. */
async function membership() {
  const { master, sites } = testbed.federation;
  const changes = membershipChanges([master, ...sites]).length;
  const [fedJoin] = await storedFedJoins(testbed.project.backendDir, "fedjoin", "demo");
  const { clusterId, role, status } = fedJoin?.outputs ?? {};
  return { members: master.members(), stored: [fedJoin?.id, clusterId, role, status], changes };
}

/** What `work` gives, and the fewest pods that were ready at any moment of it. */
async function watching<T>(work: Promise<T>): Promise<number> {
  let fewestReady = readyPods().length;
  const timer = setInterval(() => {
    fewestReady = Math.min(fewestReady, readyPods().length);
  }, 20);
  await work.finally(() => {
    clearInterval(timer);
  });
  return fewestReady;
}

const permission = (verb: string, resource: string, group: string) =>
  `${verb} ${resource}${group === "" ? "" : `.${group}`}`;
const sorted = (given: readonly string[]) => [...new Set(given)].toSorted();

/** `verb resource.group`, for each that was asked for. */
const permissionsOf = (asked: readonly AuditedRequest[]) =>
  sorted(asked.flatMap(({ verbs, resource, apiGroup }) => verbs.map((verb) => permission(verb, resource, apiGroup))));

function shippedPermissions(): string[] {
  const roles = parseAllDocuments(shipped("deployer/rbac.yaml")).map((each) => roleSchema.safeParse(each.toJS()).data);
  const rules = roles.flatMap((role) => role?.rules ?? []);
  return sorted(
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => permission(verb, resource, group))),
      ),
    ),
  );
}

beforeAll(async () => {
  const { client, url, ca } = testbed.controlPlane;
  await createObjects(client, shipped("kubernetes/namespace.yaml"));
  await createObjects(client, shipped("deployer/rbac.yaml"));
  const token = await accountToken(client, namespace, account);
  await writeFile(join(testbed.project.dir, "deployer.kubeconfig"), kubeconfigOf({ site: { url, ca, token } }));
  await configure();
});

// One story: each test goes on where the one before ended.
describe("a pipeline with the shipped account, in a namespace that enforces the restricted standard", () => {
  test("D4: deploys an exporter that is a running process and scrapes, and joins the site", async () => {
    await up(testbed.project);
    await onlyPod();
    expect(memberNames(testbed.federation.master)).toEqual([expect.stringMatching(/^u2204a-/)]);
    await expectNoChanges(testbed.project);
  });

  test("D4: a new image, here by digest, changes the image alone and leaves no moment without an exporter; the old one comes back; the membership does not notice", async () => {
    const [first, pod, joined] = [await podTemplate(), await onlyPod(), await membership()];
    await configure({ image: pinnedExporterImage });
    expect(await watching(up(testbed.project))).toBe(1);
    const upgraded = [{ ...first.spec.containers[0], image: pinnedExporterImage }];
    expect(await podTemplate()).toEqual({ ...first, spec: { ...first.spec, containers: upgraded } });
    expect(replicaSetOf(await onlyPod())).not.toBe(replicaSetOf(pod));
    await configure();
    expect(await watching(up(testbed.project))).toBe(1);
    expect(await podTemplate()).toEqual(first);
    expect(replicaSetOf(await onlyPod())).toBe(replicaSetOf(pod));
    expect(await membership()).toEqual(joined);
  });

  test("a setting that the exporter refuses fails the up, while the pod before goes on; the setting taken back repairs it", async () => {
    const before = await onlyPod();
    await configure({ env: { LOG_LEVEL: "loud" } }, 8);
    expect(await watching(refusedUp(testbed.project))).toBe(1);
    expect(await scrape(podUrl(before))).toContain("nv_up 1");
    await configure();
    await up(testbed.project);
    await onlyPod();
  });

  test("destroy leaves neither object nor membership", async () => {
    await destroy(testbed.project);
    expect(memberNames(testbed.federation.master)).toEqual([]);
    const core = ["pods", "secrets", "configmaps", "services", "serviceaccounts"];
    const kinds = [...core, "deployments", "replicasets"];
    for (const kind of kinds) {
      const api = core.includes(kind) ? "api/v1" : "apis/apps/v1";
      const { items } = await testbed.controlPlane.client.get(`/${api}/namespaces/${namespace}/${kind}`, names);
      const left = items.map(({ metadata }) => metadata.name);
      expect(left.filter((name) => ![account, "default", "kube-root-ca.crt"].includes(name))).toEqual([]);
    }
  });

  test("R15: the API server refused it nothing, it asked for nothing outside the namespace, and its role has no more and no less than it used", async () => {
    const user = `system:serviceaccount:${namespace}:${account}`;
    const asked = await auditedRequests(testbed.controlPlane.auditFile, user);
    expect(asked.filter(({ status }) => status === 403)).toEqual([]);
    expect(sorted(asked.map((each) => each.namespace ?? "the whole cluster"))).toEqual([namespace]);
    expect(shippedPermissions()).toEqual(permissionsOf(asked));
  });
});
