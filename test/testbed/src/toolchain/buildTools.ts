import { availableParallelism } from "node:os";
import { secondsLeft, timeLeft, type BuildShare } from "./buildProgress";
import { buildInto, fetchModules } from "./goBuild";
import { buildPlace, fillCache } from "./toolCache";
import type { Commands, Log, Tool } from "./tools";

export interface BuildToolsOptions {
  readonly goVersion: string;
  readonly say: Log;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

interface Build {
  readonly tool: Tool;
  /** The number of its packages, once its modules are downloaded. */
  readonly packages: Promise<number>;
  readonly share: { -readonly [Key in keyof BuildShare]: BuildShare[Key] };
}

const progressMs = 30_000;

/** Builds tools from source, one after the other; tells the progress twice a minute, and calls `built` for each. */
export async function buildTools(
  tools: readonly Tool[],
  { goVersion, say, env, signal }: BuildToolsOptions,
  built: (tool: Tool, commands: Commands) => void,
): Promise<void> {
  // While one tool is compiled, the modules of the next are downloaded.
  const builds = tools.map((tool): Build => {
    const packages = fetchModules(tool, env);
    packages.catch(() => undefined);
    return { tool, packages, share: { coreSeconds: tool.build.coreSeconds, compiled: 0, isFinished: false } };
  });
  const startedAt = Date.now();
  const left = () => {
    const shares = builds.map(({ share }) => share);
    return timeLeft(secondsLeft(shares, (Date.now() - startedAt) / 1000, availableParallelism()));
  };
  for (const [index, { tool, packages, share }] of builds.entries()) {
    const tell = (what: string) => {
      say(`tool ${index + 1} of ${builds.length}: ${what}`);
    };
    const building = () => {
      tell(`building ${tool.title} ${tool.version}, ${left()}`);
    };
    const waiting = () => {
      tell(`another process builds ${tool.title}; waiting for it`);
    };
    const suffix = `-go${goVersion}`;
    const commands = await fillCache(buildPlace(tool, env), { suffix, waiting }, async (folder) => {
      building();
      const timer = setInterval(building, progressMs);
      try {
        const all = await packages;
        const onPackage = () => {
          share.compiled = Math.min(1, share.compiled + 1 / all);
        };
        await buildInto(folder, tool, { env, signal, onPackage });
      } finally {
        clearInterval(timer);
      }
    });
    share.isFinished = true;
    built(tool, commands);
  }
}
