import { join } from "node:path";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";

interface CommandInput {
  /** What the command finds on standard input: settings as text, or an object to be written as JSON. */
  readonly settings?: unknown;
  readonly env?: Readonly<Record<string, string>>;
  /** Interrupts the command, as Ctrl-C does, when this comes true. */
  readonly interruptWhen?: Promise<unknown>;
}

const entry = join(repositoryRoot, "provider/dist/cli/main.js");

/** Runs the built `fedjoin` command to its end. */
export function runFedjoin(args: readonly string[], { settings, env = {}, interruptWhen }: CommandInput = {}) {
  const interrupt = new AbortController();
  void interruptWhen?.then(() => {
    interrupt.abort();
  });
  const input = typeof settings === "string" ? settings : JSON.stringify(settings ?? "");
  return runCommand(process.execPath, [entry, ...args], { env, input, signal: interrupt.signal });
}
