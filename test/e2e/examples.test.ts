import { existsSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, inject, test } from "vitest";
import { parse } from "yaml";
import {
  createExampleProject,
  exporterImage,
  fedJoinInputs,
  findLeaks,
  installForExamples,
  kubeconfigOf,
  repositoryRoot,
  scrape,
  waitFor,
} from "@fedjoin/testbed";
import { startConnectProxy } from "../support/connectProxy";
import { destroy, folderOfFile, password, podUrl, testbedOfFile, up, startedOfFile } from "../support/deployments";
import { at, newLifecycle, joinedStoreIds } from "../support/federation";

const namespace = "examples-store";
const [masterKey, siteKey] = ["federation:Canary-master-key-1f", "joiner:Canary-site-key-2e"];

const apiKey = (text: string, role: "admin" | "fedAdmin") => {
  const [name = "", secret = ""] = text.split(":");
  return { apiKeys: [{ name, secret, role }] };
};

const testbed = testbedOfFile("examples", {
  sites: 2,
  selfSigned: false,
  masterOptions: apiKey(masterKey, "fedAdmin"),
  siteOptions: apiKey(siteKey, "admin"),
});
const proxy = startedOfFile(startConnectProxy);
const folder = folderOfFile();

const master = () => {
  const { rest, federation, fingerprint256: fingerprint } = testbed.federation.master;
  return { rest, federation, tls: { fingerprint } };
};
const site = (index = 0) => {
  const { rest, fingerprint256: fingerprint } = at(testbed.federation.sites, index);
  return { rest, tls: { fingerprint } };
};
const passwords = { FEDJOIN_MASTER_PASSWORD: password, FEDJOIN_SITE_PASSWORD: password };
const kubeconfig = () => join(folder.path, "kubeconfig");
const inCluster = () => ({ "kubernetes:context": "store-u2204a", namespace, image: exporterImage });

interface Example {
  readonly config: () => Record<string, unknown>;
  readonly secrets?: () => Record<string, string>;
  readonly files?: () => Record<string, string>;
  readonly variables?: Record<string, string>;
  /** Who is a member after `up`. */
  readonly members: readonly string[];
  /** Who still is after `destroy`. */
  readonly stays?: readonly string[];
  readonly hasExporter?: boolean;
  readonly before?: () => Promise<unknown>;
  readonly after?: () => void;
}

const examples: Readonly<Record<string, Example>> = {
  "single-site": {
    config: () => ({ master: master(), site: site(), ...inCluster() }),
    secrets: () => ({ sitePassword: password }),
    variables: passwords,
    members: ["u2204a"],
    hasExporter: true,
  },
  "many-sites": {
    config: () => ({
      master: master(),
      sites: ["u2204a", "2207"].map((storeId, index) => ({ storeId, ...site(index) })),
    }),
    variables: passwords,
    members: ["2207", "u2204a"],
  },
  "exporter-only": {
    config: () => ({ site: site(), ...inCluster(), username: "admin" }),
    secrets: () => ({ sitePassword: password }),
    members: [],
    hasExporter: true,
  },
  adopt: {
    config: () => ({ master: master(), site: site() }),
    variables: passwords,
    members: ["u2204a"],
    before: () =>
      newLifecycle().create(fedJoinInputs(testbed.federation.master, at(testbed.federation.sites, 0), "u2204a")),
  },
  "api-key": {
    config: () => ({ master: master(), site: site() }),
    variables: { FEDJOIN_MASTER_APIKEY: masterKey, FEDJOIN_SITE_APIKEY: siteKey },
    members: ["u2204a"],
  },
  "own-ca": {
    config: () => ({ master: { rest: master().rest, federation: master().federation }, site: site().rest }),
    files: () => ({ "ca.pem": testbed.federation.ca ?? "" }),
    variables: passwords,
    members: ["u2204a"],
  },
  proxy: {
    config: () => ({ master: master(), site: site() }),
    secrets: () => ({ proxy: `http://user:Canary-proxy-3d@127.0.0.1:${proxy.port}` }),
    variables: passwords,
    members: ["u2204a"],
    after: () => {
      const asked = new Set(proxy.asked.map((line) => line.split(" ")[0]));
      const places = [master(), site()].map(({ rest }) => `${rest.server}:${rest.port}`);
      expect([...asked].toSorted()).toEqual(places.toSorted());
    },
  },
  // Last: its membership outlives it.
  "join-by-exporter": {
    config: () => ({ master: master(), site: site(), ...inCluster() }),
    secrets: () => ({ sitePassword: password, joinToken: testbed.federation.master.joinToken() }),
    members: ["u2204a"],
    stays: ["u2204a"],
    hasExporter: true,
  },
};

beforeAll(async () => {
  await installForExamples(folder.path);
  await writeFile(kubeconfig(), kubeconfigOf({ "store-u2204a": testbed.controlPlane }), { mode: 0o600 });
  const ofExamples = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
  await testbed.controlPlane.client.post("/api/v1/namespaces", ofExamples);
});

/** The store ids of the members, by their cluster names. */
const members = () => joinedStoreIds(testbed.federation.master);

const manifest = (name: string, file: string): unknown =>
  parse(readFileSync(join(repositoryRoot, "examples", name, file), "utf8"));

/** The keys of nested mappings, so that two values of one shape are equal. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]));
}

test("each project of examples/ is run here, or by a test of its own", () => {
  const projects = readdirSync(join(repositoryRoot, "examples")).filter((name) =>
    existsSync(join(repositoryRoot, "examples", name, "Pulumi.yaml")),
  );
  expect(projects.toSorted()).toEqual([...Object.keys(examples), "accounts", "template"].toSorted());
});

test.each(Object.entries(examples))(
  "the example %s does what its page says, changes nothing again, and is destroyed",
  async (name, example) => {
    const { config, secrets, files, variables, before, after, hasExporter = false, ...expected } = example;
    expect(manifest(name, "Pulumi.dev.yaml")).toEqual({ config: expect.anything() as unknown });
    expect(shapeOf(manifest(name, "Pulumi.dev.yaml"))).toEqual(shapeOf({ config: config() }));
    await before?.();
    const hidden = secrets?.() ?? {};
    const project = await createExampleProject(inject("tools"), folder.path, name, {
      stack: "dev",
      config: config(),
      secrets: hidden,
      files: files?.() ?? {},
      variables: { ...variables, KUBECONFIG: kubeconfig() },
    });
    await up(project);
    if (hasExporter) {
      const pod = await waitFor("the exporter", () =>
        Promise.resolve(testbed.pods.pods().find((each) => each.namespace === namespace && each.ready)),
      );
      expect(await scrape(podUrl(pod))).toContain("nv_up 1");
    }
    await waitFor("the members", () =>
      Promise.resolve(members().join() === expected.members.join() ? true : undefined),
    );
    after?.();
    await project.pulumi.run(["up", "--yes", "--skip-preview", "--non-interactive", "--expect-no-changes"]);
    const kept = new Map([...Object.entries(hidden), ...Object.entries(variables ?? {})]);
    expect(await findLeaks(project.backendDir, kept)).toEqual([]);
    await destroy(project);
    expect(members()).toEqual(expected.stays ?? []);
  },
);
