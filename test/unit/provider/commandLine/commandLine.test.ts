import { expect, test } from "vitest";
import { exitCodeHelp, parseCommandLine, UsageError } from "../../../../provider/src/commandLine/commandLine";
import { choiceOption, textOption, textsOption, wholeNumberOption } from "../../../../provider/src/commandLine/options";

const parse = (...argv: string[]) =>
  parseCommandLine<object>("tool", argv, (program, select) => {
    program.version("tool 1.2.3", "--version", "show the version");
    program
      .command("copy")
      .summary("copy files")
      .description("Copies files\nfrom one folder.\n\n  tool copy --from x")
      .addOption(textOption("-f, --from <folder>", "where the files are").makeOptionMandatory())
      .addOption(textsOption("--name <name>", "name of a file").conflicts("all"))
      .addOption(wholeNumberOption("--depth <n>", "depth", 1).default(3))
      .addOption(choiceOption("--size <size>", "size", ["S", "M"]).default("S"))
      .option("--all", "all files", false)
      .addHelpText("after", exitCodeHelp({ 0: "copied", 1: "not copied" }))
      .action(({ from, ...options }) => {
        if (from === "nowhere") throw new UsageError("there is no such place");
        select({ from, ...options });
      });
  });

const refused = (problem: string) => ({ kind: "refused", problem, help: "tool copy --help" });

test("an action selects what to run", () => {
  const defaults = { depth: 3, size: "S", all: false };
  expect(parse("copy", "-f", "x")).toEqual({ kind: "run", value: { from: "x", ...defaults } });
  expect(parse("copy", "--from=-", "--name", "a", "--name", "b", "--depth", "7", "--size", "M")).toEqual({
    kind: "run",
    value: { from: "-", name: ["a", "b"], depth: 7, size: "M", all: false },
  });
});

test("help and version are texts", () => {
  expect(parse("--version")).toEqual({ kind: "text", text: "tool 1.2.3\n" });
  const help = parse("copy", "--help");
  expect(parse("help", "copy")).toEqual(help);
  expect(help.kind === "text" && help.text.split("\n")).toEqual([
    ...["Usage: tool copy [options]", "", "Copies files from one folder.", "", "  tool copy --from x", ""],
    "Options:",
    "  -f, --from <folder>  where the files are",
    "  --name <name>        name of a file",
    "  --depth <n>          depth (default: 3)",
    '  --size <size>        size: S, M (default: "S")',
    "  --all                all files",
    "  -h, --help           show this help",
    ...["", "Exit code:", "  0  copied", "  1  not copied", ""],
  ]);
});

test.each([
  [["copy"], "-f, --from <folder> is required"],
  [["copy", "-f"], "-f, --from <folder> needs a value"],
  [["copy", "--from", ""], "-f, --from <folder> needs a value"],
  [["copy", "--from", "--all"], "-f, --from <folder> needs a value"],
  [["copy", "-f", "nowhere"], "there is no such place"],
  [["copy", "-f", "x", "--depth", "hunter2"], "--depth <n>: expected a whole number from 1"],
  [["copy", "-f", "x", "--depth", "0"], "--depth <n>: expected a whole number from 1"],
  [["copy", "-f", "x", "--size", "hunter2"], "--size <size>: expected one of S, M"],
  [["copy", "-f", "x", "--all", "--name", "hunter2"], "option '--name <name>' cannot be used with option '--all'"],
  [["copy", "-f", "x", "--password=hunter2"], "unknown option"],
  [["copy", "-f", "x", "--hunter2"], "unknown option"],
  [["copy", "-f", "x", "--all=hunter2"], "this option takes no value"],
  [["copy", "--form", "hunter2"], "unknown option, did you mean --from?"],
  [["copy", "--form=hunter2", "--all"], "unknown option, did you mean --from?"],
  [["copy", "-g", "hunter2"], "unknown option"],
  [["copy", "-f", "x", "--dept", "3"], "unknown option, did you mean --depth?"],
  [["copy", "-f", "x", "--version"], "unknown option"],
  [["copy", "-f", "x", "hunter2"], "unexpected argument: every value follows an option"],
])("wrong usage is refused without quoting a value: %j", (argv, problem) => {
  expect(parse(...argv)).toEqual(refused(problem));
});

test("a program without commands understands `help` too", () => {
  const solo = (...argv: string[]) =>
    parseCommandLine<object>("solo", argv, (program, select) => {
      program.description("Does one thing.").action(select);
    });
  expect(solo("help")).toEqual(solo("--help"));
  expect(solo("help")).toMatchObject({ kind: "text" });
});

test("a wrong command is refused without quoting it", () => {
  const help = "tool --help";
  expect(parse()).toEqual({ kind: "refused", problem: "a command is required", help });
  expect(parse("hunter2")).toEqual({ kind: "refused", problem: "unknown command", help });
  expect(parse("cpoy", "hunter2")).toEqual({ kind: "refused", problem: "unknown command, did you mean copy?", help });
  expect(parse("--versoin")).toEqual({ kind: "refused", problem: "unknown option, did you mean --version?", help });
});
