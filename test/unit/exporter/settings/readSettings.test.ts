import { settingsReference } from "@fedjoin/exporter/internal/reference";
import { expect, test } from "vitest";
import { parseCommand } from "../../../../exporter/src/settings/command";
import { readFrom } from "../../../support/memoryFiles";

type Env = Readonly<Record<string, string | undefined>>;

const readFile = readFrom({ "/password": "from-file\n", "/key": "scraper:s3cr3t\n", "/empty": "\n" });
const noPassword: Env = { CTRL_API_SERVICE: "c" };

function problemsOf(env: Env, read = readFile): readonly string[] {
  const command = parseCommand({ argv: ["--config.check"], env, readFile: read });
  return command.does === "refuse" ? command.problems : [];
}

function credentialOf(env: Env, read = readFile) {
  const command = parseCommand({ argv: [], env, readFile: read });
  const credentials = command.does === "run" ? command.config.controller?.credentials : undefined;
  return credentials?.kind === "user"
    ? credentials.password
    : credentials?.kind === "apiKey"
      ? credentials.key
      : undefined;
}

const secrets = Object.values(settingsReference())
  .flat()
  .flatMap(({ source, name }) => (source === "secret" ? [name] : []));

test("R15: the exporter's and the join's are all among them", () => {
  const expected = ["CTRL_PASSWORD", "CTRL_APIKEY", "JOIN_TOKEN", "JOIN_PASSWORD", "JOIN_APIKEY"];
  expect(secrets).toEqual(expect.arrayContaining(expected));
});

test.each(secrets)("R15: %s is read from itself or from the file that %s_FILE names, never from both", (name) => {
  const env = { ...noPassword, CTRL_PASSWORD: "x", ENABLE_FED_JOIN: "true", [name]: undefined };
  const check = (more: Env) => problemsOf({ ...env, ...more });
  const file = `${name}_FILE`;
  expect(check({ [file]: "/nowhere" })).toContain(`${file} names a file that cannot be read (ENOENT)`);
  expect(check({ [file]: "/empty" })).toContain(`${file} names a file that is empty`);
  expect(check({ [file]: "/key", [name]: "a:b" })).toContain(`${name} and ${file} exclude each other`);
  expect(check({ [file]: "/key" })).toEqual(check({ [name]: "scraper:s3cr3t" }));
});

test("R15: a file is read again at each use; while it is invalid, its last valid content counts", () => {
  let content = "first\n";
  const password = credentialOf({ ...noPassword, CTRL_PASSWORD_FILE: "/f" }, () => content);
  expect(password?.reveal()).toBe("first");
  for (content of ["second\r\n\n", "", "\n", "two\nlines", "n\0u\0l"]) expect(password?.reveal()).toBe("second");
});

test.each([
  ["two\nlines", "has more than one line: keep the secret alone, in one line"],
  ["c\0a\0", "holds NUL characters, as UTF-16 without a byte order mark does: save it as UTF-8"],
])("R15: the ambiguous secret %j is refused before a login", (text, problem) => {
  const byFile = problemsOf({ ...noPassword, CTRL_PASSWORD_FILE: "/f" }, () => text);
  expect(byFile).toEqual([`CTRL_PASSWORD_FILE names a file that ${problem}`]);
  expect(problemsOf({ ...noPassword, CTRL_PASSWORD: text })).toEqual([`CTRL_PASSWORD ${problem}`]);
});

test.each<[Env, string]>([
  [{ CTRL_PASSWORD: "\uFEFFx\r\n\r\n" }, "x"],
  [{ CTRL_PASSWORD_FILE: "/password" }, "from-file"],
  [{ CTRL_APIKEY_FILE: "/key" }, "scraper:s3cr3t"],
])("R15: %j is %j, without byte order mark and line end", (env, secret) => {
  expect(credentialOf({ ...noPassword, ...env })?.reveal()).toBe(secret);
});
