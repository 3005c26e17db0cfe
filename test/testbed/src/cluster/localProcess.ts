import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { repositoryRoot } from "../toolchain/repository";

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  /** Gets stdout and stderr, appended. */
  readonly logFile: string;
}

/** A process that ends with this one at the latest, even when this one is killed. */
export interface LocalProcess {
  readonly exited: Promise<ProcessEnd>;
  /** Undefined while the process runs. */
  readonly end: () => ProcessEnd | undefined;
  /** Sends SIGTERM, after `graceMs` SIGKILL, and waits for the end. */
  readonly stop: (graceMs: number) => Promise<void>;
  readonly logFile: string;
}

interface ProcessEnd {
  /** The exit code; 128 when a signal ended the process. */
  readonly code: number;
}

const logLines = 20;

/** @throws Error if the command cannot be started. */
export async function startProcess(options: ProcessOptions): Promise<LocalProcess> {
  const guard = await sharedGuard();
  const log = openSync(options.logFile, "a");
  // In a group of its own: Ctrl-C reaches the starter alone, which stops things in order.
  const child = spawn(options.command, options.args, {
    env: options.env,
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  let end: ProcessEnd | undefined;
  const exited = new Promise<ProcessEnd>((resolve) => {
    child.once("exit", (code) => {
      end = { code: code ?? 128 };
      resolve(end);
    });
  });
  await once(child, "spawn");
  guard.write(`watch ${pidOf(child)}\n`);
  void exited.then(() => guard.write(`forget ${pidOf(child)}\n`));
  const stop = async (graceMs: number): Promise<void> => {
    child.kill("SIGTERM");
    const kill = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await exited;
    clearTimeout(kill);
  };
  return { exited, end: () => end, stop, logFile: options.logFile };
}

/** The last `lines` lines that a process wrote. */
export async function tail(logFile: string, lines = 30): Promise<string> {
  return (await readFile(logFile, "utf8")).trimEnd().split("\n").slice(-lines).join("\n");
}

/** @throws Error with the end of the process's log if it has ended. */
export async function assertRunning({ end, logFile }: LocalProcess): Promise<void> {
  const ended = end();
  if (ended === undefined) return;
  throw new Error(`${logFile}: ended with code ${ended.code}\n${await tail(logFile, logLines)}`);
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error("the process has no pid");
  return child.pid;
}

let guardInput: Promise<Writable> | undefined;

/** One guard for all processes that this one starts. */
function sharedGuard(): Promise<Writable> {
  guardInput ??= startGuard();
  return guardInput;
}

async function startGuard(): Promise<Writable> {
  const script = join(repositoryRoot, "test/testbed/dist/cluster/processGuard.js");
  const guard = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"], detached: true });
  const failed = once(guard, "exit").then(() => {
    throw new Error(`${script} does not run: is the build up to date?`);
  });
  await Promise.race([once(guard.stdout, "data"), failed]);
  failed.catch(() => undefined);
  guard.unref();
  for (const stream of [guard.stdin, guard.stdout]) if (stream instanceof Socket) stream.unref();
  return guard.stdin;
}
