import { describe, expect, test } from "vitest";
import {
  NeuVectorExporter,
  readAlertRules,
  type ExporterJoinArgs,
  type NeuVectorExporterArgs,
} from "../../stacks/src/component";
import { checkImage } from "../../stacks/src/components/neuvectorExporter";
import { declareProgram, only } from "../support/declareStack";
import { policyViolations } from "../../stacks/src/policy/objectRules";
import { asYaml, renderedObjects, type KubeObject } from "../support/renderedObjects";

const secrets = ["canary-password", "canary-token", "canary-url", "canary-bearer", "canary-site", "canary-hash"];

const plain = {
  namespace: "neuvector",
  image: "registry.example.com/fedjoin-exporter:0.1.0",
  controller: {
    ...{ server: "neuvector-svc-controller-api.neuvector", port: 10443 },
    credentials: { username: "metrics-reader", password: "canary-password" },
  },
} satisfies NeuVectorExporterArgs;

const site = {
  storeId: "u2204a",
  jointRest: { server: "192.168.8.209", port: 10443 },
};

const join = {
  ...site,
  joinVia: "controller",
  master: { rest: { server: "hq.example.com" } },
  joinToken: "canary-token",
} satisfies ExporterJoinArgs;

const tokenUrl = {
  ...site,
  joinVia: "master",
  mode: "watch",
  master: { rest: { server: "203.0.113.7", port: 443 }, tls: { ca: "-----BEGIN CERTIFICATE-----" } },
  joinTokenUrl: "https://tokens.example.com:8443/canary-url",
  joinTokenUrlOptions: { bearer: "canary-bearer" },
} satisfies ExporterJoinArgs;

const prometheus = {
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } },
};

/** Every option that can be had together. */
const everything = {
  ...plain,
  image: `registry.example.com/fedjoin-exporter@sha256:${"0123456789abcdef".repeat(4)}`,
  imagePullPolicy: "Always",
  imagePullSecrets: ["registry"],
  port: 9100,
  resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "512Mi" } },
  userId: 10001,
  objectLabels: { team: "security" },
  podAnnotations: { "example.com/owner": "security" },
  nodeSelector: { "kubernetes.io/arch": "amd64" },
  tolerations: [{ key: "infra", operator: "Exists", effect: "NoSchedule" }],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: "pool", operator: "In", values: ["infra"] }] }],
      },
    },
  },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway" },
  ],
  priorityClassName: "infra",
  env: { LOG_FORMAT: "json" },
  join: tokenUrl,
  persistentState: { size: "1Gi", storageClassName: "fast" },
  web: { config: "basic_auth_users: { prometheus: canary-hash }", tlsSecret: "exporter-tls" },
  targets: { config: "targets: {}", files: { "site-password": "canary-site" } },
  podDisruptionBudget: { maxUnavailable: 1 },
  networkPolicy: {
    scrapers: [prometheus],
    more: [{ ports: [{ protocol: "TCP", port: 8443 }] }],
  },
  monitoring: {
    scrape: {
      ...{ by: "serviceMonitor", intervalSeconds: 120, timeoutSeconds: 60 },
      endpoint: { tlsConfig: { ca: { configMap: { name: "exporter-ca", key: "ca.crt" } } } },
    },
    alerts: true,
    labels: { release: "prometheus" },
  },
} satisfies NeuVectorExporterArgs;

const declare = (args: NeuVectorExporterArgs) =>
  declareProgram(() => ({ address: new NeuVectorExporter("exporter-u2204a", args).address }));

const render = async (args: NeuVectorExporterArgs) => renderedObjects(await declare(args));

const kindsOf = (objects: readonly KubeObject[]) => objects.map(({ kind }) => kind);

function oneOf(objects: readonly KubeObject[], kind: string): KubeObject {
  const [found, another] = objects.filter((object) => object.kind === kind);
  if (found === undefined || another !== undefined) throw new Error(`expected one ${kind}`);
  return found;
}

const deployed = async (args: Partial<NeuVectorExporterArgs>) =>
  oneOf(await render({ ...plain, ...args }), "Deployment");

const inPod = (spec: object) => ({ spec: { template: { spec } } });

const monitored = (monitoring: NonNullable<NeuVectorExporterArgs["monitoring"]>) => render({ ...plain, monitoring });

describe("the exporter's component", () => {
  test.each<readonly [string, NeuVectorExporterArgs]>([
    ["scrapes", plain],
    ["joins", { ...plain, join }],
    ["everything", everything],
  ])("R12: renders what was looked at once: %s", async (file, args) => {
    await expect(asYaml(await render(args))).toMatchFileSnapshot(`../fixtures/golden/stack-${file}.yaml`);
  });

  test("R12, R15: breaks no rule of the policy, whatever is switched on", async () => {
    for (const args of [plain, { ...plain, join }, everything, { ...everything, userId: "cluster" as const }]) {
      expect(policyViolations(await render(args), { secrets })).toEqual([]);
    }
  });

  test("R15: marks every secret as one, for the engine's state too", async () => {
    const { resources } = await declare(everything);
    const shown = resources.map(({ inputs, secrets: hidden }) =>
      Object.entries(inputs).filter(([key]) => !hidden.includes(key)),
    );
    for (const secret of secrets) expect(JSON.stringify(shown)).not.toContain(secret);
    expect(only({ resources, outputs: {} }, "kubernetes:networking.k8s.io/v1:NetworkPolicy").secrets).toEqual([]);
  });

  test("declares no more than it needs unless it is told to", async () => {
    const least = ["ConfigMap", "Deployment", "Secret", "Service", "ServiceAccount"];
    expect(kindsOf(await render(plain))).toEqual(least);
    expect(kindsOf(await render({ ...plain, persistentState: false, monitoring: {} }))).toEqual(least);
  });

  test("refuses an image that does not say which one", () => {
    expect(() => checkImage("fedjoin-exporter:latest")).toThrow(
      "image fedjoin-exporter:latest: expected name@sha256:…",
    );
  });

  test("R1: replaces a pod that joins, or holds a volume, only once it is gone; another one without a gap", async () => {
    const recreated = { spec: { replicas: 1, strategy: { type: "Recreate" } } };
    expect(await deployed({ join })).toMatchObject(recreated);
    expect(await deployed({ persistentState: {} })).toMatchObject(recreated);
    expect(await deployed({})).toMatchObject({
      spec: { replicas: 1, strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
    });
  });

  test("keeps the state in a volume where it watches the membership, else in the pod", async () => {
    const claimed = inPod({ volumes: [{ persistentVolumeClaim: { claimName: "exporter-u2204a-state" } }] });
    expect(await deployed({ join: { ...join, mode: "watch" } })).toMatchObject(claimed);
    const inMemory = inPod({ volumes: [{ name: "state", emptyDir: { sizeLimit: "16Mi" } }] });
    expect(await deployed({ join })).toMatchObject(inMemory);
    expect(await deployed({ join: { ...join, mode: "watch" }, persistentState: false })).toMatchObject(inMemory);
  });

  test("takes a claim that is there already, and makes none", async () => {
    const objects = await render({ ...plain, persistentState: { claimName: "mine" } });
    expect(kindsOf(objects)).not.toContain("PersistentVolumeClaim");
    expect(oneOf(objects, "Deployment")).toMatchObject(
      inPod({ volumes: [{ persistentVolumeClaim: { claimName: "mine" } }] }),
    );
  });

  test("leaves user and group to a cluster that gives them out, and stays no root", async () => {
    const { spec } = await deployed({ userId: "cluster" });
    expect(spec).toHaveProperty("template.spec.securityContext", {
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
    });
  });

  test("asks over HTTP whether it is well, and by its own command behind a web config", async () => {
    const http = { httpGet: { port: "metrics" } };
    expect(await deployed({})).toMatchObject(
      inPod({ containers: [{ startupProbe: http, livenessProbe: http, readinessProbe: http }] }),
    );
    const tcp = { tcpSocket: { port: "metrics" } };
    const exec = { exec: { command: ["/nodejs/bin/node", "/app/fedjoin-exporter.js", "--health"] } };
    expect(await deployed({ web: { config: "{}" } })).toMatchObject(
      inPod({ containers: [{ startupProbe: tcp, livenessProbe: exec, readinessProbe: tcp }] }),
    );
  });

  test.each([
    ["http", {}],
    ["http", { web: { config: "{}" } }],
    ["https", { web: { config: "{}", tlsSecret: "tls" } }],
    ["https", { web: { config: "{}", scheme: "https" } }],
  ] as const)("says to scrapers that it speaks %s: %j", async (scheme, web) => {
    expect(oneOf(await render({ ...plain, ...web }), "Service")).toMatchObject({
      metadata: { annotations: { "prometheus.io/scheme": scheme } },
      spec: { ports: [{ appProtocol: scheme }] },
    });
  });
});

describe("its network policy", () => {
  const policyOf = async (args: Partial<NeuVectorExporterArgs>) =>
    oneOf(await render({ ...plain, networkPolicy: { scrapers: [prometheus] }, ...args }), "NetworkPolicy")["spec"];
  const tcp = (port: number, to?: string) => ({
    ...(to !== undefined && { to: [{ ipBlock: { cidr: to } }] }),
    ports: [{ protocol: "TCP", port }],
  });
  const dns = expect.objectContaining({ to: [{ namespaceSelector: expect.anything() as unknown }] }) as unknown;

  test("R15: lets scrapers in, and itself to DNS and the controller", async () => {
    expect(await policyOf({})).toMatchObject({
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [prometheus], ports: [{ protocol: "TCP", port: "metrics" }] }],
      egress: [dns, tcp(10443)],
    });
  });

  test("R15: opens the way to the master and the token URL only where a join goes there", async () => {
    expect(await policyOf({ join })).toHaveProperty("egress", [dns, tcp(10443)]);
    expect(await policyOf({ join: tokenUrl })).toHaveProperty("egress", [
      ...[dns, tcp(10443), tcp(443, "203.0.113.7/32"), tcp(8443)],
    ]);
    expect(await policyOf({ join: { ...tokenUrl, master: {}, joinToken: "canary-token" } })).toHaveProperty("egress", [
      ...[dns, tcp(10443), tcp(443)],
    ]);
  });

  test("knows addresses of both kinds, and the port that a token URL does not write", async () => {
    const controller = { ...plain.controller, server: "2001:db8::1" };
    const join6 = { ...tokenUrl, joinTokenUrl: "https://[2001:db8::2]/canary-url" };
    expect(await policyOf({ controller, join: join6 })).toHaveProperty("egress", [
      ...[dns, tcp(10443, "2001:db8::1/128"), tcp(443, "203.0.113.7/32"), tcp(443, "2001:db8::2/128")],
    ]);
  });

  test("takes rules of one's own instead", async () => {
    const rules = { dns: tcp(5353), controller: tcp(1), master: tcp(2), tokenUrl: tcp(3), more: [tcp(4)] };
    expect(await policyOf({ join: tokenUrl, networkPolicy: { scrapers: [], ...rules } })).toHaveProperty("egress", [
      ...[tcp(5353), tcp(1), tcp(2), tcp(3), tcp(4)],
    ]);
  });
});

describe("what it gives to Prometheus and Grafana", () => {
  const auto = { scrape: { by: "auto" }, alerts: "auto" } as const;
  test.each<readonly [NonNullable<NeuVectorExporterArgs["monitoring"]>, readonly string[], boolean]>([
    [{}, [], true],
    [{ scrape: { by: "annotations" } }, [], true],
    [{ scrape: { by: "serviceMonitor" } }, ["ServiceMonitor"], false],
    [{ scrape: { by: "podMonitor" } }, ["PodMonitor"], false],
    [{ scrape: { by: "nothing" } }, [], false],
    [auto, [], true],
    [{ ...auto, apiVersions: ["apps/v1"] }, [], true],
    [{ ...auto, apiVersions: ["apps/v1", "monitoring.coreos.com/v1"] }, ["PrometheusRule", "ServiceMonitor"], false],
  ])("is scraped by one way only, with auto by what the cluster has: %j", async (monitoring, monitors, annotated) => {
    const objects = await monitored(monitoring);
    expect(kindsOf(objects).filter((kind) => /Monitor$|^PrometheusRule$/.test(kind))).toEqual(monitors);
    const { metadata } = oneOf(objects, "Service");
    expect(JSON.stringify(metadata).includes("prometheus.io/scrape")).toBe(annotated);
  });

  test.each([
    ["serviceMonitor", "ServiceMonitor", "endpoints"],
    ["podMonitor", "PodMonitor", "podMetricsEndpoints"],
  ] as const)("%s finds it by label and port, and names the job that the alerts ask for", async (by, kind, list) => {
    const objects = await monitored({ scrape: { by }, labels: { release: "prometheus" } });
    const monitor = oneOf(objects, kind);
    const found = { "app.kubernetes.io/instance": "exporter-u2204a", "app.kubernetes.io/name": "neuvector-exporter" };
    expect(monitor).toMatchObject({
      metadata: { namespace: "neuvector", labels: { release: "prometheus" } },
      spec: {
        selector: { matchLabels: found },
        jobLabel: "app.kubernetes.io/part-of",
        [list]: [{ port: "metrics", scheme: "http", interval: "60s", scrapeTimeout: "30s", honorLabels: true }],
      },
    });
    const labels = { ...found, "app.kubernetes.io/part-of": "neuvector" };
    expect(oneOf(objects, "Service")).toMatchObject({ metadata: { labels }, spec: { ports: [{ name: "metrics" }] } });
    expect(oneOf(objects, "Deployment")).toMatchObject({ spec: { template: { metadata: { labels } } } });
    expect(readAlertRules().groups[0]?.rules[0]?.expr).toBe('up{job="neuvector"} == 0');
  });

  test("hands on the alerts as they stand in their one place", async () => {
    expect(oneOf(await monitored({ alerts: true }), "PrometheusRule")["spec"]).toEqual(readAlertRules());
  });

  test("puts the dashboard where Grafana's sidecar looks", async () => {
    const dashboardOf = async (dashboard: NonNullable<NeuVectorExporterArgs["monitoring"]>["dashboard"]) => {
      const { resources } = await declare({ ...plain, monitoring: { ...(dashboard !== undefined && { dashboard }) } });
      return resources.find(({ name }) => name === "exporter-u2204a-dashboard")?.inputs;
    };
    expect(await dashboardOf(false)).toBeUndefined();
    expect(await dashboardOf(true)).toMatchObject({
      metadata: { namespace: "neuvector", labels: { grafana_dashboard: "1" } },
      data: { "neuvector.json": expect.stringContaining('"title": "NeuVector"') as unknown },
    });
    const metadata = { namespace: "grafana", labels: { grafana: "yes" }, annotations: { folder: "Security" } };
    expect(await dashboardOf(metadata)).toMatchObject({ metadata });
  });
});
