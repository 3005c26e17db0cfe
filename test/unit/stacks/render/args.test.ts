import { describe, expect, test } from "vitest";
import { parseRenderArgs } from "../../../../stacks/src/render/args";

describe("the command line of render", () => {
  test("says stack and folder, and whether secrets are written", () => {
    expect(parseRenderArgs(["--stack", "prod", "--out", "dir"])).toEqual({
      asked: { stack: "prod", out: "dir", withSecrets: false, cwd: undefined },
    });
    expect(parseRenderArgs(["--stack=eu.1", "--out=dir", "--with-secrets", "--cwd=/p"])).toEqual({
      asked: { stack: "eu.1", out: "dir", withSecrets: true, cwd: "/p" },
    });
    expect(parseRenderArgs(["--help"])).toEqual({ help: true });
  });

  test.each([
    [[], ["--stack says which stack to render", "--out says which folder to write"]],
    [["--stack", "../x", "--out", "d"], ["--stack: expected letters, digits, hyphens, dots or underscores"]],
    [["--stack", "..", "--out", ""], ["--out says which folder to write"]],
    [["--password=hunter2"], ["render takes --stack, --out, --with-secrets, --cwd, --help and nothing else"]],
    [["prod"], ["render takes --stack, --out, --with-secrets, --cwd, --help and nothing else"]],
    [["--stack"], ["render takes --stack, --out, --with-secrets, --cwd, --help and nothing else"]],
  ])("is refused: %j", (args, problems) => {
    expect(parseRenderArgs(args)).toEqual({ problems });
  });
});
