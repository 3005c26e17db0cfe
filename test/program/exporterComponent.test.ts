import { describe, expect, test } from "vitest";
import type { NeuVectorExporterArgs } from "../../stacks/src/component";
import { declare, join, kindsOf, oneOf, plain, prometheus, render, tokenUrl } from "../support/exporterObjects";
import { checkImage } from "../../stacks/src/components/neuvectorExporter";
import { only } from "../support/declareStack";
import { policyViolations } from "../../stacks/src/policy/objectRules";
import { asYaml } from "../support/renderedObjects";

const secrets = ["canary-password", "canary-token", "canary-url", "canary-bearer", "canary-site", "canary-hash"];

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

const deployed = async (args: Partial<NeuVectorExporterArgs>) =>
  oneOf(await render({ ...plain, ...args }), "Deployment");

const inPod = (spec: object) => ({ spec: { template: { spec } } });

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
