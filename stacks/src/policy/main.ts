import { ignoreBrokenPipe } from "@fedjoin/provider/system";
import { decodeText, InvalidTextError, systemErrorCode } from "@fedjoin/provider/values";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { parsePolicyArgs, usage } from "./args";
import { checkPreview } from "./checkPreview";

async function read(file: string): Promise<string> {
  return file === "-" ? text(process.stdin) : decodeText(await readFile(file));
}

async function main(): Promise<number> {
  const parsed = parsePolicyArgs(process.argv.slice(2));
  if ("help" in parsed) {
    process.stdout.write(usage);
    return 0;
  }
  if ("problem" in parsed) {
    process.stderr.write(`${parsed.problem}\n\n${usage}`);
    return 2;
  }
  const { file, maxLeaves } = parsed;
  const where = file === "-" ? "the input" : file;
  let preview: string;
  try {
    preview = await read(file);
  } catch (error) {
    const problem =
      error instanceof InvalidTextError
        ? error.message
        : `cannot be read (${systemErrorCode(error, "unexpected error")})`;
    process.stderr.write(`${where} ${problem}\n`);
    return 2;
  }
  const verdict = checkPreview(preview, { maxLeaves });
  if (verdict === undefined) {
    process.stderr.write(`${where} is not what \`pulumi preview --json\` writes\n`);
    return 2;
  }
  const { objects, resources, leaves, violations } = verdict;
  process.stdout.write(leaves.map((line) => `${line}\n`).join(""));
  process.stderr.write(violations.map((line) => `${line}\n`).join(""));
  process.stdout.write(
    `${resources} resources, ${objects} of them Kubernetes objects: ${violations.length === 0 ? "every rule is kept" : `rules broken: ${violations.length}`}\n`,
  );
  return violations.length === 0 ? 0 : 1;
}

ignoreBrokenPipe(process.stdout, process.stderr);
void main().then((code) => {
  process.exitCode = code;
});
