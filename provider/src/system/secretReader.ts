import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { systemErrorCode } from "../values/systemErrorCode";
import { NeuVectorError } from "../errors/neuVectorError";
import type { SecretReader } from "../values/secretReference";
import { decodeText, InvalidTextError } from "../values/text";

const maxBytes = 64 * 1024;
const allowCommands = "FEDJOIN_ALLOW_COMMANDS";

/**
 * Secrets of this machine: the given environment, its files, and commands where `FEDJOIN_ALLOW_COMMANDS` is `true`. A
 * command that does not end within `commandTimeoutMs` is killed.
 */
export function createSecretReader(environment: NodeJS.ProcessEnv, commandTimeoutMs = 30_000): SecretReader {
  return {
    env: (name) => environment[name],
    file: readSmallFile,
    async command(argv) {
      if (environment[allowCommands] !== "true") throw notAllowed(argv[0]);
      const output = await run(argv, environment, commandTimeoutMs);
      try {
        return decodeText(output);
      } catch (error) {
        if (error instanceof InvalidTextError) throw commandProblem(argv[0], error.message);
        throw error;
      }
    },
  };
}

async function readSmallFile(path: string): Promise<string> {
  try {
    // A pipe or a device could block or never end.
    const facts = await stat(path);
    if (facts.isDirectory()) throw fileProblem(path, "is a folder, expected a file");
    if (!facts.isFile()) throw fileProblem(path, "is not a regular file");
    if (facts.size > maxBytes) throw fileProblem(path, "is larger than 64 kB");
    return decodeText(await readFile(path));
  } catch (error) {
    if (error instanceof NeuVectorError) throw error;
    if (error instanceof InvalidTextError) throw fileProblem(path, error.message, "");
    throw fileProblem(path, `cannot be read (${systemErrorCode(error, "unknown reason")})`);
  }
}

const pathHint = "Correct the path, or the rights of the user that runs pulumi.";

function fileProblem(path: string, problem: string, hint = pathHint): NeuVectorError {
  return new NeuVectorError("invalid_input", `file ${path}, which a secret is read from, ${problem}`, { hint });
}

function notAllowed(program: string): NeuVectorError {
  const summary = `command ${program}, which a secret is read from, is not allowed to run`;
  return new NeuVectorError("invalid_input", summary, {
    hint:
      `Whoever can write the program's inputs or the state could run commands where pulumi runs. ` +
      `If you trust them all, set ${allowCommands}=true there; else use env or file.`,
  });
}

function run(
  [program, ...args]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
  timeout: number,
): Promise<Buffer> {
  const options = { env, timeout, killSignal: "SIGKILL", maxBuffer: maxBytes, encoding: "buffer" } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, options, (error, stdout) => {
      if (error !== null) reject(commandProblem(program, reasonOf(error, timeout)));
      else resolve(stdout);
    });
    child.stdin?.end();
  });
}

/** Neither output nor arguments: both may hold secrets, and Node's own message holds the arguments. */
function commandProblem(program: string, reason: string): NeuVectorError {
  return new NeuVectorError("invalid_input", `command ${program}, which a secret is read from, ${reason}`, {
    hint: "Run it by hand to see what it says; its output is not shown here, since it may hold secrets.",
  });
}

type ExecError = Error & {
  readonly code?: number | string | null;
  readonly killed?: boolean;
  readonly signal?: string | null;
};

function reasonOf({ code, killed, signal }: ExecError, timeoutMs: number): string {
  if (code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return "wrote more than 64 kB";
  if (killed === true) return `did not end within ${timeoutMs / 1000} s`;
  if (typeof code === "string") return `could not be started (${code})`;
  return typeof code === "number" ? `ended with exit code ${code}` : `was ended by ${signal ?? "a signal"}`;
}
