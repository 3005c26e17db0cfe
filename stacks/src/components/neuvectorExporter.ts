import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ExporterEnvironmentArgs } from "./exporterArgs";
import { exporterEnvironment } from "./exporterEnvironment";
import { exporterPod, type ContainerArgs, type ExistingSecretArgs, type PlacementArgs } from "./exporterPod";
import { isPinned, pinnedForm } from "./exporterSettings";
import { declareMonitoring } from "./monitoring";
import { withDefault } from "./inputs";
import { networkPolicySpec, type NetworkPolicyArgs } from "./networkPolicy";
import { requirePlainInputs } from "./plainInputs";
import { requireArgs } from "./requiredArgs";
import { runError } from "./runError";
import { scrapeAnnotations, scrapedBy } from "./scraping";
import { separateSources } from "./settingSources";
import { refuseTakenNames } from "./takenNames";

type Texts = Readonly<Record<string, pulumi.Input<string>>>;

/** A claim for the exporter, or an existing one. */
export interface PersistentStateArgs {
  /** Default 16Mi. */
  readonly size?: pulumi.Input<string>;
  /** Default: the cluster's default class. */
  readonly storageClassName?: pulumi.Input<string>;
  /** The name of an existing claim; the other two are then unused. */
  readonly claimName?: pulumi.Input<string>;
}

/** What to scrape, where the exporter runs, and what else to create for it. */
export interface NeuVectorExporterArgs extends Omit<ExporterEnvironmentArgs, "port">, PlacementArgs {
  /** The namespace of all objects. It must exist. */
  readonly namespace: pulumi.Input<string>;
  /** With a tag other than `latest`, or better by digest: `name@sha256:…`. */
  readonly image: pulumi.Input<string>;
  /** Default `IfNotPresent`. */
  readonly imagePullPolicy?: ContainerArgs["imagePullPolicy"];
  /** Names of Secrets. */
  readonly imagePullSecrets?: ContainerArgs["imagePullSecrets"];
  /** Port for metrics, in the pod and on the Service. Default 8068. */
  readonly port?: number;
  /** Default: requests of 50m CPU and 96Mi memory, a limit of 512Mi memory, enough for 300 nodes, and none of CPU, which would stretch scrapes. */
  readonly resources?: k8s.types.input.core.v1.ResourceRequirements;
  /** Where the exporter takes settings from that must not pass through this program, such as `CTRL_PASSWORD`. */
  readonly existingSecret?: ExistingSecretArgs;
  /** The id of user and group. Default 65532; `"cluster"` leaves it to the cluster, as OpenShift wants it. */
  readonly userId?: ContainerArgs["userId"];
  /** More labels, for every object and the pod. Those of the component itself win. */
  readonly objectLabels?: Texts;
  /** Annotations of the pod. */
  readonly podAnnotations?: Texts;
  /**
   * A volume for pauses after refused logins and the state of the join, where they shall outlive the pod. Default: with
   * `join.mode: "watch"` a claim of 16Mi, since the least time between two rejoins is kept there; else none.
   */
  readonly persistentState?: PersistentStateArgs | false;
  /** There is one replica, so `minAvailable: 1` blocks draining its node. Default none. */
  readonly podDisruptionBudget?: Pick<
    k8s.types.input.policy.v1.PodDisruptionBudgetSpec,
    "minAvailable" | "maxUnavailable"
  >;
  /** Default none, since only you know who scrapes. */
  readonly networkPolicy?: NetworkPolicyArgs;
  /** How long each object may take to become ready, in seconds. Default 600. */
  readonly timeoutSeconds?: number;
}

/**
 * The Prometheus exporter of one NeuVector controller, deployed: ServiceAccount, ConfigMap, Secret, Deployment, Service,
 * and what else is asked for (docs/how-to/component.md).
 *
 * A changed setting or credential starts new pods: ConfigMap and Secret are immutable and get a new name for each
 * content, which rolls the Deployment. A checksum annotation would roll too, but anyone who may read pods and not Secrets
 * could guess a password from its digest offline; and under a fixed name the running pods would lose their configuration
 * before the new ones are up. Without secrets there is no Secret.
 *
 * @example
 * ```ts
 * const exporter = new NeuVectorExporter("neuvector-exporter", {
 *   namespace: "neuvector",
 *   image: "registry.example.com/fedjoin-exporter@sha256:…",
 *   controller: {
 *     server: "neuvector-svc-controller-api.neuvector",
 *     port: 10443,
 *     credentials: { username: "metrics-reader", password: config.requireSecret("password") },
 *     tls: { fingerprint: "12:34:56:…" },
 *   },
 * });
 * export const address = exporter.address; // neuvector-exporter.neuvector.svc:8068
 * ```
 */
export class NeuVectorExporter extends pulumi.ComponentResource {
  /** The namespace of all objects. */
  readonly namespace: pulumi.Output<string>;
  /** The Service's name. */
  readonly service: pulumi.Output<string>;
  /** Where Prometheus inside the cluster finds it, `host:port`. */
  readonly address: pulumi.Output<string>;

  /**
   * Values inside objects may be Outputs at any depth. Arguments that decide which objects exist must be plain.
   * @param name Names the objects too, so it must be a DNS label of at most 63 characters that begins with a letter.
   * @throws RunError for an Output in place of a plain argument, for a missing one, and for a setting that two arguments give.
   */
  constructor(name: string, given: NeuVectorExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("neuvector:k8s:Exporter", name, {}, opts);
    const args = requirePlainInputs(given);
    requireArgs(args);
    refuseTakenNames(args);
    const { namespace, join, push, web, controller, port = 8068, timeoutSeconds = 600, monitoring = {} } = args;
    const { environment, existingSecret } = separateSources(
      exporterEnvironment({ ...args, port }),
      args.existingSecret,
    );
    const selector = { "app.kubernetes.io/name": "neuvector-exporter", "app.kubernetes.io/instance": name };
    const labels = { ...args.objectLabels, ...selector, "app.kubernetes.io/part-of": "neuvector" };
    const metadata = { namespace, labels, annotations: forcePatch };
    const named = { ...metadata, name };
    const scheme = web?.scheme ?? (web?.tlsSecret === undefined ? "http" : "https");
    const wait = `${timeoutSeconds}s`;
    const child = { parent: this };
    // With a fixed name, an object created before its predecessor is deleted would be the same object, and be deleted.
    const fixed = { ...child, deleteBeforeReplace: true };
    const awaited = { ...fixed, customTimeouts: { create: wait, update: wait, delete: wait } };

    const account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata: named, automountServiceAccountToken: false },
      fixed,
    );
    const settings = new k8s.core.v1.ConfigMap(
      `${name}-settings`,
      { metadata, data: environment.settings, immutable: true },
      child,
    );
    const texts = { ...environment.secrets, ...environment.secretFiles };
    const secret = isEmpty(texts)
      ? undefined
      : new k8s.core.v1.Secret(
          `${name}-secret`,
          { metadata, stringData: pulumi.secret(texts), immutable: true },
          child,
        );
    const ca = isEmpty(environment.caFiles)
      ? undefined
      : new k8s.core.v1.ConfigMap(`${name}-ca`, { metadata, data: environment.caFiles, immutable: true }, child);
    const state = persistentState(args);
    const stateClaim = state && (state.claimName ?? declareClaim(`${name}-state`, state, metadata, fixed));
    const pod = exporterPod({
      ...{ port, environment, stateClaim, placement: placementOf(args), existingSecret },
      image: pulumi.output(args.image).apply(checkImage),
      imagePullPolicy: args.imagePullPolicy ?? "IfNotPresent",
      imagePullSecrets: args.imagePullSecrets ?? [],
      resources: args.resources ?? defaultResources,
      userId: args.userId ?? 65532,
      account: account.metadata.name,
      settings: settings.metadata.name,
      secret: secret?.metadata.name,
      ca: ca?.metadata.name,
      hasWebConfig: web !== undefined,
      tlsSecret: web?.tlsSecret,
    });
    const template = { labels, ...(args.podAnnotations && { annotations: args.podAnnotations }) };
    new k8s.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata: named,
        spec: {
          replicas: 1,
          selector: { matchLabels: selector },
          strategy: deploymentStrategy(join !== undefined || state !== undefined),
          template: { metadata: template, spec: pod },
        },
      },
      awaited,
    );
    const isAnnotated = scrapedBy(monitoring.scrape ?? {}, monitoring.apiVersions ?? []) === "annotations";
    const service = new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata: {
          ...named,
          // The Deployment waits for the pod; for a Service, Pulumi would wait another 10 s until its endpoints settle.
          annotations: { ...forcePatch, ...skipAwait, ...(isAnnotated && scrapeAnnotations(port, scheme)) },
        },
        spec: { selector, ports: [{ name: "metrics", port, targetPort: "metrics", appProtocol: scheme }] },
      },
      awaited,
    );
    if (args.podDisruptionBudget !== undefined) {
      new k8s.policy.v1.PodDisruptionBudget(
        `${name}-disruptions`,
        {
          metadata: named,
          // A pod that is not ready must not block a drain.
          spec: {
            ...args.podDisruptionBudget,
            selector: { matchLabels: selector },
            unhealthyPodEvictionPolicy: "AlwaysAllow",
          },
        },
        fixed,
      );
    }
    if (args.networkPolicy !== undefined) {
      const held = args.existingSecret?.holds ?? [];
      const spec = networkPolicySpec(args.networkPolicy, { selector, controller, join, push, held });
      new k8s.networking.v1.NetworkPolicy(`${name}-network`, { metadata: named, spec }, fixed);
    }
    declareMonitoring(monitoring, { name, metadata, selector, scheme, child: fixed });

    this.namespace = service.metadata.namespace;
    this.service = service.metadata.name;
    this.address = pulumi.interpolate`${this.service}.${this.namespace}.svc:${port}`;
    this.registerOutputs({ namespace: this.namespace, service: this.service, address: this.address });
  }
}

/** Resets fields that were changed by hand; otherwise every later change would be refused. */
const forcePatch = { "pulumi.com/patchForce": "true" } as const;

/** Ends the creation of an object, and not its deletion, without waiting until it is ready. */
const skipAwait = { "pulumi.com/skipAwait": "true" } as const;

/** The image, if it is pinned. @throws RunError otherwise. */
export function checkImage(image: string): string {
  if (!isPinned(image)) throw runError(`image ${image}: expected ${pinnedForm}`);
  return image;
}

const isEmpty = (texts: Texts): boolean => Object.keys(texts).length === 0;

const defaultResources = { requests: { cpu: "50m", memory: "96Mi" }, limits: { memory: "512Mi" } };

function placementOf(args: NeuVectorExporterArgs): PlacementArgs {
  const { nodeSelector, tolerations, affinity, topologySpreadConstraints, priorityClassName } = args;
  return {
    ...(nodeSelector !== undefined && { nodeSelector }),
    ...(tolerations !== undefined && { tolerations }),
    ...(affinity !== undefined && { affinity }),
    ...(topologySpreadConstraints !== undefined && { topologySpreadConstraints }),
    ...(priorityClassName !== undefined && { priorityClassName }),
  };
}

function persistentState({ persistentState: wanted, join }: NeuVectorExporterArgs): PersistentStateArgs | undefined {
  if (wanted === undefined) return join?.mode === "watch" ? {} : undefined;
  return wanted === false ? undefined : wanted;
}

function declareClaim(
  name: string,
  { size, storageClassName }: PersistentStateArgs,
  metadata: k8s.types.input.meta.v1.ObjectMeta,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const claim = new k8s.core.v1.PersistentVolumeClaim(
    name,
    {
      // Many classes bind only once a pod uses the claim; Pulumi waits for the Deployment.
      metadata: { ...metadata, name, annotations: { ...forcePatch, ...skipAwait } },
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: withDefault(size, "16Mi") } },
        ...(storageClassName !== undefined && { storageClassName }),
      },
    },
    opts,
  );
  return claim.metadata.name;
}

/**
 * `Recreate` for a pod that joins or has a volume: two pods could join twice, and may not share a volume. Only `Recreate`
 * waits until the previous pod is gone; a rolling update without surge starts the next one while the previous one still
 * terminates. A pod that only scrapes is replaced without a gap.
 */
function deploymentStrategy(mustBeAlone: boolean): k8s.types.input.apps.v1.DeploymentStrategy {
  return mustBeAlone
    ? { type: "Recreate" }
    : { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
}
