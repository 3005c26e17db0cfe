import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { beforeAll, describe, expect, inject, test } from "vitest";
import * as z from "zod";
import { pulumiCli, pulumiEnvironment, repositoryRoot, waitFor } from "@fedjoin/testbed";
import { folderOfFile, refusedUp } from "../support/deployments";

const hanging = `
const { renameSync, writeFileSync } = require("node:fs");
writeFileSync("pids.new", JSON.stringify([process.pid, process.ppid]));
renameSync("pids.new", "pids");
setInterval(() => undefined, 1000);
`;

const folder = folderOfFile();
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  const project = { name: "programs", runtime: { name: "nodejs", options: { typescript: false } }, main: "index.js" };
  await symlink(join(repositoryRoot, "node_modules"), join(folder.path, "node_modules"));
  await writeFile(join(folder.path, "Pulumi.yaml"), stringify(project));
  const places = { home: join(folder.path, "home"), backendDir: join(folder.path, "state"), passphrase: "test" };
  env = await pulumiEnvironment(inject("tools"), places);
  await pulumiCli(inject("tools"), folder.path, env).run(["stack", "init", "test"]);
});

const write = (program: string) => writeFile(join(folder.path, "index.js"), program);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("the pulumi CLI with the language host of the testbed", () => {
  test.each([
    ["throws: its error alone is shown", `throw new Error("no such store");`, "Error: no such store"],
    ["exits without an error message: its exit code is told", "process.exit(3);", "Program exited with code 3"],
  ])("a program that %s", async (_, program, message) => {
    await write(program);
    const said = await refusedUp({ pulumi: pulumiCli(inject("tools"), folder.path, env) });
    expect(said).toContain(message);
    expect(said.includes("exited with code")).toBe(message.includes("exited with code"));
  });

  test("language host and program end when the CLI is killed", async () => {
    await write(hanging);
    const options = { cwd: folder.path, env, stdio: "ignore" } as const;
    const cli = spawn(inject("tools").pulumi, ["up", "--yes", "--skip-preview"], options);
    const file = join(folder.path, "pids");
    await waitFor("the program runs", () => Promise.resolve(existsSync(file) ? true : undefined));
    const pids = z.array(z.number()).parse(JSON.parse(await readFile(file, "utf8")));
    expect(pids.map(isAlive)).toEqual([true, true]);
    cli.kill("SIGKILL");
    await waitFor("both have ended", () => Promise.resolve(pids.some(isAlive) ? undefined : true));
  });
});
