import { ProgramError, UsageError, type CommandLine } from "./commandLine";
import { ignoreBrokenPipe } from "../system/brokenPipe";
import { InvalidTextError } from "../values/text";

/**
 * Runs a program for a parsed command line and sets the exit code of the process: what `run` returns, 0 for a printed
 * help, `usageExitCode` for wrong usage. Wrong usage, a `ProgramError` and a text that cannot be read (1) show as their
 * message on standard error.
 */
export async function runProgram<T>(
  commandLine: CommandLine<T>,
  usageExitCode: number,
  run: (value: T) => number | Promise<number>,
): Promise<void> {
  ignoreBrokenPipe(process.stdout, process.stderr);
  const refuse = (problem: string): void => {
    process.stderr.write(`${problem}\n`);
    process.exitCode = usageExitCode;
  };
  if (commandLine.kind === "text") process.stdout.write(commandLine.text);
  else if (commandLine.kind === "refused") refuse(`${commandLine.problem}\nSee ${commandLine.help}`);
  else {
    try {
      process.exitCode = await run(commandLine.value);
    } catch (error) {
      if (error instanceof UsageError) refuse(error.message);
      else if (error instanceof ProgramError || error instanceof InvalidTextError) {
        process.stderr.write(`${error.message}\n`);
        process.exitCode = error instanceof ProgramError ? error.exitCode : 1;
      } else throw error;
    }
  }
}
