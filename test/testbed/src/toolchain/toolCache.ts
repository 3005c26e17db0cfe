import { join } from "node:path";
import { cacheRoot, contentKey, lockEnd } from "./cache";
import { buildKey } from "./goBuild";
import { withLock } from "./lock";
import { createPrograms, findPrograms } from "./programFolder";
import type { Commands, Tool } from "./tools";

/** A place in the cache for a tool's programs. */
export interface CachePlace {
  readonly parent: string;
  /** Changes with what the programs are made from. */
  readonly key: string;
  /** The tool's commands when its programs are in `folder`. */
  readonly commandsIn: (folder: string) => Commands;
}

/** The place of a tool's official release. */
export function releasePlace({ name, programs, releases }: Tool, platform: string, env: NodeJS.ProcessEnv): CachePlace {
  const files = releases.map(({ url, files: names }) => [url(platform), names]);
  const names =
    programs.length === 0 ? releases.flatMap((release) => release.files) : programs.map((each) => each.name);
  return {
    parent: parentOf(name, env),
    key: contentKey("release", files),
    commandsIn: (folder) => new Map(names.map((each) => [each, { command: join(folder, each), args: [] }])),
  };
}

/** The place of a tool's build. */
export function buildPlace(tool: Tool, env: NodeJS.ProcessEnv): CachePlace {
  const { name, programs, build } = tool;
  const alone = Object.keys(build.binaries).map((binary) => ({ name: binary, built: undefined }));
  return {
    parent: parentOf(name, env),
    key: buildKey(tool),
    commandsIn: (folder) =>
      new Map(
        (programs.length === 0 ? alone : programs).map(({ name: program, built = { binary: program, args: [] } }) => [
          program,
          { command: join(folder, built.binary), args: built.args },
        ]),
      ),
  };
}

export async function findCached({ parent, key, commandsIn }: CachePlace): Promise<Commands | undefined> {
  const folder = await findPrograms(parent, key);
  return folder === undefined ? undefined : commandsIn(folder);
}

/** Fills a place, unless another process has done so meanwhile; `suffix` goes into the folder's name. */
export async function fillCache(
  place: CachePlace,
  { suffix, waiting }: { readonly suffix: string; readonly waiting: () => void },
  fill: (folder: string) => Promise<void>,
): Promise<Commands> {
  return withLock(join(place.parent, place.key + lockEnd), { waiting }, async () => {
    const found = await findCached(place);
    if (found !== undefined) return found;
    const folder = join(place.parent, place.key + suffix);
    await createPrograms(folder, fill);
    return place.commandsIn(folder);
  });
}

function parentOf(name: string, env: NodeJS.ProcessEnv): string {
  return join(cacheRoot(env), "tools", name);
}
