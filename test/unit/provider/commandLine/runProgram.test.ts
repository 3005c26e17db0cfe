import { afterEach, expect, test, vi } from "vitest";
import { ProgramError, UsageError } from "../../../../provider/src/commandLine/commandLine";
import { runProgram } from "../../../../provider/src/commandLine/runProgram";
import { requireShallow } from "../../../../provider/src/values/mapping";
import { InvalidTextError } from "../../../../provider/src/values/text";

afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

const failing = (error: Error) => (): number => {
  throw error;
};
const deep: unknown = JSON.parse(`${"[".repeat(200)}${"]".repeat(200)}`);

test.each<[string, () => number, string, number]>([
  ["a value that is nested too deeply", () => Number(requireShallow(deep)), "a value has more than 100 levels\n", 1],
  ["a text that cannot be read", failing(new InvalidTextError("is not text")), "is not text\n", 1],
  ["an error of the program", failing(new ProgramError("no file", 3)), "no file\n", 3],
  ["wrong usage", failing(new UsageError("no such size")), "no such size\n", 2],
])("%s shows as its message, without a stack trace", async (_, run, message, exitCode) => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  await runProgram({ kind: "run", value: undefined }, 2, run);
  expect(write.mock.calls.map(([text]) => text)).toEqual([message]);
  expect(process.exitCode).toBe(exitCode);
});

test("an unexpected error is thrown", async () => {
  const bug = new TypeError("bug");
  await expect(runProgram({ kind: "run", value: undefined }, 2, failing(bug))).rejects.toBe(bug);
});
