import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { get } from "node:https";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { runCommand } from "@fedjoin/testbed";

const script = "test/simulator/dist/main.js";

function statusOf(url: string, caFile: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { ca: readFileSync(caFile), agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on("error", reject);
  });
}

test("npm run simulator prints addresses, logins and the CA file, stays up, and cleans up at Ctrl-C", async () => {
  const child = spawn(process.execPath, [script, "--sites", "2"], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line.includes("Press Ctrl-C")) break;
  }
  const valuesOf = (label: RegExp) => lines.flatMap((line) => label.exec(line)?.[1] ?? []);
  expect(valuesOf(/^site (\d)$/)).toEqual(["1", "2"]);
  expect(valuesOf(/^ {2}login {7}admin \/ (\S+)$/)).toHaveLength(3);
  const [url = ""] = valuesOf(/^ {2}REST API {4}(\S+)/);
  const [caFile = ""] = valuesOf(/^ {2}trust {7}(\S+)/);
  expect(await statusOf(`${url}/v1/eula`, caFile)).toBe(200);
  child.kill("SIGINT");
  expect(await once(child, "close")).toEqual([0, null]);
  expect(existsSync(caFile)).toBe(false);
});

test("npm run simulator ends with the usage after a wrong flag", async () => {
  expect(await runCommand(process.execPath, [script, "--sites", "many"])).toMatchObject({
    code: 1,
    stderr: "--sites <n>: expected a whole number from 0\nSee npm run simulator -- --help\n",
  });
});
