import { join } from "node:path";
import { obtainTools, type ObtainOptions } from "./obtainTools";
import { assemblePulumiBin } from "./pulumiBin";
import { preparePulumiPlugins } from "./pulumiPlugins";
import {
  kubernetes,
  kubernetesPlugin,
  openTelemetryCollector,
  prometheus,
  pulumi,
  type Command,
  type Commands,
} from "./tools";

/** What a Pulumi program without Kubernetes needs. */
export interface PulumiTools {
  readonly pulumi: string;
  /** Holds the CLI with its language host and dynamic provider; belongs on PATH. */
  readonly pulumiBinDir: string;
}

/** What a stack on a Kubernetes cluster of its own needs. */
export interface ClusterTools extends PulumiTools {
  readonly kubernetesPlugin: string;
  /** What `plugins` in a PULUMI_HOME should point to. */
  readonly pulumiPluginsDir: string;
  readonly controlPlane: {
    readonly etcd: Command;
    readonly kubeApiserver: Command;
    readonly kubeControllerManager: Command;
  };
}

/** All that the tests run. */
export interface Tools extends ClusterTools {
  readonly prometheus: Command;
  readonly promtool: Command;
}

/** Prepares what a Pulumi program without Kubernetes needs; see `obtainTools`. */
export async function preparePulumi(options: ObtainOptions): Promise<PulumiTools> {
  return pulumiTools(await obtainTools([pulumi], options));
}

/** Prepares what a stack on a Kubernetes cluster of its own needs; see `obtainTools`. */
export async function prepareClusterTools(options: ObtainOptions): Promise<ClusterTools> {
  return clusterTools(await obtainTools([pulumi, kubernetes, kubernetesPlugin], options));
}

/** Prepares all tools; see `obtainTools`. */
export async function prepareTools(options: ObtainOptions): Promise<Tools> {
  const commands = await obtainTools([pulumi, kubernetes, kubernetesPlugin, prometheus], options);
  return {
    ...(await clusterTools(commands)),
    prometheus: commandOf(commands, "prometheus"),
    promtool: commandOf(commands, "promtool"),
  };
}

/** Prepares an OpenTelemetry Collector, which only a command of its own runs; see `obtainTools`. */
export async function prepareCollector(options: ObtainOptions): Promise<Command> {
  return commandOf(await obtainTools([openTelemetryCollector], options), "otelcol");
}

async function pulumiTools(commands: Commands): Promise<PulumiTools> {
  const pulumiBinDir = await assemblePulumiBin(commandOf(commands, "pulumi").command);
  return { pulumi: join(pulumiBinDir, "pulumi"), pulumiBinDir };
}

async function clusterTools(commands: Commands): Promise<ClusterTools> {
  const forPulumi = await pulumiTools(commands);
  const plugin = commandOf(commands, "pulumi-resource-kubernetes").command;
  return {
    ...forPulumi,
    kubernetesPlugin: plugin,
    pulumiPluginsDir: await preparePulumiPlugins(forPulumi.pulumi, plugin),
    controlPlane: {
      etcd: commandOf(commands, "etcd"),
      kubeApiserver: commandOf(commands, "kube-apiserver"),
      kubeControllerManager: commandOf(commands, "kube-controller-manager"),
    },
  };
}

function commandOf(commands: Commands, name: string): Command {
  const command = commands.get(name);
  if (command === undefined) throw new Error(`there is no ${name}`);
  return command;
}
