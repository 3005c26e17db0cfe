import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { exporterEnvironment, type ExporterEnvironmentArgs } from "./exporterEnvironment";
import { exporterPod } from "./exporterPod";

export interface NeuVectorExporterArgs extends Omit<ExporterEnvironmentArgs, "port"> {
  readonly namespace: pulumi.Input<string>;
  readonly image: pulumi.Input<string>;
  /** Where it serves metrics, in the pod and at the Service. Default 8068. */
  readonly port?: number;
  /** Default: requests of 50m CPU and 64Mi memory, a limit of 512Mi memory, enough for 300 nodes, and none of CPU, which would stretch scrapes. */
  readonly resources?: k8s.types.input.core.v1.ResourceRequirements;
  /** How long each object may take to become ready. Default 600. */
  readonly timeoutSeconds?: number;
}

/**
 * The Prometheus exporter of one NeuVector controller, deployed: ServiceAccount, ConfigMap, Secret, Deployment, Service.
 *
 * A changed setting or credential starts new pods: ConfigMap and Secret are immutable and named anew for each content,
 * and a Deployment that refers to a new name rolls. A checksum annotation would roll too, but a digest of a password in
 * an annotation can be guessed offline by anyone who may read pods and not Secrets; and under one fixed name the running
 * pods lose their configuration before the new ones are up.
 */
export class NeuVectorExporter extends pulumi.ComponentResource {
  readonly namespace: pulumi.Output<string>;
  /** The Service's name. */
  readonly service: pulumi.Output<string>;
  /** Where Prometheus inside the cluster finds it, `host:port`. */
  readonly address: pulumi.Output<string>;

  /** @param name Names the objects too, so it must be a DNS label of at most 63 characters that begins with a letter. */
  constructor(name: string, args: NeuVectorExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("neuvector:k8s:Exporter", name, {}, opts);
    const { image, namespace, join, port = 8068, resources = defaultResources, timeoutSeconds = 600 } = args;
    const environment = exporterEnvironment({ ...args, port });
    const selector = { "app.kubernetes.io/name": "neuvector-exporter", "app.kubernetes.io/instance": name };
    const labels = { ...selector, "app.kubernetes.io/part-of": "neuvector" };
    const metadata = { namespace, labels };
    const named = { ...metadata, name };
    const wait = `${timeoutSeconds}s`;
    const child = { parent: this };
    const awaited = { ...child, customTimeouts: { create: wait, update: wait, delete: wait } };

    const account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata: named, automountServiceAccountToken: false },
      child,
    );
    const settings = new k8s.core.v1.ConfigMap(
      `${name}-settings`,
      { metadata, data: environment.settings, immutable: true },
      child,
    );
    const secret = new k8s.core.v1.Secret(
      `${name}-secret`,
      { metadata, stringData: pulumi.secret({ ...environment.secrets, ...environment.secretFiles }), immutable: true },
      child,
    );
    const hasCa = Object.keys(environment.caFiles).length > 0;
    const ca = hasCa
      ? new k8s.core.v1.ConfigMap(`${name}-ca`, { metadata, data: environment.caFiles, immutable: true }, child)
      : undefined;
    const pod = exporterPod({
      ...{ image, port, resources, environment },
      account: account.metadata.name,
      settings: settings.metadata.name,
      secret: secret.metadata.name,
      ca: ca?.metadata.name,
    });
    new k8s.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata: named,
        spec: {
          replicas: 1,
          selector: { matchLabels: selector },
          strategy: { type: "RollingUpdate", rollingUpdate: rollout(join !== undefined) },
          template: { metadata: { labels }, spec: pod },
        },
      },
      awaited,
    );
    const service = new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata: { ...named, annotations: scrapeAnnotations(port) },
        spec: { selector, ports: [{ name: "metrics", port, targetPort: "metrics", appProtocol: "http" }] },
      },
      awaited,
    );

    this.namespace = service.metadata.namespace;
    this.service = service.metadata.name;
    this.address = pulumi.interpolate`${this.service}.${this.namespace}.svc:${port}`;
    this.registerOutputs({ namespace: this.namespace, service: this.service, address: this.address });
  }
}

const defaultResources = { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "512Mi" } };

/** Two pods that join at once could join twice; one that only scrapes is replaced without a gap. */
function rollout(joins: boolean): k8s.types.input.apps.v1.RollingUpdateDeployment {
  return joins ? { maxSurge: 0, maxUnavailable: 1 } : { maxSurge: 1, maxUnavailable: 0 };
}

function scrapeAnnotations(port: number): Readonly<Record<string, string>> {
  return { "prometheus.io/scrape": "true", "prometheus.io/port": String(port), "prometheus.io/path": "/metrics" };
}
