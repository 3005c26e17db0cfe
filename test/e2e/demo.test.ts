import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";

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

test("D5: the demo tells its story and exits 0", async () => {
  const { code, stdout, stderr } = await demo([]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("Every step had the expected result");
});

test("with --keep it runs on until it is interrupted, with all it takes to play", async () => {
  const { code, stdout } = await demo(["--keep"], "pulumi preview --diff");
  expect(code).toBe(0);
  expect(stdout).toMatch(/export PULUMI_BACKEND_URL='file:/);
  expect(stdout.match(/exporter of store-\S+ http:\/\/127\.0\.0\.1:\d+\/metrics/g)).toHaveLength(3);
});

test("it ends what it started when it is interrupted", async () => {
  const { code, lines } = await demo([], "$ pulumi up");
  expect(code).toBe(130);
  const [port = "", ...others] = lines.flatMap((line) => /https:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? []);
  expect(others).toEqual([]);
  const cause = { code: "ECONNREFUSED" };
  await expect(fetch(`https://127.0.0.1:${port}/readyz`)).rejects.toMatchObject({ cause });
});
