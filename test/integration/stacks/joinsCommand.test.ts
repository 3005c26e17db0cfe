import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";

const joins = (...args: string[]) =>
  runCommand(process.execPath, [join(repositoryRoot, "stacks/dist/joins/main.js"), ...args], {
    cwd: repositoryRoot,
    env: { PATH: "/nowhere" },
  });

test("the command joins explains itself", async () => {
  const { code, stdout, stderr } = await joins("--help");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^Usage: fedjoin-joins/);
});

test.each([
  [["dev"], 2, /^--stack <name> is required\nSee fedjoin-joins --help\n$/],
  [["--stack=dev", "--pasword=hunter2"], 2, /^unknown option\n/],
  [["--stack=dev", "--cwd=/nowhere"], 1, /^pulumi cannot be run in \/nowhere: the folder does not exist\n$/],
  [["--stack=dev"], 1, /^pulumi cannot be run in .*: it is not installed, or not on the PATH\n$/],
])("the command joins says what is wrong: %j", async (args, code, problem) => {
  const ran = await joins(...args);
  expect(ran).toMatchObject({ code, stdout: "" });
  expect(ran.stderr).toMatch(problem);
  expect(ran.stderr).not.toContain("hunter2");
});
