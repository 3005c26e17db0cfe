import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { repositoryRoot } from "@fedjoin/testbed";

/** Runs a command whose reader is gone before the first word, as `head` may be. */
async function runUnread(entry: string, args: readonly string[], { cwd = repositoryRoot, input = "" } = {}) {
  const env = { PATH: process.env["PATH"] };
  const child = spawn(process.execPath, [join(repositoryRoot, entry), ...args], { cwd, env, stdio: "pipe" });
  const ended = once(child, "close");
  child.stdin.end(input);
  child.stdout.destroy();
  const errors = await text(child.stderr);
  await ended;
  return { code: child.exitCode, errors };
}

test.each([
  ["provider/dist/cli/main.js", "--help"],
  ["provider/dist/cli/main.js", "--version"],
  ["stacks/dist/render/main.js", "--help"],
  ["stacks/dist/joins/main.js", "--help"],
  ["stacks/dist/policy/main.js", "--help"],
  ["exporter/dist/main.js", "--help"],
  ["exporter/dist/main.js", "--version"],
  ["test/simulator/dist/main.js", "--help"],
  ["test/testbed/dist/demo/main.js", "--help"],
  ["test/testbed/dist/toolchain/main.js", "--help"],
])("a command whose reader is gone ends quietly: %s %s", async (entry, option) => {
  expect(await runUnread(entry, [option])).toEqual({ code: 0, errors: "" });
});

test("render writes its folder though nobody reads what it says", async () => {
  const project = await mkdtemp(join(tmpdir(), "fedjoin-unread-"));
  try {
    await cp(join(repositoryRoot, "test/fixtures/render"), project, { recursive: true });
    const ran = await runUnread("stacks/dist/render/main.js", ["--stack", "edge", "--out", "out"], {
      cwd: project,
    });
    expect(ran).toEqual({ code: 0, errors: "" });
    expect((await readdir(join(project, "out"))).toSorted()).toEqual([".rendered", "u2210c", "u2211d"]);
  } finally {
    await rm(project, { recursive: true, force: true });
  }
});

test("policy tells by its exit code that every rule is kept, though nobody reads it", async () => {
  const preview = JSON.stringify({ steps: [] });
  expect(await runUnread("stacks/dist/policy/main.js", [], { input: preview })).toEqual({ code: 0, errors: "" });
});

test("an exit code tells of a failure though nobody reads what it says", async () => {
  const { code, errors } = await runUnread("stacks/dist/render/main.js", ["--stack", "edge"]);
  expect(code).toBe(2);
  expect(errors).toMatch(/^--out <folder> is required\n/);
});
