import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The built exporter as a process of its own. */
export interface ExporterProcess {
  /** `http://127.0.0.1:port`, or `https:` with a certificate in WEB_CONFIG_FILE. */
  readonly url: string;
  readonly pid: number;
  /** All that it wrote so far, on both streams. */
  output(): string;
  /** Waits until its output matches. */
  said(pattern: RegExp): Promise<void>;
  /** The exposition text of one scrape. */
  scrape(headers?: Readonly<Record<string, string>>): Promise<string>;
  /** Sends the signal and goes on. */
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal and waits for the end. Gives the exit code, null when the signal killed it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const builtEntry = resolve("exporter/dist/main.js");

interface Started {
  readonly pid: number;
  output(): string;
  said(pattern: RegExp): Promise<void>;
  exited: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

function start(entry: string, env: Readonly<Record<string, string>>, args: readonly string[]): Started {
  const child = spawn(process.execPath, [entry, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  let changed = (): void => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      changed();
    });
  }
  const exited = once(child, "close").then(() => child.exitCode);
  return {
    pid: child.pid ?? 0,
    output: () => text,
    said: (pattern) =>
      new Promise((resolveSaid, reject) => {
        changed = () => {
          if (pattern.test(text)) resolveSaid();
        };
        void exited.then(() => {
          reject(new Error(`the exporter ended without saying ${String(pattern)}:\n${text}`));
        });
        changed();
      }),
    exited,
    kill: (signal) => child.kill(signal),
  };
}

/** Starts the exporter on a free port of loopback and waits until it listens. */
export function startExporter(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<ExporterProcess> {
  return startExporterFile(builtEntry, env, ...args);
}

/** The same with the exporter in `entry`, such as the single file. */
export async function startExporterFile(
  entry: string,
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<ExporterProcess> {
  const folder = mkdtempSync(join(tmpdir(), "fedjoin-exporter-"));
  const started = start(
    entry,
    { EXPORTER_ADDRESS: "127.0.0.1", EXPORTER_PORT: "0", EXPORTER_STATE_DIR: folder, ...env },
    args,
  );
  void started.exited.then(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  await started.said(/Listening on https?:\S+\n/);
  const url = new URL(/Listening on (\S+)/.exec(started.output())?.[1] ?? "").origin;
  return {
    url,
    pid: started.pid,
    output: () => started.output(),
    said: (pattern) => started.said(pattern),
    async scrape(headers = {}) {
      const response = await fetch(`${url}/metrics`, { headers });
      if (response.status !== 200) throw new Error(`/metrics answered ${response.status}`);
      return response.text();
    },
    signal(signal) {
      started.kill(signal);
    },
    stop(signal = "SIGTERM") {
      started.kill(signal);
      return started.exited;
    },
  };
}

/** Runs the exporter until it ends by itself. */
export async function runExporter(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly output: string }> {
  const started = start(builtEntry, env, args);
  const code = await started.exited;
  return { code, output: started.output() };
}
