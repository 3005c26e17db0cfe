import { waitFor } from "@fedjoin/testbed";
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { killProcesses } from "./processTree";

/** A terminal in which the reader of a page types: folder, variables and jobs last from block to block. */
export interface ShellSession {
  /**
   * Runs the lines of a block, `input` being what is typed at their prompts, and returns what they print.
   * @throws Error with all output if a command fails.
   */
  run(lines: string, input?: string): Promise<string>;
}

const patienceMs = 300_000;

/** Starts bash with this environment in `folder`, which gets its files; it ends with the test, as do its jobs. */
export function startShell(folder: string, env: Readonly<Record<string, string>>): ShellSession {
  // In a group of its own, which all that it starts belongs to.
  const shell = spawn("bash", { cwd: folder, env, stdio: ["pipe", "pipe", "pipe"], detached: true });
  onTestFinished(() => {
    killProcesses(shell.pid === undefined ? [] : [-shell.pid]);
  });
  let output = "";
  let isOver = false;
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  shell.once("close", () => (isOver = true));
  shell.stdin.write("set -eo pipefail\n");
  let count = 0;
  return {
    async run(lines, input = "") {
      const name = `block${++count}`;
      const [script, typed, end] = [join(folder, `${name}.sh`), join(folder, `${name}.in`), `-- end of ${name} --`];
      await Promise.all([writeFile(script, lines), writeFile(typed, input)]);
      const begin = output.length;
      shell.stdin.write(`. '${script}' < '${typed}'; echo '${end}'\n`);
      const isEnded = () => (output.includes(end, begin) || isOver ? true : undefined);
      await waitFor(`the end of\n${lines}`, () => Promise.resolve(isEnded()), patienceMs);
      const printed = output.slice(begin);
      if (!printed.includes(end)) throw new Error(`${lines}\n${printed}`);
      return printed.slice(0, printed.indexOf(end));
    },
  };
}
