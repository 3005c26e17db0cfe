import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import * as z from "zod";
import { nodeBinDir, repositoryRoot } from "../toolchain/repository";
import { runCommand } from "../toolchain/runCommand";
import { absoluteLinks } from "./absoluteLinks";

/** The folders of the packages that are published; each comes after those that it depends on. */
export const publicPackages = ["provider", "exporter", "stacks"] as const;
export type PublicPackage = (typeof publicPackages)[number];

export interface Tarball {
  /** Such as `@fedjoin/provider`. */
  readonly name: string;
  readonly version: string;
  readonly file: string;
}

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  homepage: z.string(),
  files: z.array(z.string()),
});

/**
 * Packs packages of a built checkout into the folder `out`, as they are published. The result depends only on the sources:
 * not on times, permissions, or what earlier builds left behind.
 */
export async function packPackages(
  out: string,
  packages: readonly PublicPackage[] = publicPackages,
  root = repositoryRoot,
): Promise<readonly Tarball[]> {
  await mkdir(out, { recursive: true });
  const staging = await mkdtemp(join(tmpdir(), "fedjoin-pack-"));
  try {
    const tarballs: Tarball[] = [];
    for (const folder of packages) {
      const { name, version } = await stage(root, folder, join(staging, folder));
      const file = await npmPack(join(staging, folder), out);
      tarballs.push({ name, version, file });
    }
    return tarballs;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Copies what a package publishes to `target`. */
async function stage(root: string, folder: PublicPackage, target: string): Promise<z.infer<typeof manifest>> {
  const source = join(root, folder);
  const packed = manifest.parse(JSON.parse(await readFile(join(source, "package.json"), "utf8")));
  for (const path of ["package.json", ...packed.files.filter((each) => each !== "CHANGELOG.md")]) {
    await cp(join(source, path), join(target, path), {
      recursive: true,
      filter: (each) => isCompiled(source, relative(source, each)),
    });
  }
  await cp(join(root, "LICENSE"), join(target, "LICENSE"));
  const blob = `${packed.homepage.replace(/#.*/, "")}/blob/v${packed.version}`;
  for (const [from, to, base] of [
    [join(source, "README.md"), "README.md", `${blob}/${folder}`],
    [join(root, "CHANGELOG.md"), "CHANGELOG.md", blob],
  ] as const) {
    await writeFile(join(target, to), absoluteLinks(await readFile(from, "utf8"), base));
  }
  await setModes(target);
  return packed;
}

/** False for what a deleted source left in `dist`. */
function isCompiled(source: string, path: string): boolean {
  const [, module] = /^dist\/(.*?)(?:\.d\.ts|\.js|\.map)$/.exec(path) ?? [];
  return module === undefined || existsSync(join(source, "src", `${module}.ts`));
}

/** Git knows one permission, to execute, and so does npm; the rest would be the umask of this machine. */
async function setModes(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) await chmod(path, relative(folder, path).startsWith("bin/") ? 0o755 : 0o644);
  }
}

async function npmPack(folder: string, out: string): Promise<string> {
  const env = { ...process.env, PATH: `${nodeBinDir}:${process.env["PATH"] ?? ""}` };
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", out];
  const { code, stdout, stderr } = await runCommand("npm", args, { cwd: folder, env });
  if (code !== 0) throw new Error(`npm pack failed\n${stderr}`);
  const [packed] = z.tuple([z.object({ filename: z.string() })]).parse(JSON.parse(stdout));
  return join(out, packed.filename);
}
