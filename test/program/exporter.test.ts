import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { NeuVectorExporter, type NeuVectorExporterArgs } from "../../stacks/src/components/neuvectorExporter";
import { declareProgram, only } from "../support/declareStack";

const ca = "-----BEGIN CERTIFICATE-----";
const args = {
  namespace: "neuvector",
  image: "exporter:1",
  controller: { server: "10.0.0.1", port: 10443, credentials: { username: "admin", password: pulumi.secret("pw") } },
} satisfies NeuVectorExporterArgs;

const declare = (change: Partial<NeuVectorExporterArgs> = {}) =>
  declareProgram(() => new NeuVectorExporter("exporter-u1", { ...args, ...change }).address);

const deployment = "kubernetes:apps/v1:Deployment";
const secret = "kubernetes:core/v1:Secret";

describe("NeuVectorExporter", () => {
  test("runs one pod that meets the restricted Pod Security Standard and has no API token", async () => {
    const stack = await declare();
    expect(only(stack, deployment).inputs).toMatchObject({
      metadata: { name: "exporter-u1", namespace: "neuvector" },
      spec: {
        replicas: 1,
        strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: {
          spec: {
            serviceAccountName: "exporter-u1",
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
              {
                image: "exporter:1",
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ["ALL"] },
                },
                livenessProbe: { httpGet: { path: "/-/healthy", port: "metrics" } },
                readinessProbe: { httpGet: { path: "/-/ready", port: "metrics" } },
                resources: { requests: { cpu: "50m", memory: "96Mi" }, limits: { memory: "512Mi" } },
              },
            ],
          },
        },
      },
    });
    expect(only(stack, "kubernetes:core/v1:ServiceAccount").inputs).toMatchObject({
      automountServiceAccountToken: false,
    });
  });

  test("R12: takes settings from a ConfigMap and credentials from a Secret, both with a new name for each content", async () => {
    const stack = await declare({ env: { LOG_LEVEL: "debug" } });
    const settings = only(stack, "kubernetes:core/v1:ConfigMap").inputs;
    expect(settings).toMatchObject({
      immutable: true,
      data: { CTRL_API_SERVICE: "10.0.0.1:10443", EXPORTER_PORT: "8068", LOG_LEVEL: "debug" },
    });
    const credentials = only(stack, secret);
    expect(credentials.secrets).toEqual(["stringData"]);
    expect(credentials.inputs).toMatchObject({
      immutable: true,
      stringData: { CTRL_USERNAME: "admin", CTRL_PASSWORD: "pw" },
    });
    for (const { metadata } of [settings, credentials.inputs]) expect(metadata).not.toHaveProperty("name");
    const name = "exporter-u1-secret-0123abcd";
    expect(only(stack, deployment).inputs).toHaveProperty("spec.template.spec.containers[0].envFrom", [
      { configMapRef: { name: "exporter-u1-settings-0123abcd" } },
    ]);
    expect(only(stack, deployment).inputs).toHaveProperty("spec.template.spec.containers[0].env", [
      { name: "CTRL_USERNAME", valueFrom: { secretKeyRef: { name, key: "CTRL_USERNAME" } } },
      { name: "CTRL_PASSWORD", valueFrom: { secretKeyRef: { name, key: "CTRL_PASSWORD" } } },
    ]);
  });

  test("mounts certificates as files, and other TLS settings as variables", async () => {
    const tls = { ca, serverName: "neuvector", verify: true };
    const stack = await declare({ controller: { ...args.controller, tls } });
    const [settings, files] = stack.resources
      .filter(({ type }) => type === "kubernetes:core/v1:ConfigMap")
      .toSorted((a, b) => b.name.localeCompare(a.name));
    expect(settings?.inputs["data"]).toMatchObject({
      CTRL_CA_FILE: "/etc/fedjoin/ca/controller.pem",
      CTRL_TLS_SERVER_NAME: "neuvector",
      CTRL_TLS_VERIFY: "true",
    });
    expect(files?.inputs["data"]).toEqual({ "controller.pem": ca });
    expect(only(stack, deployment).inputs).toMatchObject({
      spec: {
        template: {
          spec: {
            volumes: [
              { name: "ca", configMap: { name: "exporter-u1-ca-0123abcd" } },
              { name: "state", emptyDir: {} },
            ],
            containers: [
              {
                volumeMounts: [
                  { name: "ca", mountPath: "/etc/fedjoin/ca", readOnly: true },
                  { name: "state", mountPath: "/var/lib/fedjoin" },
                ],
              },
            ],
          },
        },
      },
    });
  });

  test("R2, R3, R4, R5, R6, R7, R8: sets every setting of a join, and never runs two pods that join", async () => {
    const stack = await declare({
      controller: { server: "fd00::1", port: 443, credentials: { apiKey: "reader:key" } },
      join: {
        storeId: "u1",
        name: "u1-fixed",
        joinVia: "master",
        jointRest: { server: "10.0.0.1", port: 443 },
        master: { rest: { server: "hq" }, federation: { server: "fed" }, tls: { fingerprint: ["ab", "cd"] } },
        joinTokenUrl: "https://tokens/",
        joinTokenUrlOptions: { allowHttp: false, bearer: "bearer", tls: { verify: false } },
        retry: { maxRetries: 3, initialDelaySeconds: 0.5, maxDelaySeconds: 60, jitter: "full" },
      },
    });
    expect(only(stack, "kubernetes:core/v1:ConfigMap").inputs["data"]).toEqual({
      CTRL_API_SERVICE: "[fd00::1]:443",
      EXPORTER_PORT: "8068",
      EXPORTER_STATE_DIR: "/var/lib/fedjoin",
      ENABLE_FED_JOIN: "true",
      PAAS_STORE_ID: "u1",
      JOIN_CLUSTER_NAME: "u1-fixed",
      JOINT_REST_SERVER: "10.0.0.1",
      JOINT_REST_PORT: "443",
      JOIN_VIA: "master",
      JOIN_CREDENTIALS: "none",
      MASTER_CLUSTER_ADDRESS: "hq",
      MASTER_CLUSTER_PORT: "10443",
      MASTER_TLS_FINGERPRINT: "ab,cd",
      JOIN_FEDERATION_SERVER: "fed",
      JOIN_FEDERATION_PORT: "11443",
      JOIN_TOKEN_URL_ALLOW_HTTP: "false",
      JOIN_TOKEN_URL_BEARER_FILE: "/etc/fedjoin/secret/join-token-url-bearer",
      JOIN_TOKEN_URL_TLS_VERIFY: "false",
      MAX_JOIN_RETRIES: "3",
      JOIN_INITIAL_DELAY_SECONDS: "0.5",
      JOIN_MAX_DELAY_SECONDS: "60",
      JOIN_JITTER: "full",
    });
    expect(only(stack, secret).inputs["stringData"]).toEqual({
      CTRL_APIKEY: "reader:key",
      JOIN_TOKEN_URL: "https://tokens/",
      "join-token-url-bearer": "bearer",
    });
    expect(only(stack, deployment).inputs).toMatchObject({
      spec: {
        strategy: { type: "Recreate" },
        template: {
          spec: {
            containers: [{ env: [{ name: "CTRL_APIKEY" }, { name: "JOIN_TOKEN_URL" }] }],
            volumes: [
              {
                secret: {
                  secretName: "exporter-u1-secret-0123abcd",
                  items: [{ key: "join-token-url-bearer", path: "join-token-url-bearer" }],
                },
              },
              { name: "state", emptyDir: {} },
            ],
          },
        },
      },
    });
  });

  test("is found by Prometheus through its Service", async () => {
    const stack = await declare({ port: 9100 });
    expect(only(stack, "kubernetes:core/v1:Service").inputs).toMatchObject({
      metadata: { annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "9100" } },
      spec: { ports: [{ name: "metrics", port: 9100, targetPort: "metrics" }] },
    });
    expect(stack.outputs).toBe("exporter-u1.neuvector.svc:9100");
  });
});
