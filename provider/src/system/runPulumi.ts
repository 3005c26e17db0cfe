import { spawn } from "node:child_process";
import { CannotRunPulumi, type RunPulumi } from "../cli/pulumi";

const maxOutputBytes = 512 * 1024 * 1024;

/** The CLI of that name in the PATH. Its output may hold secrets and is kept in memory only. */
export const runPulumi: RunPulumi = (args, cwd, { show = false } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn("pulumi", [...args], { cwd, stdio: ["ignore", show ? 2 : "pipe", "inherit"] });
    const chunks: Buffer[] = [];
    let bytes = 0;
    child.stdout?.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxOutputBytes) chunks.push(chunk);
      else child.kill();
    });
    child.once("error", ({ message }) => {
      reject(new CannotRunPulumi(`pulumi cannot be run in ${cwd}: ${message}`));
    });
    child.once("close", (code) => {
      if (bytes > maxOutputBytes) reject(new CannotRunPulumi(`pulumi wrote more than ${maxOutputBytes} bytes`));
      else resolve({ exitCode: code ?? 128, stdout: Buffer.concat(chunks).toString("utf8") });
    });
  });
