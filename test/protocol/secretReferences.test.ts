import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type SimulatedController, type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { startDynamicProvider, type DynamicProvider } from "../support/dynamicProvider";
import { fedJoinInputs, repositoryRoot } from "@fedjoin/testbed";
import { memberNames, at } from "../support/federation";

const providerText = 'exports.handler = () => require("@fedjoin/provider").lifecycle;';

let federation: SimulatedFederation;
let master: SimulatedController;
let site: SimulatedController;
let provider: DynamicProvider;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "fedjoin-secrets-"));
  federation = await startFederation({ sites: 1, selfSigned: true, timings: { cleanupMs: 20, probePauseMs: 5 } });
  master = federation.master;
  site = at(federation.sites, 0);
  provider = await startDynamicProvider(join(repositoryRoot, "stacks"));
});

afterEach(async () => {
  await provider.stop();
  await federation.close();
  rmSync(folder, { recursive: true });
});

/** The master's account by the given reference; its certificate is not verified. */
function inputsWith(passwordFrom: object) {
  const inputs = fedJoinInputs(master, site, "u2204a");
  const credentials = { username: master.admin.username, passwordFrom };
  const atMaster = { ...inputs.master, credentials, tls: { verify: false } };
  return { ...inputs, master: atMaster, __provider: providerText };
}

test("a password from a file joins and leaves without ever being in the state or on the output", async () => {
  const file = join(folder, "master");
  writeFileSync(file, `${master.admin.password}\n`);
  const inputs = inputsWith({ file });
  expect(await provider.check(inputs)).toEqual([]);
  const { id, outs } = await provider.create(inputs);
  expect(memberNames(master)).toEqual([id]);
  expect(outs).toMatchObject({ status: "joined", master: { credentials: { passwordFrom: { file } } } });
  await provider.delete(id, outs);
  expect(memberNames(master)).toEqual([]);

  expect(JSON.stringify(outs)).not.toContain(master.admin.password);
  expect(provider.output()).not.toContain(master.admin.password);
});

test("R15: certificates that are not verified are said once in a process", async () => {
  const file = join(folder, "master");
  writeFileSync(file, master.admin.password);
  const { id, outs } = await provider.create(inputsWith({ file }));
  await provider.read(id, outs);
  const warning = `127.0.0.1:${master.rest.port}: its certificate is not verified`;
  expect(provider.output().split(warning)).toHaveLength(2);
});

test("no command runs where nobody allowed it", async () => {
  const made = join(folder, "made");
  await expect(provider.create(inputsWith({ command: ["touch", made] }))).rejects.toThrow(/FEDJOIN_ALLOW_COMMANDS/);
  await expect(provider.create(inputsWith({ file: made }))).rejects.toThrow(/ENOENT/);
});
