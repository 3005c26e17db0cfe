import { NeuVectorError, type SecretReader } from "@fedjoin/provider";
import { describe, expect, test } from "vitest";
import { describeReference, readSecret, secretReference } from "../../../provider/src/secretSource";

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
    expect(secretReference.parse(declared)).toEqual(reference);
  });

  test.each([
    ["nothing", {}, "expected exactly one of env, file, command"],
    ["two", { env: "A", file: "/b" }, "expected exactly one of env, file, command"],
    ["a relative path", { file: "secrets/master" }, "expected an absolute path"],
    ["no command", { command: [] }, "expected a program and its arguments"],
    ["an empty program", { command: [""] }, "expected a program"],
    ["a command line", { command: "vault read" }, "expected a list: a program, then its arguments"],
    ["a NUL in an argument", { command: ["a", "b\0"] }, "expected no NUL character"],
    ["no variable name", { env: "A=B" }, "expected the name of an environment variable"],
  ])("is not %s", (_what, declared, message) => {
    expect(secretReference.safeParse(declared).error?.issues[0]?.message).toBe(message);
  });

  test("drops one newline at the end of a file or an output, and nothing else", async () => {
    const read = async (reference: typeof env | typeof file | typeof command, text: string): Promise<string> =>
      (await readSecret(reference, reader(text))).reveal();
    expect(await read(file, " pass word \n")).toBe(" pass word ");
    expect(await read(command, "password\r\n")).toBe("password");
    expect(await read(file, "password\n\n")).toBe("password\n");
    expect(await read(env, "password\n")).toBe("password\n");
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
