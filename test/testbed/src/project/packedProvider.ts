import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { nodeBinDir, repositoryRoot } from "../toolchain/repository";
import { runCommand } from "../toolchain/runCommand";

const versions = z.record(z.string(), z.string());
const manifest = z.object({ dependencies: versions, peerDependencies: versions });

/** What the provider package needs beside it: its dependencies and its one peer. */
export function providerDependencies(): string[] {
  const text = readFileSync(join(repositoryRoot, "provider/package.json"), "utf8");
  const { dependencies, peerDependencies } = manifest.parse(JSON.parse(text));
  return Object.keys({ ...dependencies, ...peerDependencies });
}

/** Packs the provider as `npm publish` would, and unpacks it as an installation would, into `target`. */
export async function installPackedProvider(target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  const packs = await mkdtemp(`${target}-pack-`);
  const env = { ...process.env, PATH: `${nodeBinDir}:${process.env["PATH"] ?? ""}` };
  const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", packs, "-w", "provider"];
  const { stdout } = await succeed("npm", pack, { cwd: repositoryRoot, env });
  const [packed] = JSON.parse(stdout) as [{ filename: string }];
  await succeed("tar", ["-xzf", join(packs, packed.filename), "-C", target, "--strip-components=1"]);
  await rm(packs, { recursive: true });
}

/** Links packages of the checkout into a folder `node_modules`. */
export async function linkPackages(modules: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(repositoryRoot, "node_modules", name), join(modules, name));
  }
}

async function succeed(...[command, args, options]: Parameters<typeof runCommand>): ReturnType<typeof runCommand> {
  const result = await runCommand(command, args, options);
  if (result.code !== 0) throw new Error(`${command} ${args[0] ?? ""} failed\n${result.stderr}`);
  return result;
}
