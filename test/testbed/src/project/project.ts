import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Document, parse, stringify } from "yaml";
import * as z from "zod";
import { installPackedPackages, linkPackages } from "../packages/installTarballs";
import type { ClusterTools } from "../toolchain/prepareTools";
import { pulumiCli, type PulumiCli } from "../toolchain/pulumiCli";
import { pulumiEnvironment } from "../toolchain/pulumiEnvironment";
import { repositoryRoot } from "../toolchain/repository";
import type { StackConfig } from "./stackConfig";

/** A Pulumi project of its own, in a folder outside the checkout, that runs the checkout's stack program. */
export interface Project {
  readonly dir: string;
  /** The file backend's folder: state, backups, history. */
  readonly backendDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly pulumi: PulumiCli;
  /** Rewrites the stack's configuration; the CLI encrypts the secrets. */
  configure(config: StackConfig): Promise<void>;
  /** Another stack of the project, with a passphrase of its own; its CLI calls go to that stack. */
  addStack(stack: string, passphrase: string): Promise<Project>;
}

/** What the template's package.json asks for, with the peers of the stacks. */
const linkedPackages = ["@fedjoin/provider", "@fedjoin/stacks", "@pulumi/kubernetes", "@pulumi/pulumi"];

/** The name of every project here. */
const projectName = "fedjoin";

/** Creates the project with one stack, `demo`, in `dir`. */
export async function createProject(tools: ClusterTools, dir: string, passphrase: string): Promise<Project> {
  const backendDir = join(dir, "state");
  const projectDir = join(dir, "project");
  await mkdir(projectDir, { recursive: true });
  const project = {
    name: projectName,
    runtime: { name: "nodejs", options: { typescript: false } },
    main: join(repositoryRoot, "stacks"),
  };
  await writeFile(join(projectDir, "Pulumi.yaml"), stringify(project));
  const env = await pulumiEnvironment(tools, { home: join(dir, "home"), backendDir, passphrase });
  return createStack({ tools, dir: projectDir, backendDir, env, stack: "demo" }, []);
}

/** The packages of the checkout that a project from the template has: as they would be published, or as they are. */
type TemplatePackages = "packed" | "linked";

/**
 * Creates a project from the template as a user does, with the packages installed and the stack `dev`, in `dir`;
 * `variables` join the environment. Its configuration is the template's until `configure`.
 */
export async function createTemplateProject(
  tools: ClusterTools,
  dir: string,
  {
    passphrase,
    packages = "packed",
    variables = {},
  }: {
    readonly passphrase: string;
    readonly packages?: TemplatePackages;
    readonly variables?: Readonly<Record<string, string>>;
  },
): Promise<Project> {
  const backendDir = join(dir, "state");
  const projectDir = join(dir, "project");
  await mkdir(projectDir, { recursive: true });
  const own = await pulumiEnvironment(tools, { home: join(dir, "home"), backendDir, passphrase });
  const env = { ...own, ...variables };
  const template = join(repositoryRoot, "examples/template");
  // The CLI would install from the registry.
  const options = ["--generate-only", "--yes", "--name", projectName, "--description", "A federation"];
  await pulumiCli(tools, projectDir, env).run(["new", template, ...options]);
  const modules = join(projectDir, "node_modules");
  if (packages === "packed") await installPackedPackages(projectDir, ["provider", "stacks"]);
  else await linkPackages(modules, linkedPackages);
  await linkPackages(modules, ["@types/node", "typescript"]);
  return createStack({ tools, dir: projectDir, backendDir, env, stack: "dev" }, []);
}

const salted = z.object({ encryptionsalt: z.string().optional() });
const written = z.object({ config: z.record(z.string(), z.unknown()) });
const encryptedValue = z.object({ secure: z.string() });

/** The keys of a configuration path such as `fedjoin:members[0].controller`. */
function keysOf(path: string): (string | number)[] {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
}

interface StackPlace extends Pick<Project, "dir" | "backendDir" | "env"> {
  readonly tools: ClusterTools;
  readonly stack: string;
}

async function createStack(place: StackPlace, options: readonly string[]): Promise<Project> {
  const { tools, dir, backendDir, env, stack } = place;
  const pulumi = pulumiCli(tools, dir, env);
  await pulumi.run(["stack", "init", stack, ...options]);
  const file = join(dir, `Pulumi.${stack}.yaml`);
  /** What the CLI made of each secret: one call encrypts all that are new, since each call costs seconds. */
  const encrypted = new Map<string, string>();
  const encrypt = async (secrets: readonly string[]): Promise<void> => {
    if (secrets.length === 0) return;
    const settings = secrets.flatMap((secret, index) => ["--secret", `fedjoin:secret${index}=${secret}`]);
    await pulumi.run(["config", "set-all", "--stack", stack, ...settings]);
    const { config } = written.parse(parse(await readFile(file, "utf8")));
    for (const [index, secret] of secrets.entries()) {
      encrypted.set(secret, encryptedValue.parse(config[`fedjoin:secret${index}`]).secure);
    }
  };
  return {
    dir,
    backendDir,
    env,
    pulumi,
    async configure({ plain, secrets }) {
      await encrypt([...new Set(secrets.values())].filter((secret) => !encrypted.has(secret)));
      const salt = existsSync(file) ? salted.parse(parse(await readFile(file, "utf8"))) : {};
      // Without aliases: an object that stands twice gets each secret by itself.
      const document = new Document({ ...plain, ...salt }, { aliasDuplicateObjects: false });
      for (const [path, secret] of secrets) {
        document.setIn(["config", ...keysOf(path)], document.createNode({ secure: encrypted.get(secret) }));
      }
      await writeFile(file, document.toString());
    },
    addStack: (another, otherPassphrase) => {
      const variables = { PULUMI_CONFIG_PASSPHRASE: otherPassphrase, PULUMI_STACK: another };
      return createStack({ ...place, stack: another, env: { ...env, ...variables } }, ["--no-select"]);
    },
  };
}
