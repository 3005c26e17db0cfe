import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { caFolder, secretFolder, stateFolder, type ExporterEnvironment } from "./exporterEnvironment";

type PodSpec = k8s.types.input.core.v1.PodSpec;
type Container = k8s.types.input.core.v1.Container;

/** Outlives the container, so that a restarted exporter does not try a refused password again. */
const stateVolume = "state";

/** A Secret that is there already; its keys are settings of the exporter. */
export interface ExistingSecretArgs {
  readonly name: pulumi.Input<string>;
  readonly holds: readonly string[];
}

export interface ExporterPodArgs {
  readonly image: pulumi.Input<string>;
  readonly port: number;
  readonly resources: k8s.types.input.core.v1.ResourceRequirements;
  readonly environment: ExporterEnvironment;
  readonly existingSecret?: ExistingSecretArgs | undefined;
  /** Names of the objects that hold the environment. */
  readonly account: pulumi.Input<string>;
  readonly settings: pulumi.Input<string>;
  readonly secret: pulumi.Input<string>;
  readonly ca: pulumi.Input<string> | undefined;
}

/** A pod that meets the restricted Pod Security Standard and has no way to the API server. */
export function exporterPod(args: ExporterPodArgs): PodSpec {
  const files = filesOf(args);
  return {
    serviceAccountName: args.account,
    automountServiceAccountToken: false,
    // Kubernetes would set variables such as EXPORTER_PORT for a Service of that name.
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    containers: [exporterContainer(args, files)],
    volumes: [...files.map(({ volume }) => volume), { name: stateVolume, emptyDir: {} }],
  };
}

function exporterContainer(args: ExporterPodArgs, files: Files[]) {
  const { image, port, resources, environment, settings, secret, existingSecret } = args;
  return {
    name: "exporter",
    image,
    ports: [{ name: "metrics", containerPort: port }],
    envFrom: [{ configMapRef: { name: settings } }],
    env: [
      ...Object.keys(environment.secrets).map((key) => secretVariable(secret, key)),
      ...(existingSecret?.holds ?? []).map((key) => secretVariable(existingSecret?.name ?? "", key)),
    ],
    livenessProbe: { httpGet: { path: "/-/healthy", port: "metrics" }, periodSeconds: 20 },
    readinessProbe: { httpGet: { path: "/-/ready", port: "metrics" }, periodSeconds: 5 },
    resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [
      ...files.map(({ volume, mountPath }) => ({ name: volume.name, mountPath, readOnly: true })),
      { name: stateVolume, mountPath: stateFolder },
    ],
  } satisfies Container;
}

function secretVariable(name: pulumi.Input<string>, key: string) {
  return { name: key, valueFrom: { secretKeyRef: { name, key } } };
}

interface Files {
  readonly mountPath: string;
  readonly volume: k8s.types.input.core.v1.Volume;
}

function filesOf({ environment, secret, ca }: ExporterPodArgs): Files[] {
  const items = Object.keys(environment.secretFiles).map((key) => ({ key, path: key }));
  return [
    ...(ca === undefined ? [] : [{ mountPath: caFolder, volume: { name: "ca", configMap: { name: ca } } }]),
    ...(items.length === 0
      ? []
      : [{ mountPath: secretFolder, volume: { name: "secret", secret: { secretName: secret, items } } }]),
  ];
}
