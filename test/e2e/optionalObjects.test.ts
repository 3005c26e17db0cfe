import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  changedConfig,
  exporterImage,
  installMonitoringCrds,
  KubeError,
  quietFlags,
  scrape,
  startTestbed,
  storedResources,
  type Testbed,
} from "@fedjoin/testbed";
import { memberNames } from "../support/federation";

const storeIds = ["u2204a", "u2205b"];

/** Site by site, everything that an exporter does not need. */
const everything = [
  {
    exporter: {
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
    },
  },
  {
    joinedBy: "exporter",
    exporter: {
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
    },
  },
];

const kubeObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
type KubeObject = z.infer<typeof kubeObject>;

let estate: Testbed;
let joinToken: string;

const pulumi = (...args: string[]) => estate.project.pulumi.run(args);

/** The estate's sites with more keys; those that are not given join by this stack, and take no option. */
async function configure(members: readonly object[] = []): Promise<void> {
  const secrets = { "fedjoin:master.joinToken": joinToken };
  await estate.project.configure(changedConfig(estate.config, { members, secrets }));
}

/** The Kubernetes objects of the state as the stack declares them, with the names that they got. */
async function declared(): Promise<KubeObject[]> {
  const resources = await storedResources(estate.project.backendDir, "fedjoin", "demo");
  return resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ inputs, outputs }) => {
      const { metadata } = z.looseObject({ metadata: z.looseObject({}) }).parse(outputs);
      const written = z.looseObject({ metadata: z.looseObject({}) }).parse(inputs);
      return kubeObject.parse({ ...written, metadata: { ...metadata, ...written.metadata } });
    });
}

const optional = [
  ...["NetworkPolicy", "PodDisruptionBudget", "PersistentVolumeClaim"],
  ...["ServiceMonitor", "PodMonitor", "PrometheusRule"],
];
const isNamespace = ({ kind }: KubeObject) => kind === "Namespace";
const isOptional = ({ kind, metadata }: KubeObject) => optional.includes(kind) || metadata.name.endsWith("-dashboard");

const sortedNames = (objects: readonly KubeObject[]) =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`).toSorted();

function collectionOf({ apiVersion, kind, metadata }: KubeObject): string {
  const api = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
  return `${api}${scope}/${kind.toLowerCase().replace(/y$/, "ie")}s`;
}

/** As the API server has it; `undefined` when it is gone. */
async function live(object: KubeObject): Promise<KubeObject | undefined> {
  try {
    return await estate.controlPlane.client.get(`${collectionOf(object)}/${object.metadata.name}`, kubeObject);
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return undefined;
    throw error;
  }
}

const readyPods = () => estate.pods.pods().filter(({ ready }) => ready);

function podOf(storeId: string) {
  const [pod, another] = readyPods().filter(({ namespace }) => namespace === `store-${storeId}`);
  if (pod?.address === undefined || another !== undefined) throw new Error(`expected one ready pod of ${storeId}`);
  return { ...pod, url: `http://${pod.address.host}:${pod.address.port}` };
}

const evict = ({ namespace, name }: { readonly namespace: string; readonly name: string }) =>
  estate.controlPlane.client.post(`/api/v1/namespaces/${namespace}/pods/${name}/eviction`, {
    ...{ apiVersion: "policy/v1", kind: "Eviction", metadata: { namespace, name } },
  });

beforeAll(async () => {
  estate = await startTestbed({ federation: { sites: 2 }, say: () => undefined });
  joinToken = estate.federation.master.joinToken();
  await estate.controlPlane.client.post("/api/v1/namespaces", {
    ...{ apiVersion: "v1", kind: "Namespace", metadata: { name: "grafana" } },
  });
});

afterAll(() => estate.stop());

// One story: each test goes on where the one before ended.
describe("the optional objects of a stack, on a real API server", () => {
  test("without the Prometheus Operator, auto makes none of its objects, and nothing else is optional by itself", async () => {
    const auto = { image: exporterImage, monitoring: { scrape: { by: "auto" }, alerts: "auto" } };
    await configure([{ exporter: auto }]);
    await pulumi("up", ...quietFlags);
    const objects = await declared();
    expect(objects.filter(isOptional)).toEqual([]);
    for (const service of objects.filter(({ kind }) => kind === "Service")) {
      expect(service.metadata).toMatchObject({ annotations: { "prometheus.io/scrape": "true" } });
    }
    expect(memberNames(estate.federation.master)).toHaveLength(2);
  });

  test("a ServiceMonitor that is told to be made there fails the up by its kind, and takes nothing away", async () => {
    const monitored = { image: exporterImage, monitoring: { scrape: { by: "serviceMonitor" } } };
    const before = memberNames(estate.federation.master);
    // As long as the engine waits for a kind that is not there.
    await configure([{ exporter: monitored, kubernetes: { timeoutSeconds: 5 } }]);
    const { code, stdout, stderr } = await estate.project.pulumi.tryRun(["up", ...quietFlags]);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("ServiceMonitor");
    expect(memberNames(estate.federation.master)).toEqual(before);
    for (const storeId of storeIds) expect(await scrape(podOf(storeId).url)).toContain("nv_up 1");
  });

  test("R15: one up makes all of them, and the API server takes every field of each as declared", async () => {
    await pulumi("destroy", ...quietFlags);
    await installMonitoringCrds(estate.controlPlane.client);
    await configure(everything);
    await pulumi("up", ...quietFlags);
    const objects = (await declared()).filter(isOptional);
    expect(sortedNames(objects)).toEqual([
      "ConfigMap grafana/exporter-u2204a-dashboard",
      "NetworkPolicy store-u2204a/exporter-u2204a",
      "NetworkPolicy store-u2205b/exporter-u2205b",
      "PersistentVolumeClaim store-u2205b/exporter-u2205b-state",
      "PodDisruptionBudget store-u2204a/exporter-u2204a",
      "PodDisruptionBudget store-u2205b/exporter-u2205b",
      "PodMonitor store-u2205b/exporter-u2205b",
      "PrometheusRule store-u2204a/exporter-u2204a",
      "ServiceMonitor store-u2204a/exporter-u2204a",
    ]);
    for (const object of objects) {
      const { apiVersion, kind, metadata, spec, data } = object;
      const { name, namespace, labels, annotations } = metadata;
      const found = await live(object);
      expect(found).toMatchObject({
        apiVersion,
        kind,
        metadata: { name, namespace, labels, ...(annotations !== undefined && { annotations }) },
        ...(spec !== undefined && { spec }),
        ...(data !== undefined && { data }),
      });
      // These have no defaults: what is not as declared was dropped.
      if (apiVersion.startsWith("monitoring.")) expect(found?.["spec"]).toEqual(spec);
    }
  });

  test("with them both exporters scrape, and each membership has its one owner", async () => {
    await expect.poll(() => memberNames(estate.federation.master), { timeout: 30_000 }).toHaveLength(2);
    for (const storeId of storeIds) expect(await scrape(podOf(storeId).url)).toContain("nv_up 1");
  });

  test("a second up, a refresh and a preview show no change", async () => {
    await pulumi("up", ...quietFlags, "--expect-no-changes");
    await pulumi("refresh", ...quietFlags, "--expect-no-changes");
    await pulumi("preview", "--expect-no-changes");
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
    const [first, second] = everything;
    const scrapedByFtp = { scrape: { by: "serviceMonitor", endpoint: { scheme: "ftp" } } };
    await configure([{ exporter: { ...first?.exporter, monitoring: scrapedByFtp } }, { ...second }]);
    const { code, stdout, stderr } = await estate.project.pulumi.tryRun(["preview", "--non-interactive"]);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/spec\.endpoints\[0\]\.scheme.*"ftp"/);
  });

  test("options that are taken back take their objects away, and nothing else", async () => {
    const before = await declared();
    const [, second] = everything;
    await configure([{}, { ...second, exporter: { image: exporterImage } }]);
    await pulumi("up", ...quietFlags);
    const after = await declared();
    expect(after.filter(isOptional)).toEqual([]);
    expect(after).toHaveLength(before.filter((object) => !isOptional(object)).length);
    for (const object of before.filter(isOptional)) await expect.poll(() => live(object)).toBeUndefined();
    await expect.poll(() => readyPods().length).toBe(2);
    expect(memberNames(estate.federation.master)).toHaveLength(2);
  });

  test("destroy leaves none of them but the namespace, where objects of others may be", async () => {
    await configure(everything);
    await pulumi("up", ...quietFlags);
    const objects = await declared();
    expect(objects.filter(isOptional)).toHaveLength(9);
    await pulumi("destroy", ...quietFlags);
    expect(await storedResources(estate.project.backendDir, "fedjoin", "demo")).toEqual([]);
    const [namespaces, others] = [objects.filter(isNamespace), objects.filter((object) => !isNamespace(object))];
    for (const object of others) await expect.poll(() => live(object), { timeout: 30_000 }).toBeUndefined();
    for (const object of namespaces) expect(await live(object)).toBeDefined();
  });
});
