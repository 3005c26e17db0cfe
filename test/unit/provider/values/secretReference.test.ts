import { describe, expect, test } from "vitest";
import { readSecret } from "../../../../provider/src/resources/shared/readSecret";
import { describeReference, parsedSecretReference } from "../../../../provider/src/values/secretReference";

const env = { from: "env", name: "MASTER_PASSWORD" } as const;
const file = { from: "file", path: "/run/secrets/master" } as const;
const command = { from: "command", argv: ["vault", "read", "canary-argument"] } as const;
type Reference = typeof env | typeof file | typeof command;

/** The secret where every reference leads to this text; otherwise the error. */
async function read(reference: Reference, text: string | undefined, lines?: "several"): Promise<unknown> {
  const found = () => Promise.resolve(text ?? "");
  const reader = { env: () => text, file: found, command: found };
  return readSecret(reference, reader, lines).then(
    (secret) => secret.reveal(),
    (error: unknown) => error,
  );
}

describe("a secret by reference", () => {
  test.each([
    [{ env: "MASTER_PASSWORD" }, env, "environment variable MASTER_PASSWORD"],
    [{ file: "/run/secrets/master" }, file, "file /run/secrets/master"],
    [{ command: ["vault", "read", "canary-argument"] }, command, "command vault"],
  ])("is %j", (declared, reference, description) => {
    expect(parsedSecretReference.parse(declared)).toEqual(reference);
    expect(describeReference(reference)).toBe(description);
  });

  test.each([
    ["nothing", {}, "give exactly one of env, file, command"],
    ["two", { env: "A", file: "/b" }, "give exactly one of env, file, command"],
    ["a relative path", { file: "secrets/master" }, "expected an absolute path"],
    ["no command", { command: [] }, "expected a program"],
    ["an empty program", { command: [""] }, "expected a program"],
    ["a command line", { command: "vault read" }, "expected a list: a program, then its arguments"],
    ["a NUL in an argument", { command: ["a", "b\0"] }, "expected no NUL character"],
    ["no variable name", { env: "A=B" }, "expected the name of an environment variable"],
  ])("is not %s", (_what, declared, message) => {
    expect(parsedSecretReference.safeParse(declared).error?.issues[0]?.message).toBe(message);
  });

  test.each<[Reference, string, string, "several"?]>([
    [file, " pass word \n", " pass word "],
    [command, "password\r\n", "password"],
    [file, "\uFEFFpassword\n\n", "password"],
    [env, "password\r\n\r\n", "password"],
    [file, "ab\ncd\n", "ab\ncd", "several"],
  ])("drops a byte order mark and the last line ends: %o %j", async (reference, text, secret, lines) => {
    expect(await read(reference, text, lines)).toBe(secret);
  });

  test.each([
    ["several lines", "canary\nsecond", /has more than one line/],
    ["a NUL", "c\0a\0n\0", /holds NUL characters, as UTF-16 without a byte order mark does/],
    ["bytes that were no UTF-8", "can\uFFFDary", /is not valid UTF-8 text/],
  ])("with %s is refused by the name of its reference, before any login", async (_what, text, problem) => {
    for (const reference of [env, file, command]) {
      const error = await read(reference, text);
      expect(error).toMatchObject({ kind: "invalid_input", summary: expect.stringMatching(problem) as string });
      expect(String(error)).toContain(describeReference(reference));
      expect(String(error)).not.toContain("can");
    }
  });

  test.each([
    [env, undefined, "environment variable MASTER_PASSWORD, which a secret is read from, is not set"],
    [env, "", "environment variable MASTER_PASSWORD, which a secret is read from, is empty"],
    [file, "\n", "file /run/secrets/master, which a secret is read from, is empty"],
    [command, "", "command vault, which a secret is read from, is empty"],
  ])("that is missing or empty is named: %o %j", async (reference, text, summary) => {
    expect(await read(reference, text)).toMatchObject({ kind: "invalid_input", summary });
  });
});
