import { ignoreBrokenPipe } from "@fedjoin/provider/system";
import { readCommandLine, stackIn } from "./cli/commandLine";
import { createFileReader, problemsMessage } from "./config/source";
import { fedjoinSettingsOf } from "./joins/fedjoinSettings";
import { printedConfig, PulumiConfigError } from "./cli/pulumiConfig";

const synopsis =
  "Usage: npm run --silent joins -- --stack NAME [--cwd FOLDER] | npm run --silent fedjoin -- plan --file -\n";

const usage = `${synopsis}
Writes the FedJoins of a stack as \`fedjoin\` reads them from a file: JSON, with every secret of the stack's
configuration that is no reference in the clear. So it writes into a pipe or a file only, never to a terminal.
Runs \`pulumi config\`, which needs the stack's backend and passphrase or key.

  --stack NAME   the stack
  --cwd FOLDER   the folder of Pulumi.yaml; default: this one
  --help         this text

Exit code: 0 written; 1 a problem of the configuration or of pulumi; 2 wrong usage.
`;

/** What a person may have to mend; every other error is a mistake of this program. */
class PrintError extends Error {}

/** A command line that is not as it should be. */
class UsageError extends Error {}

function main(): string {
  const line = readCommandLine(process.argv.slice(2), { stack: "text", cwd: "text" });
  if (line.flags.has("help")) return usage;
  const { stack, problems: ofStack } = stackIn(line);
  const problems = [...line.problems, ...ofStack];
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  if (process.stdout.isTTY) throw new UsageError("the output may hold secrets: write it into a pipe");
  const cwd = line.texts.get("cwd") ?? process.cwd();
  const read = fedjoinSettingsOf(printedConfig(stack, cwd), createFileReader(cwd));
  if ("problems" in read) throw new PrintError(problemsMessage(stack, read.problems));
  for (const note of read.notes) process.stderr.write(`${note}\n`);
  return `${JSON.stringify(read.joins, undefined, 2)}\n`;
}

ignoreBrokenPipe(process.stdout, process.stderr);
try {
  process.stdout.write(main());
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n${synopsis}--help tells more.\n`);
    process.exitCode = 2;
  } else if (error instanceof PrintError || error instanceof PulumiConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } else throw error;
}
