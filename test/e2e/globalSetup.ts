import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareTools, startControlPlane, type ControlPlaneAccess, type Tools } from "@fedjoin/testbed";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  // Merging with vitest's own interface needs an interface.
  interface ProvidedContext {
    readonly tools: Tools;
    readonly controlPlane: ControlPlaneAccess;
  }
}

/** Prepares the tools and starts the control plane that all files of the run share, each in namespaces of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const say = (): void => undefined;
  const tools = await prepareTools({ say });
  const dir = await mkdtemp(join(tmpdir(), "fedjoin-control-plane-"));
  const controlPlane = await startControlPlane({ tools, dir, say });
  project.provide("tools", tools);
  project.provide("controlPlane", controlPlane.access);
  return async () => {
    await controlPlane.stop();
    await rm(dir, { recursive: true, force: true });
  };
}
