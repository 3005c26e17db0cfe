import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";

/** The environments of two builders that have nothing in common but the commit. */
const builders = [
  { umask: "022", TZ: "UTC", LC_ALL: "C" },
  { umask: "077", TZ: "Asia/Kathmandu", LC_ALL: "C.UTF-8" },
];

/** Makes the tarballs and the bundle in two fresh clones of the current commit. @returns the names of files that differ, and all sums. */
export async function reproduce(): Promise<{
  readonly sums: readonly string[];
  readonly different: readonly string[];
}> {
  const folder = await mkdtemp(join(tmpdir(), "fedjoin-reproduce-"));
  try {
    const results: ReadonlyMap<string, string>[] = [];
    for (const [index, { umask, ...variables }] of builders.entries()) {
      const clone = join(folder, `clone${"-other".repeat(index)}`);
      const out = join(folder, `out${index}`);
      const script = `umask ${umask} && git clone --quiet "${repositoryRoot}" "${clone}" && cd "${clone}" &&
        npm ci --no-audit --no-fund && npm run pack -- --out "${out}" && node exporter/bundle.mjs "${out}"`;
      const { code, stderr } = await runCommand("bash", ["-c", script], { env: { ...process.env, ...variables } });
      if (code !== 0) throw new Error(`the build in ${clone} failed\n${stderr}`);
      results.push(await checksums(out));
    }
    const [first = new Map<string, string>(), second = new Map<string, string>()] = results;
    const names = [...new Set([...first.keys(), ...second.keys()])].toSorted();
    return {
      sums: [...first].map(([name, sum]) => `${sum}  ${name}`),
      different: names.filter((name) => first.get(name) !== second.get(name)),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The SHA-256 of each file of a folder, by name. */
export async function checksums(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).toSorted();
  const sum = async (name: string): Promise<string> =>
    createHash("sha256")
      .update(await readFile(join(folder, name)))
      .digest("hex");
  return new Map(await Promise.all(names.map(async (name) => [name, await sum(name)] as const)));
}
