import { ProgramError, UsageError, type CommandLine } from "../commandLine/commandLine";
import { ignoreBrokenPipe } from "./brokenPipe";

/**
 * Runs a program for a parsed command line and sets the exit code of the process: what `run` returns, 0 for a printed
 * help, `usageExitCode` for wrong usage. Wrong usage and a `ProgramError` show as their message on standard error.
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
      else if (error instanceof ProgramError) {
        process.stderr.write(`${error.message}\n`);
        process.exitCode = error.exitCode;
      } else throw error;
    }
  }
}
