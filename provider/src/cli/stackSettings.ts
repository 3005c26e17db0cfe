import * as z from "zod";
import { ProgramError } from "../commandLine/commandLine";
import { readStackConfig, type StackConfigDeps } from "../pulumi/stackConfig";
import { parseSettings, requireValid, type Settings } from "./settings";

/** A stack of a Pulumi project. */
export interface StackName {
  readonly stack: string;
  /** The folder of Pulumi.yaml. */
  readonly cwd: string;
}

export interface StackSettingsDeps extends StackConfigDeps {
  /** Loads `@fedjoin/stacks/internal/joins` as the project in `cwd` has it installed; `undefined` if it has not. */
  readonly loadStacks: (cwd: string) => unknown;
  /** Prints a line to standard error. */
  readonly log: (line: string) => void;
}

const reading = z.union([
  z.object({ settings: z.string(), notes: z.array(z.string()) }),
  z.object({ problem: z.string() }),
]);

const stacksModule = z.object({
  stackSettings: z.function({ input: [z.string(), z.string(), z.string()], output: reading }),
});

/**
 * The memberships of a stack's configuration, as the package that deploys it understands it. They contain its secrets.
 * @throws ProgramError with every problem. @throws PulumiCliError
 */
export async function readStackSettings({ stack, cwd }: StackName, deps: StackSettingsDeps): Promise<Settings> {
  // Before any secret is decrypted.
  const { data: stacks } = stacksModule.safeParse(deps.loadStacks(cwd));
  if (stacks === undefined) {
    throw new ProgramError(
      `--stack needs @fedjoin/stacks, of the same version as fedjoin, in the packages of ${cwd}, the folder of Pulumi.yaml; a project with a program of its own uses --file`,
    );
  }
  const read = stacks.stackSettings(stack, await readStackConfig(stack, cwd, deps), cwd);
  if ("problem" in read) throw new ProgramError(read.problem);
  for (const note of read.notes) deps.log(note);
  const settings = requireValid(parseSettings(read.settings));
  // Their places are those of the stack's file, which has other members too.
  return { ...settings, members: settings.members.map((each) => ({ ...each, placeOf: (property) => property })) };
}
