import { existsSync } from "node:fs";
import { chmod, copyFile, link, readFile, realpath, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheRoot, contentKey, createFolder } from "./cache";
import { repositoryRoot } from "./repository";

const languageHost = "pulumi-language-nodejs";
const dynamicProvider = "pulumi-resource-pulumi-nodejs";

/**
 * The folder of a CLI that has its language host beside it: a release's own folder as it is; for the CLI built here,
 * a folder in the cache with our language host. It belongs to this checkout, since the host's script lies in it, and is
 * outside because nothing is written into a checkout.
 */
export async function assemblePulumiBin(pulumi: string): Promise<string> {
  if (existsSync(join(dirname(pulumi), languageHost))) return dirname(pulumi);
  const script = join(repositoryRoot, "test/testbed/dist/toolchain/languageHost.js");
  const launcher = join(repositoryRoot, "node_modules/@pulumi/pulumi", dynamicProvider);
  const wrapper = `#!/bin/sh\nexec node ${shellQuoted(script)} "$@"\n`;
  const key = contentKey(await realpath(pulumi), wrapper, await readFile(launcher, "utf8"));
  const bin = join(cacheRoot(), "bin", key);
  if (existsSync(bin)) return bin;
  await createFolder(bin, async (folder) => {
    // Not a symbolic link: the CLI looks for what lies beside the file that it resolves to.
    await link(pulumi, join(folder, "pulumi"));
    await copyFile(launcher, join(folder, dynamicProvider));
    await writeFile(join(folder, languageHost), wrapper);
    for (const name of [dynamicProvider, languageHost]) await chmod(join(folder, name), 0o755);
  });
  return bin;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
