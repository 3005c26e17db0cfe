import {
  exitCodeHelp,
  parseCommandLine,
  ProgramError,
  runProgram,
  UsageError,
} from "@fedjoin/provider/internal/commandLine";
import { resolve } from "node:path";
import { folderOption, stackOption } from "../cli/commandLine";
import { createFileReader, problemsMessage } from "../config/source";
import { fedjoinSettingsOf } from "./fedjoinSettings";
import { printedConfig } from "../cli/pulumiConfig";

interface JoinsArgs {
  readonly stack: string;
  readonly cwd: string;
}

const commandLine = parseCommandLine<JoinsArgs>("fedjoin-joins", process.argv.slice(2), (program, select) => {
  program
    .description(
      `Writes the FedJoins of a stack as JSON, in the form that fedjoin reads from a file. Secrets of the
stack's configuration are decrypted unless they are references, so the output goes to a pipe or a
file, never to a terminal. Runs pulumi config, which needs the stack's backend and its passphrase
or key.

  npx fedjoin-joins --stack NAME | npx fedjoin plan --file -`,
    )
    .addOption(stackOption("the stack"))
    .addOption(folderOption())
    .addHelpText(
      "after",
      exitCodeHelp({ 0: "written", 1: "the configuration has a problem, or pulumi failed", 2: "wrong usage" }),
    )
    .action(select);
});

void runProgram(commandLine, 2, async ({ stack, cwd }) => {
  if (process.stdout.isTTY) throw new UsageError("the output may contain secrets: write it to a pipe or a file");
  const read = fedjoinSettingsOf(await printedConfig(stack, resolve(cwd)), createFileReader(cwd));
  if ("problems" in read) throw new ProgramError(problemsMessage(stack, read.problems));
  for (const note of read.notes) process.stderr.write(`${note}\n`);
  process.stdout.write(`${JSON.stringify(read.joins, undefined, 2)}\n`);
  return 0;
});
