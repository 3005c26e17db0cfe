import { expect, test } from "vitest";
import { parseArguments } from "../../../../provider/src/cli/program";

const version = "1.2.3";
const parse = (...argv: string[]) => parseArguments(argv, version);

function textOf(...argv: string[]): string {
  const parsed = parse(...argv);
  return parsed.kind === "text" ? parsed.text : "";
}

const fileCommands = ["plan", "status", "doctor", "prune", "audit", "import"];

test("--version and the overview", () => {
  expect(textOf("--version")).toBe("fedjoin 1.2.3\n");
  expect(textOf("--help")).toMatch(/^Usage: fedjoin /);
  expect(textOf("--help")).toContain("No option takes a\npassword");
});

test.each([...fileCommands, "members", "rollout", "wait"])(
  "%s has help with exit codes, and a line in the overview",
  (command) => {
    expect(textOf(command, "--help")).toMatch(
      new RegExp(`^Usage: fedjoin ${command} \\[options\\]\\n[^]*\\nExit code:\\n  0  [^]*\\n  1  [^]*\\n  2  `),
    );
    expect(textOf("help", command)).toBe(textOf(command, "--help"));
    expect(textOf("--help")).toMatch(new RegExp(`\\n  ${command} \\[options\\] +\\S`));
  },
);

test.each([
  ...fileCommands.flatMap((command) => [
    `${command} --file joins.yaml`,
    `${command} -f - --json`,
    `${command} --stack dev --cwd ops`,
  ]),
  "plan --preview -",
  "status -f x -o wide",
  "status -f x --output name",
  "status -f x --get masters[0].members[*].name",
  "wait -f x --for condition=synced",
  "wait -f x --for=condition=Synced=false --member a --member b --timeout 30s",
  "prune -f - --apply --id a --id b --site-is-gone",
  "prune -f - --apply --ids stale.txt",
  "audit -f x --since 7d",
  "audit -f x --since 2026-01-31T12:00:00Z",
  "import --master master.yaml --out i.json --program joins.ts --members members.yaml",
  "members --all --check --cwd ops",
  "members --all --state - --drift",
  "members --stack a --stack b --state -",
  "rollout --stack eu --wave 10 --waves 1 --max-failures 0 --parallel 1 --plan",
])("accepts %s", (line) => {
  const argv = line.split(" ");
  const json = argv.includes("--json");
  expect(parse(...argv)).toMatchObject({ kind: "run", value: { command: argv[0], json } });
});

test("the help of wait names every condition", () => {
  const help = textOf("wait", "--help").replaceAll(/\s+/g, " ");
  expect(help).toContain(
    "--for <condition> condition=<name>, or condition=<name>=false, with one of Joined, Accepted, Reachable, Synced, VersionCompatible, Stale, Kicked",
  );
});

test.each(fileCommands)("%s needs a file or a stack, and its help names both", (command) => {
  const problem = "--file or --stack is required: a file of memberships, or a stack of the project in --cwd";
  expect(parse(command)).toEqual({ kind: "refused", problem, help: `fedjoin ${command} --help` });
  expect(textOf(command, "--help")).toMatch(/--file <file>[^]*--stack <name>[^]*--cwd <folder>/);
});

test.each([
  ["prune -f - --apply --ids -", /^standard input can be either --file or --ids/],
  ["prune -f x --apply", /^--apply needs an --id for each entry/],
  ["prune -f x --id a", /require --apply$/],
  ["prune -f x --ids a", /require --apply$/],
  ["prune -f x --site-is-gone", /require --apply$/],
  ["audit -f x --since hunter2", /^--since <when>: expected 30m, 12h, 7d, or a time/],
  ["status -f x -o xml", /^-o, --output <format>: expected one of table, wide, json, yaml, name$/],
  ["status -f x -o wide --json", /cannot be used with/],
  ["status -f x -o wide --get a", /cannot be used with/],
  ["status -f x --get a[", /^--get <path>: expected a path such as/],
  ["wait -f x", /^--for <condition> is required$/],
  ["wait -f x --for condition=Sinced", /^--for <condition>: expected condition=<name>.* did you mean Synced\?$/],
  ["wait -f x --for hunter2", /^--for <condition>: expected condition=<name>\[=false\] with one of Joined, .*Kicked$/],
  ["wait -f x --for condition=Synced=hunter2", /^--for condition=Synced=…: expected true, false or unknown$/],
  [
    "wait -f x --for condition=Synced --timeout 10",
    /^--timeout <duration>: expected a duration of at least 1s, such as/,
  ],
  ["wait -f x --for condition=Synced --interval 0s", /^--interval <duration>: expected/],
  ["wait -f x --for condition=Joined --for condition=Synced", /^--for <condition>: give it once$/],
  ["plan -f x --stack y", /cannot be used with/],
  ["plan --stack x --preview y", /cannot be used with/],
  ["plan -f x --preview y", /cannot be used with/],
  ["plan -f x --since 7d", /^unknown option$/],
  ["plan -f x --apply --id a", /^unknown option$/],
  ["plan -f x hunter2", /^unexpected argument/],
  ["plan --password hunter2", /^unknown option$/],
  ["status --fiel x", /^unknown option, did you mean --file\?$/],
  ["members", /^one of --all, --stack and --state is required$/],
  ["members --all --stack a", /cannot be used with/],
  ["import -f x --members y", /^--members requires --master$/],
  ["import -f x --master y", /cannot be used with/],
  ["import --stack x --program y", /cannot be used with/],
  ["import -f x --out y --program ./y", /^--out, --program and --members: name a different file/],
  ["import --master x --members import.json", /^--out, --program and --members: name a different file/],
  ["import -f x --out -", /^-o, --out <file>: expected a file, not standard output$/],
  ["import -f x --program -", /^--program <file>: expected a file, not standard output$/],
  ["rollout", /^--stack <name> is required$/],
  ["rollout --stack eu --waves 0", /^--waves <n>: expected a whole number from 1$/],
  ["rollout --stack eu --max-failures few", /^--max-failures <n>: expected a whole number from 0$/],
])("refuses %s without quoting a value", (line, problem) => {
  const argv = line.split(" ");
  expect(parse(...argv)).toEqual({
    kind: "refused",
    problem: expect.stringMatching(problem) as unknown,
    help: `fedjoin ${argv[0] ?? ""} --help`,
  });
});
