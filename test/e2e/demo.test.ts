import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";
import { terminalText } from "../docs/terminalSvg";

const main = join(repositoryRoot, "test/testbed/dist/demo/main.js");

/** Runs the demo; interrupts it at the first line in which these words stand. */
async function demo(args: readonly string[], interruptAt?: string) {
  const interrupt = new AbortController();
  const lines: string[] = [];
  const result = await runCommand(process.execPath, [main, ...args], {
    signal: interrupt.signal,
    onLine: (line) => {
      lines.push(line);
      if (interruptAt !== undefined && line.includes(interruptAt)) interrupt.abort();
    },
  });
  return { ...result, lines };
}

/** Lines that are too long for a terminal of 80 columns though they could be broken. */
function tooLong(stdout: string): string[] {
  return stdout.split("\n").filter((line) => line.length > 80 && line.trim().includes(" "));
}

/** The lines of a quick demo without what differs from run to run. */
function storyOf(output: string): string[] {
  const lines = output.trim().split("\n");
  return lines
    .filter((line) => !line.includes("pulumi CLI"))
    .map((line) =>
      line
        .replace(/^\[ *\d+ s\]/, "")
        .replace(/127\.0\.0\.1:\d+/g, "address")
        .replace(/-\w{6}\b/g, "-suffix"),
    );
}

test("D5: the demo tells its story and exits 0", async () => {
  const { code, stdout, stderr } = await demo([]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("Every step had the expected result");
  expect(stdout).not.toContain("Prometheus");
  expect(tooLong(stdout)).toEqual([]);
});

test("D5: the quick demo needs no Kubernetes, and ends with the next commands", async () => {
  const { code, stdout, stderr } = await demo(["--quick"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).not.toContain("Kubernetes API server:");
  expect(stdout).toMatch(/Next:\n( {4}np[mx] .+\n){3}$/);
  expect(tooLong(stdout)).toEqual([]);
  expect(stdout).not.toContain("\u001b");
  expect(storyOf(stdout), "npm run screenshots").toEqual(
    storyOf(terminalText(readFileSync(join(repositoryRoot, "docs/images/demo.svg"), "utf8")).join("\n")),
  );
});

test("with --keep it runs on until it is interrupted, with all it takes to play", async () => {
  const { code, stdout } = await demo(["--keep"], "To kick a member");
  expect(code).toBe(0);
  expect(stdout).toMatch(/cd \S+ && \. \.\/env/);
  expect(stdout.match(/u\S+ +http:\/\/127\.0\.0\.1:\d+\/$/gm)).toHaveLength(3);
});

test("a member can be kicked in the quick demo that keeps running, and pulumi repairs it elsewhere", async () => {
  const running = spawn(process.execPath, [main, "--quick", "--keep"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(running, "exit");
  const lines = createInterface({ input: running.stdout });
  let repaired = "";
  let folder = "";
  for await (const line of lines) {
    folder = /cd (\S+) &&/.exec(line)?.[1] ?? folder;
    if (line.includes("To kick a member")) running.stdin.write("nobody\nu2205b\n");
    if (!line.includes("is kicked")) continue;
    const up = `cd ${folder} && . ./env && pulumi up --refresh --yes --skip-preview --non-interactive`;
    const { code, stdout } = await runCommand("sh", ["-c", up]);
    repaired = `${code} ${stdout}`;
    running.kill("SIGINT");
  }
  expect(repaired).toMatch(/^0 [^]*FedJoin u2205b created/);
  expect(await ended).toEqual([0, null]);
});

test("an unknown flag is refused with a hint", async () => {
  const stderr = "unknown option\nSee npm run demo -- --help\n";
  expect(await demo(["--fast"])).toMatchObject({ code: 1, stdout: "", stderr });
});

test("it ends what it started when it is interrupted", async () => {
  const { code, lines } = await demo([], "$ pulumi up");
  expect(code).toBe(130);
  const [port = "", ...others] = lines.flatMap((line) => /https:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? []);
  expect(others).toEqual([]);
  const cause = { code: "ECONNREFUSED" };
  await expect(fetch(`https://127.0.0.1:${port}/readyz`)).rejects.toMatchObject({ cause });
});
