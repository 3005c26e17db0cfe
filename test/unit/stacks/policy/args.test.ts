import { expect, test } from "vitest";
import { parsePolicyArgs } from "../../../../stacks/src/policy/args";

test.each([
  [[], { file: "-", maxLeaves: 0 }],
  [["--file", "preview.json", "--max-leaves", "12"], { file: "preview.json", maxLeaves: 12 }],
])("policy accepts %j", (argv, value) => {
  expect(parsePolicyArgs(argv)).toEqual({ kind: "run", value });
});

test.each([
  ...["-1", "all", "1.5", ""].map((text) => [
    `--max-leaves=${text}`,
    "--max-leaves <n>: expected a whole number from 0",
  ]),
  ["preview.json", "unexpected argument: every value follows an option"],
])("policy refuses %j", (argument, problem) => {
  expect(parsePolicyArgs([argument])).toMatchObject({ kind: "refused", problem });
});
