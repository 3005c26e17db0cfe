import { join } from "node:path";
import { buildTool, canBuild, findBuild, goVersions, installedGo } from "./goBuild";
import { locateTool } from "./locateTool";
import { assemblePulumiBin } from "./pulumiBin";
import { preparePulumiPlugins } from "./pulumiPlugins";
import { kubernetes, kubernetesPlugin, prometheus, pulumi, type Command, type Log, type Tool } from "./tools";

/** All that tests and demo run, in this order found or built. A new tool is one more entry. */
const allTools: readonly Tool[] = [prometheus, pulumi, kubernetes, kubernetesPlugin];

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
  const commands = await findOrBuild(allTools, say);
  const commandOf = (name: string): Command => {
    const command = commands.get(name);
    if (command === undefined) throw new Error(`there is no ${name}`);
    return command;
  };
  const pulumiBinDir = await assemblePulumiBin(commandOf("pulumi").command);
  const plugin = commandOf("pulumi-resource-kubernetes").command;
  return {
    prometheus: commandOf("prometheus"),
    promtool: commandOf("promtool"),
    pulumi: join(pulumiBinDir, "pulumi"),
    pulumiBinDir,
    kubernetesPlugin: plugin,
    pulumiPluginsDir: await preparePulumiPlugins(join(pulumiBinDir, "pulumi"), plugin),
    controlPlane: {
      etcd: commandOf("etcd"),
      kubeApiserver: commandOf("kube-apiserver"),
      kubeControllerManager: commandOf("kube-controller-manager"),
    },
  };
}

/** The commands of all tools, by program. */
async function findOrBuild(tools: readonly Tool[], say: Log): Promise<ReadonlyMap<string, Command>> {
  const found = new Map<string, Command>();
  const add = (tool: Tool, commands: ReadonlyMap<string, Command>) => {
    say(
      `${tool.title} ${tool.version}: ${[...new Set([...commands.values()].map(({ command }) => command))].join(", ")}`,
    );
    for (const [name, command] of commands) found.set(name, command);
  };
  const missing: MissingTool[] = [];
  for (const tool of tools) {
    const location = await locateTool(tool);
    const cached = findBuild(tool);
    if ("commands" in location) add(tool, location.commands);
    else if (cached !== undefined) add(tool, builtCommands(tool, cached));
    else missing.push({ tool, wanted: location.wanted });
  }
  if (missing.length === 0) return found;
  const goVersion = await installedGo();
  if (!canBuild(goVersion)) throw new Error(installHint(missing, goVersion));
  for (const { tool } of missing) add(tool, builtCommands(tool, await buildTool(tool, goVersion, say)));
  return found;
}

function builtCommands({ programs, build }: Tool, folder: string): ReadonlyMap<string, Command> {
  const alone =
    programs.length === 0 ? Object.keys(build.binaries).map((name) => ({ name, built: undefined })) : programs;
  return new Map(
    alone.map(({ name, built = { binary: name, args: [] } }) => [
      name,
      { command: join(folder, built.binary), args: built.args },
    ]),
  );
}

export interface MissingTool {
  readonly tool: Tool;
  /** What would have been taken from this machine, one line each. */
  readonly wanted: readonly string[];
}

/** One message for everything that is missing on a machine without a Go that could build it. */
export function installHint(missing: readonly MissingTool[], goVersion: string | undefined): string {
  const seen = goVersion === undefined ? "there is no go on PATH" : `go on PATH is ${goVersion}`;
  return [
    `Missing: ${missing.map(({ tool }) => `${tool.title} ${tool.version}`).join(", ")}.`,
    `Install Go ${goVersions} (${seen}): they are then built from source, once,`,
    "in some 20 minutes and with 12 GB of Go's caches. Or install instead:",
    ...missing.flatMap(({ wanted }) => wanted.map((line) => `  - ${line}`)),
  ].join("\n");
}
