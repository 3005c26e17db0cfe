import { describe, expect, test } from "vitest";
import { parseCommandLine } from "../../../../provider/src/cli/args";
import { commandNames, fileCommandNames, helpOf } from "../../../../provider/src/cli/help";

const refused = (...argv: string[]): string => {
  const asked = parseCommandLine(argv);
  return asked.does === "refuse" ? asked.problem : "";
};

describe("the command line", () => {
  test.each(fileCommandNames)("%s runs with a file", (command) => {
    expect(parseCommandLine([command, "--file", "joins.yaml"])).toEqual({
      does: "run",
      command,
      options: { file: "joins.yaml", json: false, apply: false, ids: [], siteIsGone: false },
    });
  });

  test.each(commandNames)("%s --help tells usage and exit codes, the overview names it", (command) => {
    expect(parseCommandLine([command, "--help"])).toEqual({ does: "say", text: helpOf(command) });
    expect(helpOf(command)).toMatch(
      new RegExp(`^Usage: fedjoin ${command} .*\\n[^]*Exit code: 0 [^]*; 1 [^]*; ?\\s2 `),
    );
    expect(helpOf(undefined)).toContain(`\n  ${command} `);
  });

  test("sweep takes several ids", () => {
    const asked = parseCommandLine(["sweep", "-f", "-", "--apply", "--id", "a", "--id", "b", "--site-is-gone"]);
    expect(asked).toMatchObject({ options: { file: "-", apply: true, ids: ["a", "b"], siteIsGone: true } });
  });

  test("audit takes a time", () => {
    expect(parseCommandLine(["audit", "-f", "x", "--since", "7d"])).toMatchObject({ options: { since: "7d" } });
    expect(refused("audit", "-f", "x", "--since", "hunter2")).toMatch(/^--since is 30m, 12h or 7d/);
    expect(refused("plan", "-f", "x", "--since", "7d")).toMatch(/plan takes/);
  });

  test("move takes a stack, the size of a wave and the failures allowed", () => {
    expect(parseCommandLine(["move", "--stack", "eu", "--wave", "10", "--max-failures", "0", "--plan"])).toEqual({
      does: "move",
      options: { stack: "eu", waveSize: 10, maxFailures: 0, parallel: 16, plan: true, cwd: ".", json: false },
    });
    expect(refused("move")).toMatch(/--stack/);
    expect(refused("move", "--stack", "eu", "--wave", "0")).toMatch(/whole numbers from 1/);
    expect(refused("move", "--stack", "eu", "--parallel", "0")).toMatch(/whole numbers from 1/);
    expect(refused("move", "--stack", "eu", "--max-failures", "few")).toMatch(/from 0/);
  });

  test("members takes all stacks, or named ones and files", () => {
    expect(parseCommandLine(["members", "--all", "--check", "--cwd", "ops"])).toEqual({
      does: "members",
      options: { all: true, stacks: [], states: [], cwd: "ops", json: false, check: true },
    });
    expect(parseCommandLine(["members", "--stack", "a", "--stack", "b", "--state", "-"])).toMatchObject({
      options: { all: false, stacks: ["a", "b"], states: ["-"], cwd: "." },
    });
    expect(refused("members")).toMatch(/--all, or --stack NAME, or --state FILE/);
    expect(refused("members", "--all", "--stack", "a")).toMatch(/--all, or/);
  });

  test("what is missing or unknown is refused", () => {
    expect(refused()).toMatch(/say what to do/);
    expect(refused("plan")).toMatch(/--file/);
    expect(refused("sweep", "--file", "x", "--apply")).toMatch(/--id for each/);
    expect(refused("sweep", "--file", "x", "--id", "a")).toMatch(/belong to --apply/);
    expect(refused("plan", "--file", "x", "--apply", "--id", "a")).toMatch(/plan takes --file, --json, --help/);
  });

  test("there is no option for a password, and a refused one is not repeated", () => {
    for (const argv of [["hunter2"], ["plan", "--password", "hunter2"], ["plan", "--file", "x", "hunter2"]]) {
      expect(refused(...argv)).not.toBe("");
      expect(refused(...argv)).not.toContain("hunter2");
    }
  });
});
