import { describe, expect, test } from "vitest";
import { parseRenderArgs } from "../../../../stacks/src/render/args";

const words = "every word needs an option before it, such as --stack NAME";

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
    [[], ["--stack NAME is required", "--out FOLDER is required"]],
    [["--stack", "../x", "--out", "d"], ["--stack: expected letters, digits, hyphens, dots or underscores"]],
    [["--stack", "..", "--out", ""], ["--out needs something after it"]],
    [
      ["--stack", "dev", "--out", "d", "--password=hunter2"],
      ["--password: unknown; the options are --stack, --out, --with-secrets, --cwd, --help"],
    ],
    [
      ["--stak", "dev"],
      [
        "--stak: unknown; the options are --stack, --out, --with-secrets, --cwd, --help",
        words,
        "--stack NAME is required",
        "--out FOLDER is required",
      ],
    ],
    [["prod", "--stack=dev", "--out=d"], [words]],
    [
      ["--stack", "--out", "d"],
      ["--stack needs something after it", words, "--out FOLDER is required"],
    ],
    [["--stack=dev", "--out=d", "--with-secrets=no"], ["--with-secrets takes nothing after it"]],
  ])("is refused: %j", (args, problems) => {
    expect(parseRenderArgs(args)).toEqual({ problems });
  });
});
