import { parseArgs } from "node:util";

export const usage = `Usage: pulumi preview --json --stack NAME | npm run --silent policy

Says which rules the stack would break: a secret in the clear, an image that does not
say which one, a container without requests and limit, more privilege than it needs,
rights in the whole cluster. Changes nothing and asks nobody.

  --file FILE   what the preview wrote; default -, the input
  --help        this text

Exit code: 0 every rule is kept; 1 a rule is broken, or the preview failed; 2 wrong
usage, or the input is no preview.
`;

/** What a command line asks for, or what is wrong with it. */
export function parsePolicyArgs(
  args: readonly string[],
): { readonly file: string } | { readonly help: true } | { readonly problem: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { file: { type: "string", default: "-" }, help: { type: "boolean", default: false } },
    });
    return values.help ? { help: values.help } : { file: values.file };
  } catch {
    return { problem: "policy takes --file, --help and nothing else" };
  }
}
