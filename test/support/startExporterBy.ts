import { spawn } from "node:child_process";
import { once } from "node:events";

import { waitFor } from "@fedjoin/testbed";
import { freePort } from "@fedjoin/simulator";

/** How an exporter is started. */
export interface StartLine {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment; the port comes on top. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** User and group to run as, by number; this process's own by default. */
  readonly user?: number;
}

/** A running exporter that some command line started. */
export interface StartedExporter {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly output: () => string;
  /** The exposition text of one scrape. */
  readonly scrape: () => Promise<string>;
  /** Sends SIGTERM and gives the exit code, null when it did not end by itself. */
  readonly stop: () => Promise<number | null>;
}

/**
 * Starts an exporter by a command line, on a free port of loopback, and waits until it is ready.
 * @throws Error with its output when it ends instead.
 */
export async function startExporterBy({ command, args, env, cwd, user }: StartLine): Promise<StartedExporter> {
  const port = await freePort();
  const child = spawn(command, args, {
    env: { ...env, EXPORTER_ADDRESS: "127.0.0.1", EXPORTER_PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
    ...(cwd !== undefined && { cwd }),
    ...(user !== undefined && { uid: user, gid: user }),
  });
  const spawned = once(child, "spawn");
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const closed = once(child, "close");
  await spawned;
  const { pid } = child;
  if (pid === undefined) throw new Error("the process has no pid");
  const url = `http://127.0.0.1:${port}`;
  await waitFor("the exporter is ready", async () => {
    if (child.exitCode !== null) throw new Error(`the exporter ended with code ${child.exitCode}:\n${output}`);
    return fetch(`${url}/-/ready`).catch(() => undefined);
  });
  return {
    url,
    port,
    pid,
    output: () => output,
    scrape: async () => (await fetch(`${url}/metrics`)).text(),
    stop: async () => {
      child.kill("SIGTERM");
      await closed;
      return child.exitCode;
    },
  };
}
