import { ProgramError } from "@fedjoin/provider/internal/commandLine";
import { createPulumi, PulumiCliError, readStackConfig } from "@fedjoin/provider/internal/pulumi";
import { decodeText } from "@fedjoin/provider/internal/values";
import { readFile } from "node:fs/promises";
import * as z from "zod";

/** The configuration of a stack in the form that `pulumi config --json` writes, with its secrets. @throws ProgramError */
export async function printedConfig(stack: string, cwd: string): Promise<string> {
  const deps = { runPulumi: createPulumi().run, readFile: (path: string) => readFile(path).then(decodeText) };
  try {
    return await readStackConfig(stack, cwd, deps);
  } catch (error) {
    if (error instanceof PulumiCliError) throw new ProgramError(error.message);
    throw error;
  }
}

const printed = z.record(z.string(), z.looseObject({ value: z.string().optional() }));

/** Its values by key. @throws ProgramError without quoting the text: that may hold secrets. */
export function parsePrintedConfig(config: string): Readonly<Record<string, unknown>> {
  try {
    const entries = Object.entries(printed.parse(JSON.parse(config)));
    return Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
  } catch {
    throw new ProgramError("pulumi config wrote something that is not a configuration");
  }
}
