import { buildTools } from "./buildTools";
import { createDownloadClient, DownloadError, type DownloadClient } from "./downloadClient";
import { planDownloads } from "./downloadPlan";
import { readDownloadSettings, type DownloadSettings } from "./downloadSettings";
import { downloadInto } from "./downloadTool";
import { canBuild, installedGo } from "./goBuild";
import { installHint, type MissingTool } from "./installHint";
import { locateTool } from "./locateTool";
import { requireNode } from "./nodeVersion";
import { createPatience } from "./patience";
import { pinnedChecksums, releaseNames, type Checksum } from "./releases";
import { buildPlace, fillCache, findCached, releasePlace } from "./toolCache";
import type { Command, Commands, Log, Tool } from "./tools";

export interface ObtainOptions {
  /** Gets a line for each tool, and the progress. */
  readonly say: Log;
  /** Ends a build. */
  readonly signal?: AbortSignal | undefined;
  /** This process's own by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** Node's platform and architecture, as in `linux-x64`; this machine's by default. */
  readonly platform?: string;
  /** By official address; the pinned ones by default. */
  readonly checksums?: ReadonlyMap<string, Checksum>;
  /** PEM of one more certificate that downloads trust. */
  readonly ca?: string;
  /** How long all failed downloads together may wait. */
  readonly patienceMs?: number;
}

interface Downloads {
  readonly client: DownloadClient;
  readonly settings: DownloadSettings;
  readonly checksums: ReadonlyMap<string, Checksum>;
  readonly platform: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: Log;
}

const patience = 10_000;

/**
 * Takes each tool from PATH or from the cache, else downloads its release, else builds it.
 * @throws Error about a Node that is too old, or naming everything that is missing and what to install, when something
 * has to be built without Go.
 */
export async function obtainTools(tools: readonly Tool[], options: ObtainOptions): Promise<Commands> {
  requireNode();
  const { say, signal, env = process.env, platform = `${process.platform}-${process.arch}` } = options;
  const names = [...releaseNames, ...tools.flatMap(({ releases }) => releases.map(({ name }) => name))];
  const settings = readDownloadSettings(env, names);
  const commands = new Map<string, Command>();
  const add = (tool: Tool, found: Commands): void => {
    say(`${tool.title}: ${[...new Set([...found.values()].map(({ command }) => command))].join(", ")}`);
    for (const [name, command] of found) commands.set(name, command);
  };

  const absent: Omit<MissingTool, "reason">[] = [];
  for (const tool of tools) {
    const location = await locateTool(tool, env);
    const found = "commands" in location ? location.commands : await cachedCommands(tool, platform, env);
    if (found !== undefined) add(tool, found);
    else absent.push({ tool, wanted: "wanted" in location ? location.wanted : [] });
  }
  if (absent.length === 0) return commands;

  const missing: MissingTool[] = [];
  const client = createDownloadClient({
    patience: createPatience(options.patienceMs ?? patience),
    ...(options.ca !== undefined && { ca: options.ca }),
  });
  try {
    for (const [index, { tool, wanted }] of absent.entries()) {
      const tell: Log = (line) => {
        say(`tool ${index + 1} of ${absent.length}: ${line}`);
      };
      const checksums = options.checksums ?? pinnedChecksums;
      const result = await download(tool, { client, settings, checksums, platform, env, say: tell });
      if ("reason" in result) missing.push({ tool, wanted, ...result });
      else add(tool, result.commands);
    }
  } finally {
    await client.close();
  }
  if (missing.length === 0) return commands;

  const goVersion = await installedGo(env);
  if (!canBuild(goVersion)) throw new Error(installHint(missing, goVersion));
  const unavailable = missing.map(({ tool }) => tool);
  await buildTools(unavailable, { goVersion, say, env, signal }, add);
  return commands;
}

async function cachedCommands(tool: Tool, platform: string, env: NodeJS.ProcessEnv): Promise<Commands | undefined> {
  return (await findCached(releasePlace(tool, platform, env))) ?? (await findCached(buildPlace(tool, env)));
}

/** Downloads a tool into the cache, or tells why that is not possible. */
async function download(
  tool: Tool,
  { client, settings, checksums, platform, env, say }: Downloads,
): Promise<{ readonly commands: Commands } | { readonly reason: string }> {
  const { title, version, programs, releases } = tool;
  const fail = (reason: string) => {
    say(`${title} ${version} is not downloaded: ${reason}`);
    return { reason };
  };
  const plan = planDownloads(releases, platform, settings, checksums);
  if ("reason" in plan) return fail(plan.reason);
  const waiting = () => {
    say(`another process downloads ${title}; waiting for it`);
  };
  try {
    const commands = await fillCache(releasePlace(tool, platform, env), { suffix: "", waiting }, async (folder) => {
      const hosts = new Set(plan.downloads.map(({ url }) => new URL(url).host));
      say(`downloading ${title} ${version} from ${[...hosts].join(" and ")}`);
      await downloadInto(folder, programs, plan.downloads, client);
    });
    return { commands };
  } catch (error) {
    if (error instanceof DownloadError) return fail(error.message);
    throw error;
  }
}
