import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { membershipConfig } from "@fedjoin/testbed";
import { federationOfFile, projectOfFile } from "../support/deployments";
import { runFedjoin } from "../support/fedjoinProcess";

const project = projectOfFile();
const federation = federationOfFile({ sites: 2 });

const fedjoin = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runFedjoin([...args, "--cwd", project.dir], { env: { ...project.env, ...env } });

// One story: each test goes on where the one before ended.
test("every command that takes a file takes the stack instead, whose secrets the real pulumi decrypts", async () => {
  await project.configure(membershipConfig(federation));
  for (const command of ["plan", "status", "doctor", "prune", "audit"]) {
    const { stdout, stderr, code } = await fedjoin([command, "--stack", "demo"]);
    expect({ command, stderr, ran: code === 0 || code === 2 }).toEqual({ command, stderr: "", ran: true });
    expect(stdout).not.toContain(federation.master.admin.password);
  }
  expect((await fedjoin(["plan", "--stack", "demo"])).stdout).toContain("2 members: 2 to join");
});

test.each<[string, Record<string, string>, string]>([
  ["nowhere", {}, `the project in DIR has no stack nowhere: pulumi stack ls lists them`],
  [
    "demo",
    { PULUMI_CONFIG_PASSPHRASE: "wrong" },
    "the passphrase is not that of stack demo: correct PULUMI_CONFIG_PASSPHRASE or its _FILE",
  ],
  ["demo", { PULUMI_BACKEND_URL: "", PULUMI_ACCESS_TOKEN: "" }, "pulumi is not logged in: run pulumi login"],
  ["demo", { PATH: "/nowhere" }, "pulumi cannot be run in DIR: it is not installed, or not on the PATH"],
])("a failure of pulumi for stack %s with %j is one line", async (stack, env, message) => {
  const stderr = `fedjoin: ${message.replace("DIR", project.dir)}\n`;
  expect(await fedjoin(["plan", "--stack", stack], env)).toMatchObject({ code: 1, stdout: "", stderr });
});

test("a damaged secret is named", async () => {
  const file = join(project.dir, "Pulumi.demo.yaml");
  const text = await readFile(file, "utf8");
  const [, ciphertext = ""] = /fedjoin:defaults:[^]*?secure: (\S+)/.exec(text) ?? [];
  const cut = ciphertext.replace(/.{8}(==?)?$/, "AAAAAAAA$1");
  await writeFile(file, text.replace(/(fedjoin:defaults:[^]*?secure: )\S+/, `$1${cut}`));
  const { code, stderr } = await fedjoin(["status", "--stack", "demo"]);
  expect(code).toBe(1);
  expect(stderr).toContain("damaged or of another stack: fedjoin:defaults.controller.credentials.password; set it");
});
