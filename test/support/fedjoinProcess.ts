import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandInput {
  /** What the command finds on standard input: settings as text, or an object to be written as JSON. */
  readonly settings?: unknown;
  readonly env?: Readonly<Record<string, string>>;
  /** Interrupts the command, as Ctrl-C does, when this comes true. */
  readonly interruptWhen?: Promise<unknown>;
}

const entry = resolve("provider/dist/cli/main.js");

/** Runs the built `fedjoin` command to its end. */
export async function runFedjoin(
  args: readonly string[],
  { settings, env = {}, interruptWhen }: CommandInput = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [entry, ...args], { env, stdio: ["pipe", "pipe", "pipe"] });
  const ended = once(child, "close");
  child.stdin.end(typeof settings === "string" ? settings : JSON.stringify(settings ?? ""));
  void interruptWhen?.then(() => child.kill("SIGINT"));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  return { code: child.exitCode, stdout, stderr };
}
