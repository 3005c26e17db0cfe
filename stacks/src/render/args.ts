import { parseArgs } from "node:util";

export const usage = `Usage: npm run --silent render -- --stack NAME --out FOLDER [--with-secrets] [--cwd FOLDER]

Writes the Kubernetes objects of a stack as plain YAML, one folder for each member,
for Argo CD, Flux or kubectl. Needs no cluster, no pulumi and no backend. Members
that a FedJoin joins (joinedBy: pulumi) are left out: they need \`pulumi up\`.

  --stack NAME      the stack
  --out FOLDER      where to write; a folder that is new, empty, or written by render
  --with-secrets    write Secrets too, in the clear; runs \`pulumi config\` to decrypt them
  --cwd FOLDER      the folder of Pulumi.yaml; default: this one
  --help            this text

Exit code: 0 written; 1 a problem of the configuration or of the folder; 2 wrong usage.
`;

export interface RenderArgs {
  readonly stack: string;
  readonly out: string;
  readonly withSecrets: boolean;
  readonly cwd: string | undefined;
}

const options = {
  stack: { type: "string" },
  out: { type: "string" },
  "with-secrets": { type: "boolean", default: false },
  cwd: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

/** What a command line asks for, or all that is wrong with it. */
export function parseRenderArgs(
  args: readonly string[],
): { readonly asked: RenderArgs } | { readonly help: true } | { readonly problems: readonly string[] } {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options, allowPositionals: false }));
  } catch {
    const known = Object.keys(options).map((name) => `--${name}`);
    return { problems: [`render takes ${known.join(", ")} and nothing else`] };
  }
  const { stack = "", out = "", cwd, help, "with-secrets": withSecrets } = values;
  if (help) return { help };
  const problems = [
    ...(stack === "" ? ["--stack says which stack to render"] : []),
    ...(stack === "" || /^[\w.-]+$/.test(stack)
      ? []
      : ["--stack: expected letters, digits, hyphens, dots or underscores"]),
    ...(out === "" ? ["--out says which folder to write"] : []),
  ];
  return problems.length > 0 ? { problems } : { asked: { stack, out, withSecrets, cwd } };
}
