import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import {
  changedConfig,
  exporterImage,
  installMonitoringCrds,
  liveObject,
  type LiveObject,
  pathOf,
  scrape,
  storedObjects,
  storedResources,
} from "@fedjoin/testbed";
import { destroy, expectNoChanges, ownTestbedOfFile, podUrl, refused, up } from "../support/deployments";
import { at, memberNames } from "../support/federation";

const storeIds = ["u2204a", "u2205b"];

/** Site by site, everything that an exporter does not need. */
const first = {
  image: exporterImage,
  objectLabels: { team: "security" },
  podDisruptionBudget: { maxUnavailable: 1 },
  networkPolicy: {
    scrapers: [
      { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } },
      { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } },
    ],
  },
  monitoring: {
    scrape: {
      ...{ by: "serviceMonitor", intervalSeconds: 120, timeoutSeconds: 90 },
      endpoint: {
        relabelings: [{ targetLabel: "site", replacement: "u2204a" }],
        tlsConfig: { serverName: "exporter", ca: { configMap: { name: "ca", key: "ca.pem" } } },
      },
    },
    alerts: true,
    labels: { release: "kube-prometheus-stack" },
    dashboard: true,
    dashboardConfigMap: { namespace: "grafana", annotations: { grafana_folder: "NeuVector" } },
  },
};
const second = {
  image: exporterImage,
  joinMode: "watch",
  persistentState: { size: "32Mi", storageClassName: "fast" },
  podDisruptionBudget: { minAvailable: 1 },
  networkPolicy: {
    scrapers: [{ podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["prometheus"] }] } }],
    dns: {
      to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "openshift-dns" } } }],
      ports: [{ protocol: "UDP", port: 5353 }, { port: "dns-tcp" }],
    },
    controller: { ports: [{ port: 10443, endPort: 10445 }] },
    master: { to: [{ ipBlock: { cidr: "2001:db8::/32" } }] },
    more: [{ ports: [{ port: 443 }] }],
  },
  monitoring: { scrape: { by: "podMonitor" } },
};
const secondJoins = { joinedBy: "exporter", exporter: second };

const testbed = ownTestbedOfFile({ federation: { sites: 2 } });
let joinToken: string;

/** The testbed's sites with more keys. */
async function configure(...members: readonly object[]): Promise<void> {
  const secrets = { "fedjoin:master.joinToken": joinToken };
  await testbed.project.configure(changedConfig(testbed.config, { members, secrets }));
}

const withUid = z.object({ metadata: z.object({ uid: z.string() }) });

const optional = [
  ...["NetworkPolicy", "PodDisruptionBudget", "PersistentVolumeClaim"],
  ...["ServiceMonitor", "PodMonitor", "PrometheusRule"],
];
const isOptional = ({ kind, metadata }: LiveObject) => optional.includes(kind) || metadata.name.endsWith("-dashboard");
const objects = () => storedObjects(testbed.project.backendDir, "demo");
const live = (object: LiveObject) => liveObject(testbed.controlPlane.client, pathOf(object));

const uidOf = (outputs: unknown) => withUid.safeParse(outputs).data?.metadata.uid;

const readyPods = () => testbed.pods.pods().filter(({ ready }) => ready);
const podOf = (storeId: string) =>
  at(
    readyPods().filter(({ namespace }) => namespace === `store-${storeId}`),
    0,
  );
async function expectScraped(): Promise<void> {
  for (const storeId of storeIds) expect(await scrape(podUrl(podOf(storeId)))).toContain("nv_up 1");
}

const evict = ({ namespace, name }: { readonly namespace: string; readonly name: string }) =>
  testbed.controlPlane.client.post(`/api/v1/namespaces/${namespace}/pods/${name}/eviction`, {
    ...{ apiVersion: "policy/v1", kind: "Eviction", metadata: { namespace, name } },
  });

beforeAll(async () => {
  joinToken = testbed.federation.master.joinToken();
  const grafana = { apiVersion: "v1", kind: "Namespace", metadata: { name: "grafana" } };
  await testbed.controlPlane.client.post("/api/v1/namespaces", grafana);
});

// One story: each test goes on where the one before ended.
describe("the optional objects of a stack, on a real API server", () => {
  test("without the Prometheus Operator, auto makes none of its objects, and nothing else is optional by itself", async () => {
    const auto = { image: exporterImage, monitoring: { scrape: { by: "auto" }, alerts: "auto" } };
    await configure({ exporter: auto }, { joinedBy: "exporter" });
    await up(testbed.project);
    expect((await objects()).filter(isOptional)).toEqual([]);
    for (const service of (await objects()).filter(({ kind }) => kind === "Service")) {
      expect(service.metadata).toMatchObject({ annotations: { "prometheus.io/scrape": "true" } });
    }
  });

  test("R15: one up makes all of them, and the API server takes every field of each as declared", async () => {
    await installMonitoringCrds(testbed.controlPlane.client);
    await configure({ exporter: first }, secondJoins);
    await up(testbed.project);
    const stored = await storedResources(testbed.project.backendDir, "fedjoin", "demo");
    const made = (await objects()).filter(isOptional);
    expect(made.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`).toSorted()).toEqual(
      [
        "ConfigMap grafana/exporter-u2204a-dashboard",
        "NetworkPolicy store-u2204a/exporter-u2204a",
        "NetworkPolicy store-u2205b/exporter-u2205b",
        "PersistentVolumeClaim store-u2205b/exporter-u2205b-state",
        "PodDisruptionBudget store-u2204a/exporter-u2204a",
        "PodDisruptionBudget store-u2205b/exporter-u2205b",
        "PodMonitor store-u2205b/exporter-u2205b",
        "PrometheusRule store-u2204a/exporter-u2204a",
        "ServiceMonitor store-u2204a/exporter-u2204a",
      ],
    );
    for (const object of made) {
      const { inputs } = stored.find(({ outputs }) => uidOf(outputs) === object.metadata.uid) ?? {};
      const found = await live(object);
      const declared = Object.fromEntries(Object.entries(inputs ?? {}).filter(([key]) => key !== "__defaults"));
      expect(found).toMatchObject(declared);
      // These have no defaults: what is not as declared was dropped.
      if (object.apiVersion.startsWith("monitoring.")) expect(found?.["spec"]).toEqual(declared["spec"]);
    }
  });

  test("with them both exporters scrape, each membership has its one owner, and nothing is left to change", async () => {
    await expect.poll(() => memberNames(testbed.federation.master), { timeout: 30_000 }).toHaveLength(2);
    await expectScraped();
    await expectNoChanges(testbed.project);
  });

  test("minAvailable: 1 stops the drain of the pod's node, and maxUnavailable: 1 lets it go on", async () => {
    const [free, kept] = [podOf("u2204a"), podOf("u2205b")];
    await expect(evict(kept)).rejects.toThrow("429");
    await expect.poll(() => evict(free).then(() => "evicted", String), { timeout: 30_000 }).toBe("evicted");
    await expect
      .poll(() => readyPods().map(({ name }) => name), { timeout: 30_000 })
      .toEqual(expect.arrayContaining([kept.name, expect.not.stringMatching(free.name)]));
  });

  test("a value that the Prometheus Operator does not know is refused by the API server already in the preview", async () => {
    const byFtp = { scrape: { by: "serviceMonitor", endpoint: { scheme: "ftp" } } };
    await configure({ exporter: { ...first, monitoring: byFtp } }, secondJoins);
    const said = await refused(testbed.project, "preview", "--non-interactive");
    expect(said).toMatch(/spec\.endpoints\[0\]\.scheme.*"ftp"/);
  });

  test("options that are taken back take their objects away, and nothing else", async () => {
    const before = await objects();
    await configure({}, { joinedBy: "exporter" });
    await up(testbed.project);
    const after = await objects();
    expect(after.filter(isOptional)).toEqual([]);
    expect(after).toHaveLength(before.filter((object) => !isOptional(object)).length);
    for (const object of before.filter(isOptional)) await expect.poll(() => live(object)).toBeUndefined();
    await expect.poll(() => readyPods().length).toBe(2);
    expect(memberNames(testbed.federation.master)).toHaveLength(2);
  });

  test("destroy leaves no object but the namespaces, where objects of others may be", async () => {
    const before = await objects();
    await destroy(testbed.project);
    expect(await objects()).toEqual([]);
    for (const object of before) {
      if (object.kind === "Namespace") expect(await live(object)).toBeDefined();
      else await expect.poll(() => live(object), { timeout: 30_000 }).toBeUndefined();
    }
  });
});
