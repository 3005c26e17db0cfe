import { nodeBinDir, runCommand } from "@fedjoin/testbed";

/** Where npm and pnpm keep what they fetch, and the registry that they ask; npm's own by default. */
export type NpmEnvironment = Readonly<Record<string, string>>;

/** Runs npm in a folder and gives its output. @throws Error with all output unless it exits with 0. */
export async function npm(args: readonly string[], cwd: string, settings: NpmEnvironment = {}): Promise<string> {
  const env = { ...process.env, PATH: `${nodeBinDir}:${process.env["PATH"] ?? ""}`, ...settings };
  const { code, stdout, stderr } = await runCommand("npm", args, { cwd, env });
  if (code !== 0) throw new Error(`npm ${args.join(" ")}: exit code ${code}\n${stdout}${stderr}`);
  return stdout;
}
