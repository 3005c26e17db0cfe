import { allowClosedReaders } from "@fedjoin/provider";
import { parseArgs } from "node:util";
import { filesBelow, problemsMessage } from "./configSource";
import { joinsOf } from "./joins";
import { printedConfig, PulumiConfigError } from "./pulumiConfig";

const usage = `Usage: npm run --silent joins -- --stack NAME [--cwd FOLDER] | npx fedjoin plan --file -

Writes the FedJoins of a stack as \`fedjoin\` reads them from a file: JSON, with every secret of the stack's
configuration that is no reference in the clear. So it writes into a pipe only, never to a terminal.

  --stack NAME   the stack
  --cwd FOLDER   the folder of Pulumi.yaml; default: this one
`;

/** What a person may have to mend; every other error is a mistake of this program. */
class CannotPrint extends Error {}

function main(): string {
  const { stack, cwd, help } = options();
  if (help) return usage;
  if (stack === undefined) throw new CannotPrint(`--stack is required\n\n${usage}`);
  if (process.stdout.isTTY) {
    throw new CannotPrint(`the output may hold secrets and goes into a pipe only\n\n${usage}`);
  }
  const read = joinsOf(printedConfig(stack, cwd), filesBelow(cwd));
  if ("problems" in read) throw new CannotPrint(problemsMessage(stack, read.problems));
  for (const note of read.notes) process.stderr.write(`${note}\n`);
  return `${JSON.stringify(read.joins, undefined, 2)}\n`;
}

function options() {
  try {
    const { values } = parseArgs({
      options: {
        stack: { type: "string" },
        cwd: { type: "string", default: process.cwd() },
        help: { type: "boolean", default: false },
      },
    });
    return values;
  } catch (error) {
    throw new CannotPrint(`${error instanceof Error ? error.message : "wrong arguments"}\n\n${usage}`);
  }
}

allowClosedReaders(process.stdout, process.stderr);
try {
  process.stdout.write(main());
} catch (error) {
  if (!(error instanceof CannotPrint || error instanceof PulumiConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
