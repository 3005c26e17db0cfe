import { expect, test } from "vitest";
import { parseRenderArgs } from "../../../../stacks/src/render/args";

test.each([
  [["--stack", "prod", "--out", "dir"], { stack: "prod", out: "dir", withSecrets: false, cwd: "." }],
  [
    ["--stack=eu.1", "--out=dir", "--with-secrets", "--cwd=/p"],
    { stack: "eu.1", out: "dir", withSecrets: true, cwd: "/p" },
  ],
])("render accepts %j", (argv, value) => {
  expect(parseRenderArgs(argv)).toEqual({ kind: "run", value });
});

test.each([
  [[], "--stack <name> is required"],
  [["--stack", "dev"], "--out <folder> is required"],
  [["--stack", "../x", "--out", "d"], "--stack: expected letters, digits, hyphens, dots or underscores"],
  [["--stack", "--out", "d"], "--stack: expected letters, digits, hyphens, dots or underscores"],
  [["--stack", "..", "--out", ""], "--out <folder> needs a value"],
  [["prod", "--stack=dev", "--out=d"], "unexpected argument: every value follows an option"],
])("render refuses %j", (argv, problem) => {
  expect(parseRenderArgs(argv)).toMatchObject({ kind: "refused", problem });
});
