import { describe, expect, test } from "vitest";

import { runCommand } from "../../../testbed/src/toolchain/runCommand";

describe("runCommand", () => {
  test("gives exit code and output of any command that could be started", async () => {
    const lines: string[] = [];
    const result = await runCommand("sh", ["-c", "echo out; echo err >&2; exit 3"], {
      onLine: (line) => lines.push(line),
    });
    expect(result).toEqual({ code: 3, stdout: "out\n", stderr: "err\n" });
    expect(lines.sort()).toEqual(["err", "out"]);
  });

  test("hands over the input, or none", async () => {
    expect((await runCommand("cat", [], { input: "secret" })).stdout).toBe("secret");
    expect((await runCommand("cat", [])).stdout).toBe("");
  });

  test("does not mind a command that leaves its input unread", async () => {
    const input = "x".repeat(1_000_000);
    expect((await runCommand("sh", ["-c", "exec 0<&-; exit 4"], { input })).code).toBe(4);
  });

  test("an abort reaches the command as SIGINT", async () => {
    const abort = new AbortController();
    const running = runCommand("sh", ["-c", "trap 'exit 5' INT; echo ready; while :; do sleep 0.05; done"], {
      signal: abort.signal,
      onLine: () => {
        abort.abort();
      },
    });
    expect((await running).code).toBe(5);
  });

  test("refuses a command that does not exist", async () => {
    await expect(runCommand("no-such-command-here", [])).rejects.toThrow("ENOENT");
  });
});
