import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Tools } from "../toolchain/prepareTools";
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
  /** Writes the stack's configuration anew; secrets go in through the CLI's stdin. */
  configure(config: StackConfig): Promise<void>;
  /** Another stack of the project, with a passphrase of its own; its CLI calls go to that stack. */
  addStack(stack: string, passphrase: string): Promise<Project>;
}

/** Creates the project with one stack, `demo`, in `dir`. */
export async function createProject(tools: Tools, dir: string, passphrase: string): Promise<Project> {
  const backendDir = join(dir, "state");
  const projectDir = join(dir, "project");
  await mkdir(projectDir, { recursive: true });
  const project = {
    name: "fedjoin",
    runtime: { name: "nodejs", options: { typescript: false } },
    main: join(repositoryRoot, "stacks"),
  };
  await writeFile(join(projectDir, "Pulumi.yaml"), stringify(project));
  const env = await pulumiEnvironment(tools, { home: join(dir, "home"), backendDir, passphrase });
  return createStack({ tools, dir: projectDir, backendDir, env, stack: "demo" }, []);
}

interface StackPlace extends Pick<Project, "dir" | "backendDir" | "env"> {
  readonly tools: Tools;
  readonly stack: string;
}

async function createStack(place: StackPlace, options: readonly string[]): Promise<Project> {
  const { tools, dir, backendDir, env, stack } = place;
  const pulumi = pulumiCli(tools, dir, env);
  await pulumi.run(["stack", "init", stack, ...options]);
  return {
    dir,
    backendDir,
    env,
    pulumi,
    async configure({ plain, secrets }) {
      await writeFile(join(dir, `Pulumi.${stack}.yaml`), stringify(plain));
      for (const [path, secret] of secrets) {
        await pulumi.run(["config", "set", "--stack", stack, "--secret", "--path", path], { input: secret });
      }
    },
    addStack: (another, otherPassphrase) => {
      const variables = { PULUMI_CONFIG_PASSPHRASE: otherPassphrase, PULUMI_STACK: another };
      return createStack({ ...place, stack: another, env: { ...env, ...variables } }, ["--no-select"]);
    },
  };
}
