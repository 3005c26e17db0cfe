import { decodeText, describeReadError, InvalidTextError } from "@fedjoin/provider/internal/values";
import { ProgramError, runProgram } from "@fedjoin/provider/internal/commandLine";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { parsePolicyArgs } from "./args";
import { checkPreview } from "./checkPreview";

async function readPreview(file: string, where: string): Promise<string> {
  try {
    return file === "-" ? await text(process.stdin) : decodeText(await readFile(file));
  } catch (error) {
    const problem = error instanceof InvalidTextError ? error.message : `cannot be read (${describeReadError(error)})`;
    throw new ProgramError(`${where} ${problem}`, 2);
  }
}

const lines = (each: readonly string[]): string => each.map((line) => `${line}\n`).join("");

void runProgram(parsePolicyArgs(process.argv.slice(2)), 2, async ({ file, maxLeaves }) => {
  const where = file === "-" ? "the input" : file;
  const checked = checkPreview(await readPreview(file, where), { maxLeaves });
  if (checked === undefined) throw new ProgramError(`${where} is not what \`pulumi preview --json\` writes`, 2);
  const { objects, resources, leaves, violations } = checked;
  process.stderr.write(lines(violations));
  const result = violations.length === 0 ? "every rule is kept" : `rules broken: ${violations.length}`;
  process.stdout.write(lines([...leaves, `${resources} resources, ${objects} of them Kubernetes objects: ${result}`]));
  return violations.length === 0 ? 0 : 1;
});
