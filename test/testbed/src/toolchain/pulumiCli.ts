import type { PulumiTools } from "./prepareTools";
import { runCommand, type CommandOptions, type CommandResult } from "./runCommand";

export interface PulumiCli {
  /** @throws Error with the arguments and all output unless the CLI exits with 0. */
  readonly run: (args: readonly string[], options?: PulumiCallOptions) => Promise<CommandResult>;
  /** As `run`, but any exit code is a result. */
  readonly tryRun: (args: readonly string[], options?: PulumiCallOptions) => Promise<CommandResult>;
}

type PulumiCallOptions = Pick<CommandOptions, "signal" | "onLine" | "input">;

/** The CLI in one project folder, with the environment that `pulumiEnvironment` gives. */
export function pulumiCli(tools: PulumiTools, cwd: string, env: Readonly<Record<string, string>>): PulumiCli {
  const tryRun = (args: readonly string[], options: PulumiCallOptions = {}) =>
    runCommand(tools.pulumi, args, { cwd, env, ...options });
  return {
    tryRun,
    run: async (args, options) => {
      const result = await tryRun(args, options);
      if (result.code === 0) return result;
      throw new Error(`pulumi ${args.join(" ")}: exit code ${result.code}\n${result.stdout}${result.stderr}`);
    },
  };
}
