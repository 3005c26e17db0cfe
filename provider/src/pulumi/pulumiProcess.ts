import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { PulumiCliError, type RunPulumi } from "./pulumiCli";

const maxOutputBytes = 512 * 1024 * 1024;
const interrupts = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The `pulumi` CLI as this process runs it. */
export interface Pulumi {
  readonly run: RunPulumi;
  /** True while a run of it has not ended. */
  readonly isRunning: () => boolean;
}

/** The CLI of that name in the PATH. Its output may hold secrets and is kept in memory only. */
export function createPulumi(): Pulumi {
  let running = 0;
  const run: RunPulumi = async (args, cwd, options) => {
    running++;
    try {
      return await runOnce(args, cwd, options);
    } finally {
      running--;
    }
  };
  return { run, isRunning: () => running > 0 };
}

const runOnce: RunPulumi = (args, cwd, { show = false, quiet = false } = {}) =>
  new Promise((resolve, reject) => {
    // In a group of its own, since a terminal sends Ctrl-C to the whole group: a second one makes pulumi drop its work.
    const child = spawn("pulumi", [...args], {
      ...{ cwd, detached: true },
      stdio: ["ignore", show ? 2 : "pipe", quiet ? "pipe" : "inherit"],
    });
    const interrupt = (): void => void child.kill("SIGINT");
    for (const signal of interrupts) process.on(signal, interrupt);
    const ended = (): void => {
      for (const signal of interrupts) process.off(signal, interrupt);
    };
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let bytes = 0;
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream]?.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= maxOutputBytes) output[stream].push(chunk);
        else child.kill();
      });
    }
    child.once("error", (error) => {
      ended();
      reject(new PulumiCliError(`pulumi cannot be run in ${cwd}: ${describeStartError(error, cwd)}`));
    });
    child.once("close", (code) => {
      ended();
      if (bytes > maxOutputBytes) reject(new PulumiCliError(`pulumi wrote more than ${maxOutputBytes} bytes`));
      else resolve({ exitCode: code ?? 128, stdout: textOf(output.stdout), stderr: textOf(output.stderr) });
    });
  });

const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString("utf8");

/** Node reports a missing folder in the same way as a missing program. */
function describeStartError(error: Error, cwd: string): string {
  if (!("code" in error) || error.code !== "ENOENT") return error.message;
  return existsSync(cwd) ? "it is not installed, or not on the PATH" : "the folder does not exist";
}
