import { parseStackConfig, stackFilePath } from "@fedjoin/provider/internal/pulumi";
import { describeReadError } from "@fedjoin/provider/internal/values";
import { ProgramError, runProgram } from "@fedjoin/provider/internal/commandLine";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createFileReader, problemsMessage, projectNameOf } from "../config/source";
import { parsePrintedConfig, printedConfig } from "../cli/pulumiConfig";
import { parseRenderArgs, type RenderArgs } from "./args";
import { writeOutputFolder } from "./outputFolder";
import { renderMembers } from "./renderMembers";
import { skippedNote, renderReport } from "./report";

async function render({ stack, out, withSecrets, cwd: folder }: RenderArgs): Promise<string> {
  const cwd = resolve(folder);
  const config = readConfig(cwd, stack);
  const readFile = createFileReader(cwd);
  const result = await renderMembers({
    stack,
    config,
    project: projectNameOf(readFile),
    decrypted: withSecrets ? parsePrintedConfig(await printedConfig(stack, cwd)) : undefined,
    readFile,
  });
  if ("problems" in result) {
    const note = "An encrypted value counts as some text here: only a secret or a user name may be encrypted.";
    throw new ProgramError(`${problemsMessage(stack, result.problems)}\n${note}`);
  }
  const { rendered } = result;
  if (rendered.members.length === 0) {
    throw new ProgramError(`stack ${stack} has nothing to render; ${skippedNote(rendered.skipped)}`);
  }
  try {
    await writeOutputFolder(resolve(out), rendered.files, withSecrets ? 0o600 : 0o644);
  } catch (error) {
    throw new ProgramError(error instanceof Error ? error.message : "the folder cannot be written");
  }
  return renderReport(rendered, out);
}

function readConfig(cwd: string, stack: string): Readonly<Record<string, unknown>> {
  const project = readText(cwd, "Pulumi.yaml", "give the folder of Pulumi.yaml with --cwd");
  const path = parseFile("Pulumi.yaml", () => stackFilePath(project, stack));
  const text = readText(cwd, path, `stack ${stack} has its configuration there`);
  return parseFile(path, () => parseStackConfig(text));
}

function parseFile<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new ProgramError(`${path}: ${error instanceof Error ? error.message : "cannot be read"}`);
  }
}

function readText(cwd: string, path: string, advice: string): string {
  try {
    return readFileSync(join(cwd, path), "utf8");
  } catch (error) {
    throw new ProgramError(`${path} in ${cwd} cannot be read (${describeReadError(error)}): ${advice}`);
  }
}

void runProgram(parseRenderArgs(process.argv.slice(2)), 2, async (args) => {
  process.stdout.write(await render(args));
  return 0;
});
