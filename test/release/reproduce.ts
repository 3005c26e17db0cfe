import { createHash } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";

/** The environments of two builders that have nothing in common but the commit. */
const builders = [
  { umask: "022", TZ: "UTC", LC_ALL: "C" },
  { umask: "077", TZ: "Asia/Kathmandu", LC_ALL: "C.UTF-8" },
];

/**
 * Makes the tarballs and the bundle in two fresh clones of the current commit, and writes them into `target` with their
 * sums. @returns the names of the files that differ.
 */
export async function reproduce(target: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "fedjoin-reproduce-"));
  try {
    const revision = (await run(`git -C "${repositoryRoot}" rev-parse HEAD`)).trim();
    const results: ReadonlyMap<string, string>[] = [];
    for (const [index, { umask, ...variables }] of builders.entries()) {
      const clone = join(folder, `clone${"-other".repeat(index)}`);
      const out = join(folder, `out${index}`);
      const steps = [
        `umask ${umask}`,
        `git clone --quiet --no-checkout "${repositoryRoot}" "${clone}"`,
        `cd "${clone}" && git checkout --quiet ${revision}`,
        "npm ci --no-audit --no-fund",
        `npm run pack -- --out "${out}"`,
        `npm run bundle -- "${out}"`,
      ];
      await run(steps.join(" && "), variables);
      results.push(await checksums(out));
    }
    const [first = new Map<string, string>(), second = new Map<string, string>()] = results;
    await cp(join(folder, "out0"), target, { recursive: true });
    const lines = [...first].map(([name, sum]) => `${sum}  ${name}\n`);
    await writeFile(join(target, "SHA256SUMS"), lines.join(""));
    const names = [...new Set([...first.keys(), ...second.keys()])].toSorted();
    return names.filter((name) => first.get(name) !== second.get(name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(script: string, variables: NodeJS.ProcessEnv = {}): Promise<string> {
  const { code, stdout, stderr } = await runCommand("bash", ["-c", script], { env: { ...process.env, ...variables } });
  if (code !== 0) throw new Error(`${script}: exit code ${code}\n${stdout}${stderr}`);
  return stdout;
}

/** The SHA-256 of each file of a folder, by name. */
async function checksums(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).toSorted();
  const sum = async (name: string): Promise<string> =>
    createHash("sha256")
      .update(await readFile(join(folder, name)))
      .digest("hex");
  return new Map(await Promise.all(names.map(async (name) => [name, await sum(name)] as const)));
}
