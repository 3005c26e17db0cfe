import { ignoreBrokenPipe } from "@fedjoin/provider/system";
import { systemErrorCode } from "@fedjoin/provider/values";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createFileReader, problemsMessage } from "../config/source";
import { parsePrintedConfig, printedConfig, PulumiConfigError } from "../cli/pulumiConfig";
import { parseRenderArgs, shortUsage, usage, type RenderArgs } from "./args";
import { writeOutputFolder } from "./outputFolder";
import { renderMembers } from "./renderMembers";
import { skippedNote, renderReport } from "./report";
import { parseStackConfig, stackFilePath } from "./stackFile";

/** What a person may have to mend; every other error is a mistake of this program. */
class RenderError extends Error {}

async function render({ stack, out, withSecrets, cwd: folder }: RenderArgs): Promise<string> {
  const cwd = resolve(folder ?? process.cwd());
  const result = await renderMembers({
    stack,
    config: readConfig(cwd, stack),
    decrypted: withSecrets ? parsePrintedConfig(printedConfig(stack, cwd)) : undefined,
    readFile: createFileReader(cwd),
  });
  if ("problems" in result) {
    const note = "An encrypted value counts as some text here: only a secret or a user name may be encrypted.";
    throw new RenderError(`${problemsMessage(stack, result.problems)}\n${note}`);
  }
  const { rendered } = result;
  if (rendered.members.length === 0) {
    throw new RenderError(`stack ${stack} has nothing to render; ${skippedNote(rendered.skipped)}`);
  }
  try {
    await writeOutputFolder(resolve(out), rendered.files, withSecrets ? 0o600 : 0o644);
  } catch (error) {
    throw new RenderError(error instanceof Error ? error.message : "the folder cannot be written");
  }
  return renderReport(rendered, out);
}

function readConfig(cwd: string, stack: string): Readonly<Record<string, unknown>> {
  const path = stackFilePath(readText(cwd, "Pulumi.yaml", "give the folder of Pulumi.yaml with --cwd"), stack);
  const text = readText(cwd, path, `stack ${stack} has its configuration there`);
  try {
    return parseStackConfig(text);
  } catch (error) {
    throw new RenderError(`${path}: ${error instanceof Error ? error.message : "cannot be read"}`);
  }
}

function readText(cwd: string, path: string, advice: string): string {
  try {
    return readFileSync(join(cwd, path), "utf8");
  } catch (error) {
    const code = systemErrorCode(error, "unexpected error");
    throw new RenderError(`${path} in ${cwd} cannot be read (${code}): ${advice}`);
  }
}

async function main(): Promise<number> {
  const parsed = parseRenderArgs(process.argv.slice(2));
  if ("help" in parsed) {
    process.stdout.write(usage);
    return 0;
  }
  if ("problems" in parsed) {
    process.stderr.write(`${parsed.problems.join("\n")}\n${shortUsage}`);
    return 2;
  }
  try {
    process.stdout.write(await render(parsed.asked));
    return 0;
  } catch (error) {
    if (!(error instanceof RenderError || error instanceof PulumiConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

ignoreBrokenPipe(process.stdout, process.stderr);
void main().then((code) => {
  process.exitCode = code;
});
