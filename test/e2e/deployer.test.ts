import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import {
  accountToken,
  type AuditedRequest,
  auditedRequests,
  createObjects,
  kubeconfigOf,
  nextExporterImage,
  quietFlags,
  repositoryRoot,
  scrape,
  startTestbed,
  type Testbed,
} from "@fedjoin/testbed";
import { memberNames } from "../support/federation";

const namespace = "neuvector-exporter";
const account = "fedjoin-deployer";

const shipped = (file: string) => readFileSync(join(repositoryRoot, "examples", file), "utf8");
const roleSchema = z.object({
  kind: z.literal("Role"),
  rules: z.array(
    z.object({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) }),
  ),
});
const written = z.object({
  config: z.looseObject({ "fedjoin:defaults": z.looseObject({}), "fedjoin:members": z.array(z.looseObject({})) }),
});
const names = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

let estate: Testbed;

const pulumi = (...args: string[]) => estate.project.pulumi.run(args);

/** The estate's configuration, but deployed by the pipeline's account into the namespace that is there. */
async function configure(changes: object = {}, timeoutSeconds = 60): Promise<void> {
  const { config } = written.parse(estate.config.plain);
  const { exporter, ...defaults } = config["fedjoin:defaults"];
  const kubeconfigFile = join(estate.project.dir, "deployer.kubeconfig");
  const plain = {
    config: {
      ...config,
      "fedjoin:defaults": {
        ...defaults,
        createNamespace: false,
        kubernetes: { kubeconfigFile, timeoutSeconds },
        exporter: { ...z.looseObject({}).parse(exporter), ...changes },
      },
      "fedjoin:members": config["fedjoin:members"].map((member) => ({ ...member, namespace })),
    },
  };
  await estate.project.configure({ ...estate.config, plain });
}

function onlyPod() {
  const [pod, another] = estate.pods.pods();
  if (pod?.address === undefined || another !== undefined) throw new Error("expected one running pod");
  return { name: pod.name, url: `http://${pod.address.host}:${pod.address.port}` };
}

const requests = () => auditedRequests(estate.controlPlane.auditFile, `system:serviceaccount:${namespace}:${account}`);

/** `verb resource.group`, for each that was asked for. */
const permissionsOf = (asked: readonly AuditedRequest[]) =>
  sorted(asked.flatMap(({ verbs, resource, apiGroup }) => verbs.map((verb) => permission(verb, resource, apiGroup))));

const permission = (verb: string, resource: string, group: string) =>
  `${verb} ${resource}${group === "" ? "" : `.${group}`}`;

const sorted = (texts: readonly string[]) => [...new Set(texts)].toSorted();

function shippedPermissions(): string[] {
  const role = parseAllDocuments(shipped("deployer/rbac.yaml"))
    .map((document) => roleSchema.safeParse(document.toJS()).data)
    .find((each) => each !== undefined);
  return sorted(
    (role?.rules ?? []).flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => permission(verb, resource, group))),
      ),
    ),
  );
}

beforeAll(async () => {
  estate = await startTestbed({ rbac: true, federation: { sites: 1 }, say: () => undefined });
  const { client, url, ca } = estate.controlPlane;
  await createObjects(client, shipped("kubernetes/namespace.yaml"));
  await createObjects(client, shipped("deployer/rbac.yaml"));
  const token = await accountToken(client, namespace, account);
  await writeFile(join(estate.project.dir, "deployer.kubeconfig"), kubeconfigOf({ site: { url, ca, token } }));
  await configure();
});

afterAll(() => estate.stop());

// One story: each test goes on where the one before ended.
describe("a pipeline with the shipped account, in a namespace that enforces the restricted standard", () => {
  test("D4: deploys an exporter that is a running process and scrapes, and joins the site", async () => {
    await pulumi("up", ...quietFlags);
    expect(await scrape(onlyPod().url)).toContain("nv_up 1");
    expect(memberNames(estate.federation.master)).toEqual([expect.stringMatching(/^u2204a-/)]);
  });

  test("finds nothing to change: up, refresh and preview", async () => {
    await pulumi("up", ...quietFlags, "--expect-no-changes");
    await pulumi("refresh", ...quietFlags, "--expect-no-changes");
    await pulumi("preview", "--expect-no-changes");
  });

  test("a changed setting and a new image roll, and the old image comes back", async () => {
    for (const changes of [{ env: { LOG_FORMAT: "json" } }, { image: nextExporterImage }, {}]) {
      const before = onlyPod().name;
      await configure(changes);
      await pulumi("up", ...quietFlags);
      await expect.poll(() => estate.pods.pods().map(({ name }) => name)).toEqual([expect.not.stringMatching(before)]);
      expect(await scrape(onlyPod().url)).toContain("nv_up 1");
    }
  });

  test("a setting that the exporter refuses fails the up, while the pod before goes on; the setting taken back mends it", async () => {
    const before = onlyPod();
    await configure({ env: { LOG_LEVEL: "loud" } }, 8);
    expect((await estate.project.pulumi.tryRun(["up", ...quietFlags])).code).not.toBe(0);
    expect(await scrape(before.url)).toContain("nv_up 1");
    await configure();
    await pulumi("up", ...quietFlags);
    await expect.poll(() => estate.pods.pods().map(({ ready }) => ready)).toEqual([true]);
    expect(await scrape(onlyPod().url)).toContain("nv_up 1");
  });

  test("destroy leaves neither object nor membership", async () => {
    await pulumi("destroy", ...quietFlags);
    expect(memberNames(estate.federation.master)).toEqual([]);
    const { client } = estate.controlPlane;
    const kinds = ["apis/apps/v1|deployments", "apis/apps/v1|replicasets", "api/v1|pods", "api/v1|secrets"];
    for (const kind of [...kinds, "api/v1|configmaps", "api/v1|services", "api/v1|serviceaccounts"]) {
      const { items } = await client.get(`/${kind.replace("|", `/namespaces/${namespace}/`)}`, names);
      const left = items.map(({ metadata }) => metadata.name);
      expect(left.filter((name) => ![account, "default", "kube-root-ca.crt"].includes(name))).toEqual([]);
    }
  });

  test("R15: the API server refused it nothing, it asked for nothing outside the namespace, and its role has no more and no less than it used", async () => {
    const asked = await requests();
    expect(asked.filter(({ status }) => status === 403)).toEqual([]);
    expect(sorted(asked.map((each) => each.namespace ?? "the whole cluster"))).toEqual([namespace]);
    expect(shippedPermissions()).toEqual(permissionsOf(asked));
  });
});
