import { mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import * as z from "zod";
import { repositoryRoot } from "../toolchain/repository";
import { runCommand } from "../toolchain/runCommand";
import { packPackages, type PublicPackage, type Tarball } from "./packPackages";

const record = z.record(z.string(), z.string()).default({});
const manifest = z.object({ dependencies: record, peerDependencies: record, bin: record });

/** Packs packages of the checkout and installs them into the folder of a project, without a network. */
export async function installPackedPackages(project: string, packages: readonly PublicPackage[]): Promise<void> {
  const tarballs = await mkdtemp(join(tmpdir(), "fedjoin-tarballs-"));
  await installTarballs(project, await packPackages(tarballs, packages));
  await rm(tarballs, { recursive: true });
}

/**
 * Lays tarballs out in a project's `node_modules` as an installation does, with their commands in `.bin`. Their
 * dependencies and peers are links to those of the checkout.
 */
export async function installTarballs(project: string, tarballs: readonly Tarball[]): Promise<void> {
  const modules = join(project, "node_modules");
  const needed = new Set<string>();
  for (const { name, file } of tarballs) {
    const target = join(modules, name);
    await mkdir(target, { recursive: true });
    const { code, stderr } = await runCommand("tar", ["-xzf", file, "-C", target, "--strip-components=1"]);
    if (code !== 0) throw new Error(`tar failed\n${stderr}`);
    const { dependencies, peerDependencies, bin } = await readManifest(target);
    for (const each of Object.keys({ ...dependencies, ...peerDependencies })) needed.add(each);
    for (const [command, path] of Object.entries(bin)) {
      await link(join(target, path), join(modules, ".bin", command));
    }
  }
  for (const { name } of tarballs) needed.delete(name);
  await linkPackages(modules, [...needed]);
}

/** What a package of the checkout needs beside it: its dependencies and its peers. */
export async function packageNeeds(folder: PublicPackage): Promise<string[]> {
  const { dependencies, peerDependencies } = await readManifest(join(repositoryRoot, folder));
  return Object.keys({ ...dependencies, ...peerDependencies });
}

/** Links packages of the checkout into a folder `node_modules`. */
export async function linkPackages(modules: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const target = join(modules, name);
    await mkdir(dirname(target), { recursive: true });
    await symlink(join(repositoryRoot, "node_modules", name), target);
  }
}

async function link(file: string, at: string): Promise<void> {
  await mkdir(dirname(at), { recursive: true });
  await symlink(join(relative(dirname(at), dirname(file)), basename(file)), at);
}

async function readManifest(folder: string): Promise<z.infer<typeof manifest>> {
  return manifest.parse(JSON.parse(await readFile(join(folder, "package.json"), "utf8")));
}
