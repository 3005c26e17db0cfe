import { parseArgs } from "node:util";

export const usage = `Usage: pulumi preview --json --show-sames --stack NAME | npm run --silent policy

Says which rules the stack would break: a secret in the clear, an image that does not
say which one, a container without requests and limit, more privilege than it needs,
rights in the whole cluster, more sites that would leave their master than allowed.
Changes nothing and asks nobody.

  --file FILE     what the preview wrote; default -, the input
  --max-leaves N  how many memberships the deployment may end; default 0
  --help          this text

Exit code: 0 every rule is kept; 1 a rule is broken, or the preview failed; 2 wrong
usage, or the input is not a preview.
`;

interface PolicyArgs {
  readonly file: string;
  /** How many memberships the deployment may end. */
  readonly maxLeaves: number;
}

/** What a command line asks for, or what is wrong with it. */
export function parsePolicyArgs(
  args: readonly string[],
): PolicyArgs | { readonly help: true } | { readonly problem: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        file: { type: "string", default: "-" },
        "max-leaves": { type: "string", default: "0" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return { help: values.help };
    const maxLeaves = values["max-leaves"];
    if (!/^\d{1,6}$/.test(maxLeaves)) return { problem: "--max-leaves is a whole number from 0" };
    return { file: values.file, maxLeaves: Number(maxLeaves) };
  } catch {
    return { problem: "policy takes --file, --max-leaves, --help and nothing else" };
  }
}
