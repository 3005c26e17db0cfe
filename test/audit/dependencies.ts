import { isBuiltin } from "node:module";
import * as z from "zod";

const names = z.record(z.string(), z.string()).optional();
const lockFile = z.object({
  /** By the folder of each package. */
  packages: z.record(
    z.string(),
    z.object({
      ...{ dependencies: names, optionalDependencies: names, peerDependencies: names },
      peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().optional() })).optional(),
      ...{ hasInstallScript: z.boolean().optional(), link: z.boolean().optional(), resolved: z.string().optional() },
      version: z.string().optional(),
    }),
  ),
});

export type Lock = z.infer<typeof lockFile>["packages"];

/** The packages of package-lock.json, by their folders. */
export function parseLock(text: string): Lock {
  return lockFile.parse(JSON.parse(text)).packages;
}

/** The folders of all packages that a workspace needs at run time, in order. */
export function runtimeFolders(lock: Lock, workspace: string): string[] {
  const found = new Set<string>();
  const visit = (folder: string): void => {
    for (const name of neededNames(lock[folder])) {
      const nested = resolveFolder(lock, folder, name);
      const { link = false, resolved = "" } = lock[nested] ?? {};
      if (link) visit(resolved);
      else if (lock[nested] !== undefined && !found.has(nested)) {
        found.add(nested);
        visit(nested);
      }
    }
  };
  visit(workspace);
  return [...found].toSorted();
}

/** npm installs a peer too, unless it is optional. */
function neededNames(locked: Lock[string] | undefined): string[] {
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = locked ?? {};
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => peerDependenciesMeta?.[name]?.optional !== true);
  return [...new Set([...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers])];
}

/** As Node looks: in the folder's own node_modules, then in those above it. */
function resolveFolder(lock: Lock, folder: string, name: string): string {
  const own = `${folder}/node_modules/${name}`;
  if (lock[own] !== undefined) return own;
  const above = folder.lastIndexOf("/node_modules/");
  return above < 0 ? `node_modules/${name}` : resolveFolder(lock, folder.slice(0, above), name);
}

/** What a module of Node lets a package do; the others compute only. */
const abilities: Readonly<Record<string, string>> = {
  child_process: "processes",
  cluster: "processes",
  worker_threads: "threads",
  fs: "files",
  dgram: "network",
  dns: "network",
  http: "network",
  http2: "network",
  https: "network",
  net: "network",
  tls: "network",
};

/** What a source text may do, by the modules of Node that it imports. */
export function abilitiesOf(source: string): string[] {
  const imports = source.matchAll(
    /(?:\bfrom\s*|\brequire\(\s*|\bimport\s*\(?\s*)["'](?:node:)?([a-z0-9_]+)(?:\/[a-z]+)?["']/g,
  );
  const used = [...imports].flatMap(([, name = ""]) => (isBuiltin(name) ? (abilities[name] ?? []) : []));
  return [...new Set(used)].toSorted();
}

/** What each package may do: `nothing`, or abilities with commas between them. */
export type AbilityList = ReadonlyMap<string, string>;

/** The rows `| package | abilities | …` of a Markdown page. */
export function parseAbilityList(page: string): AbilityList {
  return new Map(
    [...page.matchAll(/^\| `([^`]+)` +\| ([a-z, ]+?) +\|/gm)].map(([, name = "", may = ""]) => [name, may]),
  );
}

/** How the packages differ from the list, a line each. */
export function listDifferences(listed: AbilityList, found: AbilityList): string[] {
  return [...new Set([...listed.keys(), ...found.keys()])].toSorted().flatMap((name) => {
    const [expected, actual] = [listed.get(name), found.get(name)];
    if (expected === actual) return [];
    if (actual === undefined) return [`${name}: is listed, but no longer a dependency`];
    return [`${name}: may use ${actual}, and the list says ${expected ?? "nothing of it"}`];
  });
}

/** Packages with install scripts that `allowScripts` does not forbid, a line each. */
export function runnableScripts(
  lock: Lock,
  folders: readonly string[],
  allowed: Readonly<Record<string, unknown>>,
): string[] {
  return folders
    .filter((folder) => lock[folder]?.hasInstallScript === true)
    .map(nameOf)
    .filter((name) => allowed[name] !== false)
    .map((name) => `${name}: has an install script that allowScripts does not forbid`);
}

/** The name of the package in a folder. */
export function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
}
