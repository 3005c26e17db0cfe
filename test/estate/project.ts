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
}

const stack = "demo";

/** Creates the project with one stack, `demo`, in `dir`. */
export async function createProject(tools: Tools, dir: string, passphrase: string): Promise<Project> {
  const backendDir = join(dir, "state");
  const projectDir = join(dir, "project");
  const configFile = join(projectDir, `Pulumi.${stack}.yaml`);
  await mkdir(projectDir, { recursive: true });
  const project = {
    name: "fedjoin",
    runtime: { name: "nodejs", options: { typescript: false } },
    main: join(repositoryRoot, "stacks"),
  };
  await writeFile(join(projectDir, "Pulumi.yaml"), stringify(project));
  const env = await pulumiEnvironment(tools, { home: join(dir, "home"), backendDir, passphrase });
  const pulumi = pulumiCli(tools, projectDir, env);
  await pulumi.run(["stack", "init", stack]);
  return {
    dir: projectDir,
    backendDir,
    env,
    pulumi,
    async configure({ plain, secrets }) {
      await writeFile(configFile, stringify(plain));
      for (const [path, secret] of secrets) {
        await pulumi.run(["config", "set", "--secret", "--path", path], { input: secret });
      }
    },
  };
}
