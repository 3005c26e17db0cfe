import { existsSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { cacheRoot } from "./cache";
import type { ClusterTools, PulumiTools } from "./prepareTools";
import { nodeBinDir } from "./repository";

export interface PulumiSettings {
  /** PULUMI_HOME and HOME of the CLI; created. The user's own `~/.pulumi` and `~/.kube` are out of reach. */
  readonly home: string;
  /** Where the file backend keeps its state; created. */
  readonly backendDir: string;
  readonly passphrase: string;
}

/** What the CLI, its programs and its plugins may know of the user's environment. */
const inherited = ["PATH", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR"];

/**
 * The whole environment for the CLI, with the folders it names in place. No variable of the user's but those in
 * `inherited` gets through, so neither their Pulumi settings nor their cluster's KUBECONFIG do.
 */
export async function pulumiEnvironment(
  tools: PulumiTools & Partial<ClusterTools>,
  settings: PulumiSettings,
): Promise<Record<string, string>> {
  await mkdir(settings.home, { recursive: true });
  await mkdir(settings.backendDir, { recursive: true });
  const plugins = join(settings.home, "plugins");
  if (tools.pulumiPluginsDir !== undefined && !existsSync(plugins)) await symlink(tools.pulumiPluginsDir, plugins);
  const environment: Record<string, string> = {};
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return {
    ...environment,
    // npm's folder comes first: a release of pulumi may lie in one folder with another `node`.
    PATH: [nodeBinDir, tools.pulumiBinDir, environment["PATH"] ?? ""].join(delimiter),
    HOME: settings.home,
    PULUMI_HOME: settings.home,
    PULUMI_BACKEND_URL: pathToFileURL(settings.backendDir).href,
    PULUMI_CONFIG_PASSPHRASE: settings.passphrase,
    PULUMI_CREDENTIAL_STORE: "plaintext",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // Each command starts up to four Node processes that load the same modules.
    NODE_COMPILE_CACHE: join(cacheRoot(), "node"),
  };
}
