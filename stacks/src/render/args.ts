import { exitCodeHelp, parseCommandLine, textOption, type CommandLine } from "@fedjoin/provider/internal/commandLine";
import { folderOption, stackOption } from "../cli/commandLine";

export interface RenderArgs {
  readonly stack: string;
  readonly out: string;
  readonly withSecrets: boolean;
  readonly cwd: string;
}

export function parseRenderArgs(argv: readonly string[]): CommandLine<RenderArgs> {
  return parseCommandLine("fedjoin-render", argv, (program, select) => {
    program
      .description(
        `Writes the Kubernetes objects of a stack as plain YAML, one folder for each member, for Argo CD,
Flux or kubectl. Needs no cluster and no backend, and without --with-secrets no pulumi. Leaves out
members that a FedJoin joins (joinedBy: pulumi): they need pulumi up. Ends with a list of the
Secrets that you must provide.

  npx fedjoin-render --stack staging --out rendered/staging`,
      )
      .addOption(stackOption("the stack: NAME of Pulumi.NAME.yaml"))
      .addOption(
        textOption("--out <folder>", "output folder: new, empty, or written by render before").makeOptionMandatory(),
      )
      .option("--with-secrets", "write Secrets too, unencrypted; runs pulumi config to decrypt them", false)
      .addOption(folderOption())
      .addHelpText(
        "after",
        exitCodeHelp({
          0: "written",
          1: "the configuration or the folder has a problem, or there is nothing to render",
          2: "wrong usage",
        }),
      )
      .action(select);
  });
}
