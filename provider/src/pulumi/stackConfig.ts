import { mapWithConcurrency } from "../concurrency";
import { describeFailure } from "./describeFailure";
import { PulumiCliError, type PulumiResult, type RunPulumi } from "./pulumiCli";
import { encryptedPaths, parseStackConfig, shortStackName, stackFilePath } from "./stackFile";

export interface StackConfigDeps {
  readonly runPulumi: RunPulumi;
  /** Reads a text file. @throws Error */
  readonly readFile: (path: string) => Promise<string>;
}

/**
 * The configuration of a stack with its secrets, as `pulumi config --json --show-secrets` writes it. No message quotes it.
 * @throws PulumiCliError with what to do about it.
 */
export async function readStackConfig(stack: string, cwd: string, deps: StackConfigDeps): Promise<string> {
  const args = ["config", "--json", "--show-secrets", "--non-interactive", "--stack", stack];
  const { exitCode, stdout, stderr } = await deps.runPulumi(args, cwd, { quiet: true });
  if (exitCode === 0) return stdout;
  const message = describeFailure(`pulumi config --stack ${stack}`, stderr, { stack, cwd });
  const damaged = stderr.includes("could not decrypt") ? await damagedSecrets(stack, cwd, deps) : [];
  throw new PulumiCliError(damaged.length === 0 ? message : describeDamaged(damaged, stack));
}

function describeDamaged(paths: readonly string[], stack: string): string {
  const [one, it] = paths.length === 1 ? ["a secret", "it"] : ["secrets", "them"];
  const again = `set ${it} again: pulumi config set --stack ${stack} --secret --path '${paths[0] ?? ""}'`;
  return `the configuration of stack ${stack} has ${one} that cannot be decrypted, damaged or of another stack: ${paths.join(", ")}; ${again}`;
}

/** The secrets that pulumi cannot decrypt, which its own message does not name. */
async function damagedSecrets(stack: string, cwd: string, { runPulumi, readFile }: StackConfigDeps): Promise<string[]> {
  const paths = await readFile(`${cwd}/Pulumi.yaml`)
    .then((project) => readFile(`${cwd}/${stackFilePath(project, shortStackName(stack))}`))
    .then((text) => encryptedPaths(parseStackConfig(text)))
    .catch(() => []);
  const read = async (path: string): Promise<PulumiResult> =>
    runPulumi(["config", "get", "--non-interactive", "--stack", stack, "--path", path], cwd, { quiet: true });
  const results = await mapWithConcurrency(paths, async (path) => ({ path, ...(await read(path)) }));
  return results.filter(({ exitCode }) => exitCode !== 0).map(({ path }) => path);
}
