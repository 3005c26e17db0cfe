import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { installPackedPackages, linkPackages } from "../packages/installTarballs";
import type { ClusterTools } from "../toolchain/prepareTools";
import { pulumiCli, type PulumiCli } from "../toolchain/pulumiCli";
import { pulumiEnvironment } from "../toolchain/pulumiEnvironment";
import { repositoryRoot } from "../toolchain/repository";

/** A project copied from `examples/`, with the packed packages installed and one stack. */
export interface ExampleProject {
  readonly dir: string;
  readonly backendDir: string;
  readonly pulumi: PulumiCli;
}

export interface ExampleOptions {
  readonly stack: string;
  /** The configuration of the stack, in place of the example's. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Secrets of the stack by their key; the CLI encrypts them. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Further files of the project by their name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Further variables of the environment. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Installs the packed packages as `node_modules` of the folder `dir`, for every example below it. */
export async function installForExamples(dir: string): Promise<void> {
  await installPackedPackages(dir, ["provider", "stacks"]);
  await linkPackages(join(dir, "node_modules"), ["@types/node", "typescript"]);
}

/** Copies an example into a folder below `dir`, where `installForExamples` has installed the packages. */
export async function createExampleProject(
  tools: ClusterTools,
  dir: string,
  example: string,
  { stack, config, secrets = {}, files = {}, variables = {} }: ExampleOptions,
): Promise<ExampleProject> {
  const own = join(dir, example);
  const [project, backendDir] = [join(own, "project"), join(own, "state")];
  await mkdir(own, { recursive: true });
  await cp(join(repositoryRoot, "examples", example), project, { recursive: true });
  await writeFile(join(project, `Pulumi.${stack}.yaml`), stringify({ config }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(project, name), content);
  const env = await pulumiEnvironment(tools, { home: join(own, "home"), backendDir, passphrase: "test" });
  const pulumi = pulumiCli(tools, project, { ...env, ...variables });
  await pulumi.run(["stack", "init", stack]);
  const settings = Object.entries(secrets).flatMap(([key, value]) => ["--secret", `${key}=${value}`]);
  if (settings.length > 0) await pulumi.run(["config", "set-all", ...settings]);
  return { dir: project, backendDir, pulumi };
}
