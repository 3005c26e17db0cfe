import { repositoryRoot, waitFor } from "@fedjoin/testbed";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import * as z from "zod";

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")));

/** The lines of a page with what each `npm run` of the checkout runs once it is built, in place of the script. */
export const withoutBuild = (lines: string): string =>
  lines.replaceAll(/npm run (?:--silent )?([\w:]+) --/g, (_, name: string) => {
    const [, script = scripts[name] ?? ""] = /^npm run --silent build && (.*)$/.exec(scripts[name] ?? "") ?? [];
    return script;
  });

/** `npm run simulator` as a page starts it, in the checkout, until it is ready. */
export async function startSimulatorCommand(lines: string, env: Readonly<Record<string, string>>) {
  const child = spawn("bash", ["-c", `exec ${withoutBuild(lines)}`], {
    cwd: repositoryRoot,
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout.on("data", (part: Buffer) => (output += part.toString()));
  const shown = (text: string) => waitFor(text, () => Promise.resolve(output.includes(text) ? true : undefined));
  await shown("Press Ctrl-C");
  return {
    /** Types a line that kicks a member, and waits for the answer. */
    async kick(line: string) {
      child.stdin.write(line);
      await shown("kicked site");
    },
    /** Returns the exit code after Ctrl-C. */
    async interrupt(): Promise<unknown> {
      child.kill("SIGINT");
      return (await once(child, "close"))[0];
    },
  };
}
