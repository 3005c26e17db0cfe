import { NeuVectorError } from "@fedjoin/provider/neuvector";
import { describe, expect, test } from "vitest";
import { readSecret } from "../../../../provider/src/resources/shared/readSecret";
import type { SecretReader } from "../../../../provider/src/values/secretReference";
import { describeReference, parsedSecretReference } from "../../../../provider/src/values/secretReference";

const reader = (text: string | undefined): SecretReader => ({
  env: () => text,
  file: () => Promise.resolve(text ?? ""),
  command: () => Promise.resolve(text ?? ""),
});

const env = { from: "env", name: "MASTER_PASSWORD" } as const;
const file = { from: "file", path: "/run/secrets/master" } as const;
const command = { from: "command", argv: ["vault", "read", "canary-argument"] } as const;

describe("a secret by reference", () => {
  test.each([
    ["an environment variable", { env: "MASTER_PASSWORD" }, env],
    ["a file", { file: "/run/secrets/master" }, file],
    ["a command", { command: ["vault", "read", "canary-argument"] }, command],
  ])("is %s", (_what, declared, reference) => {
    expect(parsedSecretReference.parse(declared)).toEqual(reference);
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

  const read = async (reference: typeof env | typeof file | typeof command, text: string): Promise<string> =>
    (await readSecret(reference, reader(text))).reveal();

  test("drops a byte order mark and all line ends at the end, wherever it comes from, and keeps blanks", async () => {
    expect(await read(file, " pass word \n")).toBe(" pass word ");
    expect(await read(command, "password\r\n")).toBe("password");
    expect(await read(file, "\uFEFFpassword\n\n")).toBe("password");
    expect(await read(env, "password\r\n\r\n")).toBe("password");
  });

  test.each([
    ["several lines", "canary\nsecond", /has more than one line/],
    ["a NUL", "c\0a\0n\0", /holds NUL characters, as UTF-16 without a byte order mark does/],
    ["bytes that were no UTF-8", "can\uFFFDary", /is not valid UTF-8 text/],
  ])("with %s is refused by the name of its reference, before any login", async (_what, text, problem) => {
    for (const reference of [env, file, command]) {
      const error = await readSecret(reference, reader(text)).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ kind: "invalid_input", summary: expect.stringMatching(problem) as string });
      expect(String(error)).toContain(describeReference(reference));
      expect(String(error)).not.toContain("can");
    }
  });

  test("a join token may be wrapped into several lines", async () => {
    expect((await readSecret(file, reader("ab\ncd\n"), "several")).reveal()).toBe("ab\ncd");
  });

  test.each([
    ["is not set", env, undefined, "environment variable MASTER_PASSWORD, which a secret is read from, is not set"],
    ["is empty", env, "", "environment variable MASTER_PASSWORD, which a secret is read from, is empty"],
    ["is empty", file, "\n", "file /run/secrets/master, which a secret is read from, is empty"],
    ["is empty", command, "", "command vault, which a secret is read from, is empty"],
  ])("that %s is named (%j)", async (_what, reference, text, summary) => {
    const error = await readSecret(reference, reader(text)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NeuVectorError);
    expect(error).toMatchObject({ kind: "invalid_input", summary });
  });

  test("a command is named by its program alone", () => {
    expect(describeReference(command)).toBe("command vault");
  });
});
