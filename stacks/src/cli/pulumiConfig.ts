import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { ProgramError } from "@fedjoin/provider/internal/commandLine";
import { z } from "zod";

const maxConfigBytes = 256 * 1024 * 1024;

/**
 * What `pulumi config --json --show-secrets` writes. It contains secrets: no message quotes it.
 * @throws ProgramError when pulumi cannot be run, or fails; then it has said why on standard error.
 */
export function printedConfig(stack: string, cwd: string): string {
  const args = ["config", "--json", "--show-secrets", "--stack", stack];
  const { error, status, stdout } = spawnSync("pulumi", args, {
    ...{ cwd, encoding: "utf8", maxBuffer: maxConfigBytes },
    stdio: ["inherit", "pipe", "inherit"],
  });
  if (error !== undefined) throw new ProgramError(`pulumi cannot be run in ${cwd}: ${whyNot(error, cwd)}`);
  if (status !== 0) throw new ProgramError("pulumi config failed");
  return stdout;
}

function whyNot(error: Error, cwd: string): string {
  if (!("code" in error) || error.code !== "ENOENT") return error.message;
  return existsSync(cwd) ? "it is not installed, or not on the PATH" : "the folder does not exist";
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
