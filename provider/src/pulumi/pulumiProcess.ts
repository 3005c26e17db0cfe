import { spawn } from "node:child_process";
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

const runOnce: RunPulumi = (args, cwd, { show = false } = {}) =>
  new Promise((resolve, reject) => {
    // In a group of its own, since a terminal sends Ctrl-C to the whole group: a second one makes pulumi drop its work.
    const child = spawn("pulumi", [...args], { cwd, detached: true, stdio: ["ignore", show ? 2 : "pipe", "inherit"] });
    const interrupt = (): void => void child.kill("SIGINT");
    for (const signal of interrupts) process.on(signal, interrupt);
    const ended = (): void => {
      for (const signal of interrupts) process.off(signal, interrupt);
    };
    const chunks: Buffer[] = [];
    let bytes = 0;
    child.stdout?.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxOutputBytes) chunks.push(chunk);
      else child.kill();
    });
    child.once("error", ({ message }) => {
      ended();
      reject(new PulumiCliError(`pulumi cannot be run in ${cwd}: ${message}`));
    });
    child.once("close", (code) => {
      ended();
      if (bytes > maxOutputBytes) reject(new PulumiCliError(`pulumi wrote more than ${maxOutputBytes} bytes`));
      else resolve({ exitCode: code ?? 128, stdout: Buffer.concat(chunks).toString("utf8") });
    });
  });
