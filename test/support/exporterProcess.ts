import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";

type Env = Readonly<Record<string, string>>;

/** How an exporter is started. */
interface StartLine {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment; a state folder that is removed at the end is added if it names none. */
  readonly env: Env;
  readonly cwd?: string;
  /** User and group to run as, by number; this process's own by default. */
  readonly user?: number;
}

export type ExporterProcess = Awaited<ReturnType<typeof start>>;

const builtEntry = join(repositoryRoot, "exporter/dist/main.js");
const onLoopback = { EXPORTER_ADDRESS: "127.0.0.1", EXPORTER_PORT: "0" };

/** Starts the built exporter on a free port of loopback and waits until it listens. */
export const startExporter = (env: Env, ...args: readonly string[]): Promise<ExporterProcess> =>
  start({ command: process.execPath, args: [builtEntry, ...args], env: { ...onLoopback, ...env } });

/** The same by another command line, whatever port its environment names. */
export const startExporterBy = (line: StartLine): Promise<ExporterProcess> =>
  start({ ...line, env: { ...line.env, ...onLoopback } });

/** Runs the built exporter until it ends by itself. */
export async function runExporter(env: Env, ...args: readonly string[]) {
  const { code, stdout, stderr } = await runCommand(process.execPath, [builtEntry, ...args], { env });
  return { code, output: stdout + stderr };
}

/** @throws Error with its output when it ends before it listens. */
async function start({ command, args, env, cwd, user }: StartLine) {
  const folder = mkdtempSync(join(tmpdir(), "fedjoin-exporter-"));
  const child = spawn(command, args, {
    env: { EXPORTER_STATE_DIR: folder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    ...(cwd !== undefined && { cwd }),
    ...(user !== undefined && { uid: user, gid: user }),
  });
  let text = "";
  let changed = (): void => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      changed();
    });
  }
  const exited = once(child, "close").then(() => {
    rmSync(folder, { recursive: true, force: true });
    return child.exitCode;
  });
  const said = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      changed = () => {
        if (pattern.test(text)) resolve();
      };
      void exited.then(() => {
        reject(new Error(`the exporter ended without saying ${String(pattern)}:\n${text}`));
      });
      changed();
    });
  await said(/Listening on https?:\S+\n/);
  const { origin: url, port } = new URL(/Listening on (\S+)/.exec(text)?.[1] ?? "");
  return {
    /** `http://127.0.0.1:port`, or `https:` with a certificate in WEB_CONFIG_FILE. */
    url,
    port: Number(port),
    pid: child.pid ?? 0,
    /** All that it wrote so far, on both streams. */
    output: () => text,
    /** Waits until its output matches. */
    said,
    /** The exposition text of one scrape. */
    scrape: async (headers: Env = {}): Promise<string> => {
      const response = await fetch(`${url}/metrics`, { headers });
      if (response.status !== 200) throw new Error(`/metrics answered ${response.status}`);
      return response.text();
    },
    /** Sends the signal and goes on. */
    signal: (signal: NodeJS.Signals): void => void child.kill(signal),
    /** Sends the signal and waits for the end. Gives the exit code, null when the signal killed it. */
    stop: (signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> => {
      child.kill(signal);
      return exited;
    },
  };
}
