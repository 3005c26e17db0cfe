import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertRunning, startProcess } from "./cluster/localProcess";
import { waitFor } from "./cluster/waitFor";
import { hasCode } from "./toolchain/errorCode";
import type { Command } from "./toolchain/tools";

export interface ServerOptions {
  readonly command: Command;
  /** The text of its configuration file. */
  readonly config: string;
  readonly args: (configFile: string, dataDir: string) => readonly string[];
  /** What a GET answers once the server is ready. */
  readonly ready: { readonly url: string; readonly status: number };
}

const stopGraceMs = 10_000;

/**
 * Starts a server with a folder of its own, and waits until it is ready; returns what ends it and removes the folder.
 * @throws Error with the end of its log when it ends instead, such as for a configuration that it refuses.
 */
export async function startServer(name: string, options: ServerOptions): Promise<() => Promise<void>> {
  const { command, config, args, ready } = options;
  const dir = await mkdtemp(join(tmpdir(), "fedjoin-server-"));
  const configFile = join(dir, "config.yml");
  await writeFile(configFile, config, { mode: 0o600 });
  const running = await startProcess({
    command: command.command,
    args: [...command.args, ...args(configFile, join(dir, "data"))],
    env: { PATH: process.env["PATH"] ?? "", HOME: dir },
    logFile: join(dir, "log"),
  });
  const stop = async () => {
    await running.stop(stopGraceMs);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await waitFor(`${name} is ready`, async () => {
      await assertRunning(running);
      return isReady(ready);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

async function isReady({ url, status }: ServerOptions["ready"]): Promise<true | undefined> {
  try {
    return (await fetch(url)).status === status ? true : undefined;
  } catch (error) {
    if (error instanceof Error && hasCode(error.cause, "ECONNREFUSED")) return undefined;
    throw error;
  }
}
