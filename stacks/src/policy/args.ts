import {
  exitCodeHelp,
  parseCommandLine,
  textOption,
  wholeNumberOption,
  type CommandLine,
} from "@fedjoin/provider/internal/commandLine";

interface PolicyArgs {
  /** `-` is standard input. */
  readonly file: string;
  /** How many memberships the deployment may end. */
  readonly maxLeaves: number;
}

export function parsePolicyArgs(argv: readonly string[]): CommandLine<PolicyArgs> {
  return parseCommandLine("fedjoin-policy", argv, (program, select) => {
    program
      .description(
        `Checks what a deployment would leave behind. Finds plaintext secrets, images without a lasting tag,
containers without requests and a memory limit, more privilege than needed, cluster-wide
rights, and more sites leaving their master than allowed. Contacts nothing and changes
nothing.

  pulumi preview --json --show-sames --stack NAME | npx fedjoin-policy`,
      )
      .addOption(textOption("--file <file>", "the output of the preview").default("-", "standard input"))
      .addOption(
        wholeNumberOption("--max-leaves <n>", "number of memberships that the deployment may end", 0).default(0),
      )
      .addHelpText(
        "after",
        exitCodeHelp({
          0: "no rule is broken",
          1: "a rule is broken, or the preview failed",
          2: "wrong usage, or the input is not a preview",
        }),
      )
      .action(select);
  });
}
