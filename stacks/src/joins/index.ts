import { ProgramError } from "@fedjoin/provider/internal/commandLine";
import { createFileReader, problemsMessage } from "../config/source";
import { fedjoinSettingsOf } from "./fedjoinSettings";

/**
 * What the command `fedjoin` reads for `--stack`: its settings as JSON with notes on what they lack, or why there are none.
 * @param config What `pulumi config --json --show-secrets` writes.
 * @param cwd The folder of Pulumi.yaml.
 */
export function stackSettings(
  stack: string,
  config: string,
  cwd: string,
): { readonly settings: string; readonly notes: readonly string[] } | { readonly problem: string } {
  try {
    const read = fedjoinSettingsOf(config, createFileReader(cwd));
    if ("problems" in read) return { problem: problemsMessage(stack, read.problems) };
    return { settings: JSON.stringify(read.joins), notes: read.notes };
  } catch (error) {
    if (error instanceof ProgramError) return { problem: error.message };
    throw error;
  }
}
