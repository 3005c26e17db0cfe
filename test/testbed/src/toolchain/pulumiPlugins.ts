import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { cacheRoot, contentKey, createFolder } from "./cache";
import { runCommand } from "./runCommand";
import { kubernetesPlugin } from "./tools";

/**
 * A `plugins` folder with the Kubernetes plugin, filled once by the CLI itself, offline. Every PULUMI_HOME of tests and
 * demo links to it, so that none of them copies 160 MB.
 * @throws Error with the CLI's output when it refuses the plugin.
 */
export async function preparePulumiPlugins(pulumi: string, plugin: string): Promise<string> {
  const { version } = kubernetesPlugin;
  const home = join(cacheRoot(), "plugins", contentKey(await realpath(plugin), version));
  if (existsSync(home)) return join(home, "plugins");
  await createFolder(home, async (folder) => {
    const install = ["plugin", "install", "resource", "kubernetes", version, "--file", plugin];
    const env = { ...process.env, PULUMI_HOME: folder, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const installed = await runCommand(pulumi, install, { env });
    if (installed.code !== 0) throw new Error(`pulumi plugin install failed\n${installed.stdout}${installed.stderr}`);
  });
  return join(home, "plugins");
}
