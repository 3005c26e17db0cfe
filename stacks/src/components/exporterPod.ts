import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { caFolder, secretFolder, stateFolder, type ExporterEnvironment } from "./exporterEnvironment";

type PodSpec = k8s.types.input.core.v1.PodSpec;
type Container = k8s.types.input.core.v1.Container;
type Volume = k8s.types.input.core.v1.Volume;

/** Where a pod may run, and its priority. */
export interface PlacementArgs {
  /** As in a pod. */
  readonly nodeSelector?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** As in a pod. */
  readonly tolerations?: pulumi.Input<pulumi.Input<k8s.types.input.core.v1.Toleration>[]>;
  /** As in a pod. */
  readonly affinity?: pulumi.Input<k8s.types.input.core.v1.Affinity>;
  /** As in a pod. */
  readonly topologySpreadConstraints?: pulumi.Input<pulumi.Input<k8s.types.input.core.v1.TopologySpreadConstraint>[]>;
  /** As in a pod. */
  readonly priorityClassName?: pulumi.Input<string>;
}

/** An existing Secret whose keys are settings of the exporter. */
export interface ExistingSecretArgs {
  /** The name of the Secret, in the exporter's namespace. */
  readonly name: pulumi.Input<string>;
  /** The settings that it holds, such as `CTRL_PASSWORD`; each is a key of the Secret, and given nowhere else. */
  readonly holds: readonly string[];
}

/** The process and its container. */
export interface ContainerArgs {
  readonly image: pulumi.Input<string>;
  readonly resources: k8s.types.input.core.v1.ResourceRequirements;
  /** The id of user and group. `"cluster"` leaves it to the cluster, as OpenShift requires; the image's own is not root. */
  readonly userId: number | "cluster";
  readonly imagePullPolicy: "Always" | "IfNotPresent" | "Never";
  /** Names of Secrets. */
  readonly imagePullSecrets: readonly pulumi.Input<string>[];
}

export interface ExporterPodArgs extends ContainerArgs {
  readonly port: number;
  readonly environment: ExporterEnvironment;
  readonly existingSecret?: ExistingSecretArgs | undefined;
  readonly placement: PlacementArgs;
  /** Names of the objects that hold the environment. */
  readonly account: pulumi.Input<string>;
  readonly settings: pulumi.Input<string>;
  /** Undefined if the environment has no secret. */
  readonly secret: pulumi.Input<string> | undefined;
  readonly ca: pulumi.Input<string> | undefined;
  /** The claim with the state; without one the state lives as long as the pod. */
  readonly stateClaim: pulumi.Input<string> | undefined;
  /** Whether the exporter has a web config, which may refuse a probe over HTTP. */
  readonly hasWebConfig: boolean;
  readonly tlsSecret: pulumi.Input<string> | undefined;
}

/** A pod that meets the restricted Pod Security Standard and has no access to the API server. */
export function exporterPod(args: ExporterPodArgs): PodSpec {
  const { account, userId, imagePullSecrets, placement } = args;
  const files = mountedFiles(args);
  return {
    serviceAccountName: account,
    automountServiceAccountToken: false,
    // Kubernetes would set variables such as EXPORTER_PORT for a Service of that name.
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 30,
    securityContext: {
      runAsNonRoot: true,
      ...(userId !== "cluster" && { runAsUser: userId, runAsGroup: userId, fsGroup: userId }),
      seccompProfile: { type: "RuntimeDefault" },
    },
    ...(imagePullSecrets.length > 0 && { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
    ...placement,
    containers: [exporterContainer(args, files)],
    volumes: [...files.map(({ volume }) => volume), stateVolume(args)],
  };
}

/** Survives the container, so that a restarted exporter does not try a refused password again. */
function stateVolume({ stateClaim }: ExporterPodArgs): Volume {
  const held =
    stateClaim === undefined
      ? { emptyDir: { sizeLimit: "16Mi" } }
      : { persistentVolumeClaim: { claimName: stateClaim } };
  return { name: "state", ...held };
}

function exporterContainer(args: ExporterPodArgs, files: readonly MountedFiles[]) {
  const { image, imagePullPolicy, port, resources, environment, settings, secret, existingSecret, hasWebConfig } = args;
  return {
    name: "exporter",
    image,
    imagePullPolicy,
    ports: [{ name: "metrics", containerPort: port }],
    envFrom: [{ configMapRef: { name: settings } }],
    env: [
      ...secretVariables(secret, Object.keys(environment.secrets)),
      ...secretVariables(existingSecret?.name, existingSecret?.holds ?? []),
    ],
    ...(hasWebConfig ? webConfigProbes : httpProbes),
    resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [
      ...files.map(({ volume, mountPath }) => ({ name: volume.name, mountPath, readOnly: true })),
      { name: "state", mountPath: stateFolder },
    ],
  } satisfies Container;
}

function secretVariables(name: pulumi.Input<string> | undefined, keys: readonly string[]) {
  return name === undefined ? [] : keys.map((key) => ({ name: key, valueFrom: { secretKeyRef: { name, key } } }));
}

const startup = { periodSeconds: 1, failureThreshold: 30 };

/** No probe depends on the controller: while it is unreachable, Prometheus must still see `nv_up 0`. */
const httpProbes = {
  startupProbe: { httpGet: { path: "/-/ready", port: "metrics" }, ...startup },
  livenessProbe: { httpGet: { path: "/-/healthy", port: "metrics" }, periodSeconds: 20, timeoutSeconds: 5 },
  readinessProbe: { httpGet: { path: "/-/ready", port: "metrics" }, periodSeconds: 5 },
} satisfies Partial<Container>;

/** A web config may require a password or a certificate, so the exporter probes itself. */
const webConfigProbes = {
  startupProbe: { tcpSocket: { port: "metrics" }, ...startup },
  livenessProbe: {
    exec: { command: ["/nodejs/bin/node", "/app/fedjoin-exporter.js", "--health"] },
    periodSeconds: 30,
    timeoutSeconds: 5,
  },
  readinessProbe: { tcpSocket: { port: "metrics" }, periodSeconds: 5 },
} satisfies Partial<Container>;

interface MountedFiles {
  readonly mountPath: string;
  readonly volume: Volume;
}

function mountedFiles({ environment, secret, ca, tlsSecret }: ExporterPodArgs): MountedFiles[] {
  const items = Object.keys(environment.secretFiles).map((key) => ({ key, path: key }));
  const isMounted = secret !== undefined && items.length > 0;
  const beside = isMounted && tlsSecret && [{ secret: { name: secret, items } }, { secret: { name: tlsSecret } }];
  const own = beside
    ? { projected: { sources: beside } }
    : { secret: { ...(secret && { secretName: secret }), items } };
  return [
    ...(ca === undefined ? [] : [{ mountPath: caFolder, volume: { name: "ca", configMap: { name: ca } } }]),
    ...(isMounted ? [{ mountPath: secretFolder, volume: { name: "secret", ...own } }] : []),
  ];
}
