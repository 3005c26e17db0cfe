import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nodeBinDir, repositoryRoot, runCommand } from "@fedjoin/testbed";

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "fedjoin-npx-"));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const manifest = async (folder: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(repositoryRoot, folder, "package.json"), "utf8")) as Record<string, unknown>;

/** The checkout before its first build, without the dependencies that would have to be fetched. */
async function bareCheckout(packages: readonly string[]): Promise<void> {
  await writeFile(join(dir, "package.json"), JSON.stringify({ name: "fedjoin", private: true, workspaces: packages }));
  for (const name of packages) {
    const offline = { ...(await manifest(name)), dependencies: {}, peerDependencies: {} };
    await mkdir(join(dir, name));
    await writeFile(join(dir, name, "package.json"), JSON.stringify(offline));
    await cp(join(repositoryRoot, name, "bin"), join(dir, name, "bin"), { recursive: true });
  }
}

test("`npx fedjoin` and `npx fedjoin-exporter` run in the checkout, which npm installs before it is built", async () => {
  const packages = ["provider", "exporter"];
  await bareCheckout(packages);
  const env = { ...process.env, PATH: `${nodeBinDir}:${process.env["PATH"] ?? ""}` };
  const npm = (...args: string[]) => runCommand("npm", args, { cwd: dir, env });
  expect(await npm("install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts")).toMatchObject({ code: 0 });
  for (const name of packages) await symlink(join(repositoryRoot, name, "dist"), join(dir, name, "dist"));

  const version = String((await manifest("provider"))["version"]);
  for (const command of ["fedjoin", "fedjoin-exporter"]) {
    const { code, stdout } = await npm("exec", "--offline", "--no", "--", command, "--version");
    expect([code, stdout.trim()]).toEqual([0, expect.stringContaining(version)]);
  }
});
