import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  connectControlPlane,
  startControlPlane,
  type ControlPlane,
  type ControlPlaneAccess,
} from "./cluster/controlPlane";
import { startPodRunner, type PodRunner } from "./cluster/podRunner";
import { type FederationOptions, type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { prepareClusterTools, type ClusterTools } from "./toolchain/prepareTools";
import { exporterImages } from "./exporterImages";
import { createProject, createTemplateProject, type Project } from "./project/project";
import { stackConfig, type StackConfig } from "./project/stackConfig";

/** A whole small world: simulated controllers, a real Kubernetes API whose pods run here, and a Pulumi project. */
export interface Testbed {
  readonly federation: SimulatedFederation;
  readonly controlPlane: ControlPlane;
  readonly pods: PodRunner;
  readonly project: Project;
  /** The stack's configuration as written at the start. */
  readonly config: StackConfig;
  /** Ends all that was started and removes the folder. */
  stop(): Promise<void>;
}

export interface TestbedOptions {
  readonly federation?: FederationOptions;
  /** True for a cluster where accounts may do only what roles give them. */
  readonly rbac?: boolean;
  /** A cluster that is already there, and the prefix of the namespaces to use in it; by default one of its own. */
  readonly shared?: {
    readonly tools: ClusterTools;
    readonly controlPlane: ControlPlaneAccess;
    readonly prefix: string;
  };
  /** A project from the template, with the stack `dev`; by default one of the checkout's program, with `demo`. */
  readonly fromTemplate?: boolean;
  /** Ends a build of tools. */
  readonly signal?: AbortSignal;
  /** Gets a line for each part that starts. */
  readonly say: (line: string) => void;
}

/** Each run of a program in TypeScript checks its types first, with all those of Kubernetes, for seconds. */
const fastProgram = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };

/** Starts the world in a temporary folder; nothing is written into the checkout. What started is ended again when a later part fails. */
export async function startTestbed(options: TestbedOptions): Promise<Testbed> {
  const { rbac = false, say, shared } = options;
  const tools = shared?.tools ?? (await prepareClusterTools({ say, signal: options.signal }));
  const dir = await mkdtemp(join(tmpdir(), "fedjoin-testbed-"));
  const stops: (() => Promise<void>)[] = [() => rm(dir, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const federation = await startFederation({ sites: 3, selfSigned: true, ...options.federation });
    stops.push(() => federation.close());
    const controlPlane =
      shared === undefined
        ? await startControlPlane({ tools, dir: join(dir, "cluster"), say, rbac })
        : connectControlPlane(shared.controlPlane);
    stops.push(() => controlPlane.stop());
    const pods = await startPodRunner({
      client: controlPlane.client,
      dir: join(dir, "pods"),
      images: exporterImages,
      say,
      ...(shared && { isOwn: (namespace: string) => namespace.startsWith(`${shared.prefix}-`) }),
    });
    stops.push(() => pods.stop());
    const passphrase = randomBytes(12).toString("hex");
    const project = options.fromTemplate
      ? await createTemplateProject(tools, dir, { passphrase, packages: "linked", variables: fastProgram })
      : await createProject(tools, dir, passphrase);
    const config = stackConfig(federation, controlPlane.kubeconfigPath, shared?.prefix);
    await project.configure(config);
    return { federation, controlPlane, pods, project, config, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
