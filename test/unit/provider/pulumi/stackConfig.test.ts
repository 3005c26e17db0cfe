import { expect, test } from "vitest";
import type { RunPulumi } from "../../../../provider/src/pulumi/pulumiCli";
import { readStackConfig } from "../../../../provider/src/pulumi/stackConfig";
import { readFrom } from "../../../support/memoryFiles";

const stackFile = `
encryptionsalt: v1:x
config:
  fedjoin:master: { credentials: { password: { secure: v1:good } } }
  fedjoin:members:
    - controller: { credentials: { password: { secure: v1:bad } } }
      labels: { "a.b": { secure: v1:bad } }
  other:plain: text
`;
const files = readFrom({ "/p/Pulumi.yaml": "stackConfigDir: conf", "/p/conf/Pulumi.dev.yaml": stackFile });
const readFile = (path: string) => Promise.resolve(path).then(files);

const failing =
  (stderr: string): RunPulumi =>
  () =>
    Promise.resolve({ exitCode: 1, stdout: "", stderr });
const read = (runPulumi: RunPulumi, cwd = "/p") => readStackConfig("dev", cwd, { runPulumi, readFile });

test("the configuration is what pulumi prints, whose warnings nobody sees", async () => {
  const runs: unknown[] = [];
  const runPulumi: RunPulumi = (...run) => {
    runs.push(run);
    return Promise.resolve({ exitCode: 0, stdout: "{}", stderr: "warning: a new version" });
  };
  expect(await read(runPulumi)).toBe("{}");
  const args = ["config", "--json", "--show-secrets", "--non-interactive", "--stack", "dev"];
  expect(runs).toEqual([[args, "/p", { quiet: true }]]);
});

test.each([
  ["error: no Pulumi.yaml project file found (…)", "there is no Pulumi.yaml in /p: name its folder with --cwd"],
  [
    "error: if you're using the --stack flag, pass the fully qualified name (organization/project/stack)",
    "there is no Pulumi.yaml in /p: name its folder with --cwd",
  ],
  ["error: no stack named 'dev' found", "the project in /p has no stack dev: pulumi stack ls lists them"],
  ["error: PULUMI_ACCESS_TOKEN must be set for login …", "pulumi is not logged in: run pulumi login"],
  [
    "error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or …",
    "stack dev needs its passphrase: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
  ],
  [
    "error: incorrect passphrase",
    "the passphrase is not that of stack dev: correct PULUMI_CONFIG_PASSPHRASE or its _FILE",
  ],
  [
    "warning: old\nerror: performing HTTP request: refused\x1b[0m\nerror: second",
    "pulumi config --stack dev failed: performing HTTP request: refused [0m",
  ],
  ["", "pulumi config --stack dev failed: no reason given"],
])("a failure is one line with what to do: %s", async (stderr, message) => {
  await expect(read(failing(stderr))).rejects.toThrow(new Error(message));
});

const cannotDecrypt = "error: could not decrypt configuration values: cipher: message authentication failed";

test("secrets that cannot be decrypted are named, which pulumi does not", async () => {
  const runPulumi: RunPulumi = (args) => {
    const isGood = args[0] === "config" && args[1] === "get" && args.at(-1) === "fedjoin:master.credentials.password";
    return Promise.resolve({ exitCode: isGood ? 0 : 1, stdout: isGood ? "canary" : "", stderr: cannotDecrypt });
  };
  const [one, two] = ["fedjoin:members[0].controller.credentials.password", 'fedjoin:members[0].labels["a.b"]'];
  await expect(read(runPulumi)).rejects.toThrow(
    `the configuration of stack dev has secrets that cannot be decrypted, damaged or of another stack: ${one}, ${two}; ` +
      `set them again: pulumi config set --stack dev --secret --path '${one}'`,
  );
});

test("without the stack's file, pulumi's own message stands", async () => {
  await expect(read(failing(cannotDecrypt), "/elsewhere")).rejects.toThrow(
    "pulumi config --stack dev failed: could not decrypt configuration values: cipher: message authentication failed",
  );
});
