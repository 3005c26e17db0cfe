import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { get } from "node:https";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";

const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

function run(...flags: string[]) {
  const child = spawn(process.execPath, ["test/simulator/dist/main.js", ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  return { child, stdout: child.stdout, stderr: child.stderr, ended: once(child, "close") };
}

/** What the command printed until it waits for Ctrl-C. */
async function printed(stdout: NodeJS.ReadableStream): Promise<string> {
  let seen = "";
  for await (const chunk of stdout) {
    seen += String(chunk);
    if (seen.includes("Press Ctrl-C")) return seen;
  }
  throw new Error(`ended early: ${seen}`);
}

function found(output: string, pattern: RegExp): string {
  const match = pattern.exec(output)?.[1];
  if (match === undefined) throw new Error(`no ${pattern.source} in:\n${output}`);
  return match;
}

function statusOf(url: string, caFile: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { ca: readFileSync(caFile), agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on("error", reject);
  });
}

describe("npm run simulator", () => {
  it("prints addresses, logins and the CA file, stays up, and cleans up at Ctrl-C", async () => {
    const { child, stdout, ended } = run("--sites", "2");
    const output = await printed(stdout);
    expect(output.match(/^site \d$/gm)).toEqual(["site 1", "site 2"]);
    expect(output.match(/login {7}admin \/ \S+/g)).toHaveLength(3);
    const caFile = found(output, /trust {7}(\S+)/);
    expect(await statusOf(`${found(output, /REST API {4}(\S+)/)}/v1/eula`, caFile)).toBe(200);
    child.kill("SIGINT");
    expect(await ended).toEqual([0, null]);
    expect(existsSync(caFile)).toBe(false);
  });

  it("ends with the usage after a wrong flag", async () => {
    const { child, stderr, ended } = run("--sites", "many");
    const [said] = await Promise.all([text(stderr), ended]);
    expect(child.exitCode).toBe(1);
    expect(said).toMatch(/^--sites <n>: expected a whole number from 0\nSee npm run simulator -- --help\n$/);
  });
});
