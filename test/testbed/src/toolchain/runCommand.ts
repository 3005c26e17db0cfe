import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { hasCode } from "./errorCode";

export interface CommandOptions {
  readonly cwd?: string;
  /** The whole environment of the command; the caller's own by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** Sends SIGINT, once. The result then tells how the command took it. */
  readonly signal?: AbortSignal;
  /** Given to the command's stdin, which is then closed; nothing by default. */
  readonly input?: string;
  /** Gets each line of stdout and stderr as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface CommandResult {
  /** The exit code; 128 when a signal ended the command. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command to its end. Any exit code is a result.
 * @throws Error if the command cannot be started.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ["pipe", "pipe", "pipe"] });
  const interrupt = () => child.kill("SIGINT");
  if (options.signal?.aborted === true) interrupt();
  options.signal?.addEventListener("abort", interrupt, { once: true });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => (output[stream] += text));
    if (options.onLine !== undefined) createInterface({ input: child[stream] }).on("line", options.onLine);
  }
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.stdin.once("error", (error) => {
        // A command may end without reading its input: its exit code tells.
        if (!hasCode(error, "EPIPE")) reject(error);
      });
      child.stdin.end(options.input);
      child.once("close", (exitCode) => {
        resolve(exitCode ?? 128);
      });
    });
    return { code, ...output };
  } finally {
    options.signal?.removeEventListener("abort", interrupt);
  }
}
