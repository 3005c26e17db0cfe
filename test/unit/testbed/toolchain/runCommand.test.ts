import { expect, test } from "vitest";
import { runCommand } from "../../../testbed/src/toolchain/runCommand";

test("gives exit code and output of any command that could be started", async () => {
  const lines: string[] = [];
  const script = "echo out; echo err >&2; exit 3";
  const result = await runCommand("sh", ["-c", script], { onLine: (line) => lines.push(line) });
  expect(result).toEqual({ code: 3, stdout: "out\n", stderr: "err\n" });
  expect(lines.sort()).toEqual(["err", "out"]);
});

test("hands over the input, or none, and does not mind when it is left unread", async () => {
  expect((await runCommand("cat", [], { input: "secret" })).stdout).toBe("secret");
  expect((await runCommand("cat", [])).stdout).toBe("");
  expect((await runCommand("sh", ["-c", "exec 0<&-; exit 4"], { input: "x".repeat(1_000_000) })).code).toBe(4);
});

test("an abort reaches the command as SIGINT", async () => {
  const abort = new AbortController();
  const { signal } = abort;
  const onLine = (): void => {
    abort.abort();
  };
  const script = "trap 'exit 5' INT; echo ready; while :; do sleep 0.05; done";
  expect((await runCommand("sh", ["-c", script], { signal, onLine })).code).toBe(5);
});

test("refuses a command that does not exist", async () => {
  await expect(runCommand("no-such-command-here", [])).rejects.toThrow("ENOENT");
});
