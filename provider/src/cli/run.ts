import { NeuVectorError } from "../errors/neuVectorError";
import { ProgramError } from "../commandLine/commandLine";
import type { Job, RunDeps } from "./command";
import { parseArguments } from "./program";
import { PulumiCliError } from "../pulumi/pulumiCli";
import { InvalidTextError } from "../values/text";
import type { ExitCode } from "./report";

export interface RunResult {
  readonly exitCode: ExitCode;
  /** For standard output. */
  readonly output: string;
  /** For standard error. */
  readonly errors: string;
}

/** Runs a command line. Everything it prints is in the result, except for progress. */
export async function run(argv: readonly string[], deps: RunDeps): Promise<RunResult> {
  const commandLine = parseArguments(argv, deps.version);
  switch (commandLine.kind) {
    case "text":
      return { exitCode: 0, output: commandLine.text, errors: "" };
    case "refused":
      return failure(`${commandLine.problem.replace(/[^?]$/, "$&.")} See ${commandLine.help}`);
    case "run":
      return runJob(commandLine.value, deps);
  }
}

async function runJob({ command, json: asJson, render, run: work }: Job, deps: RunDeps): Promise<RunResult> {
  try {
    const report = await work(deps);
    const { text, json, exitCode } = report;
    const lines = () => (asJson ? JSON.stringify({ command, ...json }, undefined, 2) : text.join("\n"));
    return { exitCode, output: render?.(report) ?? `${lines()}\n`, errors: "" };
  } catch (error) {
    if (expectedErrors.some((each) => error instanceof each)) return failure((error as Error).message);
    throw error;
  }
}

/** Those that a person who runs a command can resolve. */
const expectedErrors = [NeuVectorError, ProgramError, InvalidTextError, PulumiCliError];

function failure(problem: string): RunResult {
  return { exitCode: 1, output: "", errors: `fedjoin: ${problem}\n` };
}
