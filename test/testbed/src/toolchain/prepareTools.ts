import { join } from "node:path";

import { buildFolder, cacheRoot, createFolder, findCached, removeUnfinished, toolKey } from "./cache";
import { buildTool, canBuild, installedGo } from "./goBuild";
import { withLock } from "./lock";
import { locateTool } from "./locateTool";
import { installHint, type MissingTool } from "./installHint";
import { assemblePulumiBin } from "./pulumiBin";
import { preparePulumiPlugins } from "./pulumiPlugins";
import { kubernetes, kubernetesPlugin, prometheus, pulumi, type Command, type Log, type Tool } from "./tools";

/** All that tests and demo run, in this order found or built. A new tool is one more entry. */
const allTools: readonly Tool[] = [prometheus, pulumi, kubernetes, kubernetesPlugin];

interface FoundTool {
  readonly tool: Tool;
  /** "PATH", "installed" (by the user's own pulumi), "cache" or "built". */
  readonly from: string;
  /** Paths, for people. */
  readonly where: string;
  /** By program name. */
  readonly commands: ReadonlyMap<string, Command>;
}

export interface Tools {
  readonly prometheus: Command;
  readonly promtool: Command;
  readonly pulumi: string;
  /** Holds the CLI with its language host and dynamic provider; belongs on PATH. */
  readonly pulumiBinDir: string;
  readonly kubernetesPlugin: string;
  /** What `plugins` in a PULUMI_HOME should point to. */
  readonly pulumiPluginsDir: string;
  readonly controlPlane: {
    readonly etcd: Command;
    readonly kubeApiserver: Command;
    readonly kubeControllerManager: Command;
  };
}

/**
 * Finds each tool on this machine or in the cache, and builds what is left. Minutes the first time, then a second.
 * @throws Error naming everything that is missing and what to install, when something has to be built without Go.
 */
export async function prepareTools({ say }: { readonly say: Log }): Promise<Tools> {
  const found = await findOrBuild(say);
  const pulumiBin = await assemblePulumiBin(commandOf(found, pulumi, "pulumi").command);
  const plugin = commandOf(found, kubernetesPlugin, "pulumi-resource-kubernetes").command;
  return {
    prometheus: commandOf(found, prometheus, "prometheus"),
    promtool: commandOf(found, prometheus, "promtool"),
    pulumi: join(pulumiBin, "pulumi"),
    pulumiBinDir: pulumiBin,
    kubernetesPlugin: plugin,
    pulumiPluginsDir: await preparePulumiPlugins(join(pulumiBin, "pulumi"), plugin),
    controlPlane: {
      etcd: commandOf(found, kubernetes, "etcd"),
      kubeApiserver: commandOf(found, kubernetes, "kube-apiserver"),
      kubeControllerManager: commandOf(found, kubernetes, "kube-controller-manager"),
    },
  };
}

async function findOrBuild(say: Log): Promise<FoundTool[]> {
  const goVersion = await installedGo();
  const buildable = canBuild(goVersion) ? goVersion : undefined;
  const found: FoundTool[] = [];
  const missing: MissingTool[] = [];
  for (const tool of allTools) {
    const location = await locateTool(tool);
    const cached = location.found ? undefined : await findCached(tool, await toolKey(tool), buildable);
    if (location.found) found.push({ ...location, tool });
    else if (cached !== undefined) found.push(ownBuild(tool, "cache", cached));
    else missing.push({ tool, wanted: location.wanted });
  }
  for (const each of found) say(describe(each));
  if (missing.length === 0) return found;
  if (buildable === undefined) throw new Error(installHint(missing, goVersion));
  for (const { tool } of missing) {
    const built = await build(tool, buildable, say);
    say(describe(built));
    found.push(built);
  }
  return found;
}

async function build(tool: Tool, goVersion: string, say: Log): Promise<FoundTool> {
  const key = await toolKey(tool);
  const folder = buildFolder(tool, key, goVersion);
  const lock = join(cacheRoot(), "locks", `${tool.name}-${key}`);
  const from = await withLock(lock, `${tool.title} ${tool.version}`, say, async () => {
    if ((await findCached(tool, key, goVersion)) !== undefined) return "cache";
    await removeUnfinished(folder);
    await createFolder(folder, (unfinished) => buildTool(tool, unfinished, say));
    return "built";
  });
  return ownBuild(tool, from, folder);
}

function ownBuild(tool: Tool, from: string, folder: string): FoundTool {
  const file = (binary: string) => join(folder, binary);
  const binaries = Object.keys(tool.build.binaries);
  const commands =
    tool.programs.length === 0
      ? binaries.map((binary) => [binary, { command: file(binary), args: [] }] as const)
      : tool.programs.map(({ name, binary, args }) => [name, { command: file(binary), args }] as const);
  return { tool, from, where: binaries.map(file).join(", "), commands: new Map<string, Command>(commands) };
}

function commandOf(found: readonly FoundTool[], tool: Tool, program: string): Command {
  const command = found.find((each) => each.tool === tool)?.commands.get(program);
  if (command === undefined) throw new Error(`${tool.title} has no ${program}`);
  return command;
}

function describe({ tool, from, where }: FoundTool): string {
  return `${tool.title} ${tool.version}: ${from}, ${where}`;
}
