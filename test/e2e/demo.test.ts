import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";

test("D5: the demo tells its story and exits 0", async () => {
  const demo = join(repositoryRoot, "test/testbed/dist/demo/main.js");
  const { code, stdout, stderr } = await runCommand(process.execPath, [demo]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout).toContain("Every step had the expected result");
});

test("the demo ends what it started when it is interrupted", async () => {
  const demo = join(repositoryRoot, "test/testbed/dist/demo/main.js");
  const interrupt = new AbortController();
  const lines: string[] = [];
  const { code } = await runCommand(process.execPath, [demo], {
    signal: interrupt.signal,
    onLine: (line) => {
      lines.push(line);
      if (line.includes("$ pulumi up")) interrupt.abort();
    },
  });
  expect(code).toBe(130);
  const ports = lines.flatMap((line) => /https:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? []);
  expect(ports).toHaveLength(1);
  await expect(fetch(`https://127.0.0.1:${ports[0] ?? ""}/readyz`)).rejects.toMatchObject({
    cause: { code: "ECONNREFUSED" },
  });
});

test("with --keep the demo runs on until it is interrupted, with all it takes to play", async () => {
  const demo = join(repositoryRoot, "test/testbed/dist/demo/main.js");
  const interrupt = new AbortController();
  const { code, stdout } = await runCommand(process.execPath, [demo, "--keep"], {
    signal: interrupt.signal,
    onLine: (line) => {
      if (line.includes("pulumi preview --diff")) interrupt.abort();
    },
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/export PULUMI_BACKEND_URL='file:/);
  expect(stdout.match(/exporter of store-\S+ http:\/\/127\.0\.0\.1:\d+\/metrics/g)).toHaveLength(3);
});
