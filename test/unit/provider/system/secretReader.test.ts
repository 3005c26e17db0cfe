import { createSecretReader } from "../../../../provider/src/system/secretReader";
import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { test } from "../../../support/fixtures";

const { PATH } = process.env;
const allowed = { FEDJOIN_ALLOW_COMMANDS: "true", PATH, CANARY: "inherited" };
const secrets = createSecretReader(allowed);

async function refusal(work: Promise<string>): Promise<string> {
  const error: unknown = await work.catch((caught: unknown) => caught);
  if (!(error instanceof NeuVectorError) || error.kind !== "invalid_input") throw new Error(String(error));
  expect(error.message).not.toContain("canary");
  return error.message;
}

describe("a file", () => {
  test.for<[string, string | Buffer | undefined, RegExp]>([
    ["that is away", undefined, /secret, .* cannot be read \(ENOENT\)/],
    ["that is too large", "canary".repeat(11_000), /is larger than 64 kB/],
    ["with a NUL", "canary\0", /: save it as UTF-8/],
  ])("%s is refused", async ([, content, message], { folder }) => {
    const file = join(folder, "secret");
    if (content !== undefined) await writeFile(file, content);
    expect(await refusal(secrets.file(file))).toMatch(message);
  });

  test("that is a folder or a device is refused, and so is one without the right to read it", async ({ folder }) => {
    expect(await refusal(secrets.file(folder))).toContain("is a folder, expected a file");
    expect(await refusal(secrets.file("/dev/zero"))).toContain("is not a regular file");
    const closed = join(folder, "closed");
    await mkdir(closed);
    await writeFile(join(closed, "secret"), "canary");
    await chmod(closed, 0);
    if (process.getuid?.() !== 0) expect(await refusal(secrets.file(join(closed, "secret")))).toContain("EACCES");
    await chmod(closed, 0o700);
  });
});

describe("a command", () => {
  test("gets its arguments as they are, the environment, and no input", async () => {
    const print = "process.stdout.write(process.argv[1] + process.env.CANARY)";
    expect(await secrets.command(["node", "-e", print, "$(id) `id`;"])).toBe("$(id) `id`;inherited");
    expect(await secrets.command(["cat"])).toBe("");
  });

  test.for<[[string, ...string[]], string]>([
    [["sh", "-c", "echo canary; echo canary >&2; exit 3"], "sh, which a secret is read from, ended with exit code 3"],
    [["sh", "-c", "kill $$ # canary"], "SIGTERM"],
    [["/no/such/program", "canary"], "could not be started (ENOENT)"],
    [["sh", "-c", "yes canary | head -c 70000"], "more than 64 kB"],
  ])("that fails is named without output and arguments: %j", async ([command, message]) => {
    expect(await refusal(secrets.command(command))).toContain(message);
  });

  test.for<[string, ...string[]]>([
    ["sleep", "600"],
    ["sh", "-c", "sleep 5; true"],
  ])("that does not end is killed: %s", async (command) => {
    const hasty = createSecretReader(allowed, 200);
    expect(await refusal(hasty.command(command))).toContain(
      `command ${command[0]}, which a secret is read from, did not end within 0.2 s`,
    );
  });

  test.for([undefined, "", "1", "TRUE", "false"])(
    "does not run with FEDJOIN_ALLOW_COMMANDS=%s",
    async (value, { folder }) => {
      const made = join(folder, "made");
      const closed = createSecretReader({ PATH, FEDJOIN_ALLOW_COMMANDS: value });
      expect(await refusal(closed.command(["touch", made]))).toMatch(
        /command touch, .* not allowed.*Whoever can write .* the state could run commands.*FEDJOIN_ALLOW_COMMANDS=true/,
      );
      await expect(secrets.file(made)).rejects.toThrow(/ENOENT/);
    },
  );
});
