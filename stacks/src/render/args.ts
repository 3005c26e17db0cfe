import { readCommandLine, stackIn } from "../cli/commandLine";

const synopsis = "Usage: npm run --silent render -- --stack NAME --out FOLDER [--with-secrets] [--cwd FOLDER]\n";

/** For a command line that is wrong, after what is wrong with it. */
export const shortUsage = `${synopsis}--help tells more.\n`;

export const usage = `${synopsis}
Writes the Kubernetes objects of a stack as plain YAML, one folder for each member,
for Argo CD, Flux or kubectl. Needs no cluster, no backend and, without --with-secrets,
no pulumi. Members that a FedJoin joins (joinedBy: pulumi) are left out: they need
\`pulumi up\`. At the end it lists the Secrets that somebody else must provide.

  --stack NAME      the stack: NAME of Pulumi.NAME.yaml
  --out FOLDER      where to write; a folder that is new, empty, or written by render
  --with-secrets    write Secrets too, in the clear; runs \`pulumi config\` to decrypt them
  --cwd FOLDER      the folder of Pulumi.yaml; default: this one
  --help            this text

Example: npm run --silent render -- --stack staging --out rendered/staging

Exit code: 0 written; 1 a problem of the configuration or of the folder, or nothing to
render; 2 wrong usage.
`;

export interface RenderArgs {
  readonly stack: string;
  readonly out: string;
  readonly withSecrets: boolean;
  readonly cwd: string | undefined;
}

const options = { stack: "text", out: "text", "with-secrets": "flag", cwd: "text" } as const;

/** What a command line asks for, or all that is wrong with it. */
export function parseRenderArgs(
  args: readonly string[],
): { readonly asked: RenderArgs } | { readonly help: true } | { readonly problems: readonly string[] } {
  const line = readCommandLine(args, options);
  if (line.flags.has("help")) return { help: true };
  const { stack, problems: ofStack } = stackIn(line);
  const out = line.texts.get("out") ?? "";
  const hasNoOut = out === "" && !line.problems.some((problem) => problem.startsWith("--out "));
  const problems = [...line.problems, ...ofStack, ...(hasNoOut ? ["--out FOLDER is required"] : [])];
  if (problems.length > 0) return { problems };
  return { asked: { stack, out, withSecrets: line.flags.has("with-secrets"), cwd: line.texts.get("cwd") } };
}
