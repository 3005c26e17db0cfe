import { once } from "node:events";
import { chmod, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { describe, expect } from "vitest";
import { fedJoinInputs, waitFor } from "@fedjoin/testbed";
import { exportedState, joinResource } from "../../../support/exportedState";
import { at, newLifecycle, requestsOf } from "../../../support/federation";
import { runFedjoin } from "../../../support/fedjoinProcess";
import { test as base } from "../../../support/fixtures";
import { listen } from "../../../support/webServer";

// The command as a process, over HTTPS; test/unit has what it reports in memory.
const test = base
  .extend("master", ({ federation }) => federation.master)
  .extend("site", ({ federation }) => at(federation.sites, 0))
  .extend("inputs", ({ master, site }) => fedJoinInputs(master, site, "store1"));

/** Typed, unlike the matcher itself. */
const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);

test("a file with a secret of the environment is read, and all log out", async ({ folder, inputs, master, site }) => {
  const { master: common, ...member } = inputs;
  const file = join(folder, "joins.yaml");
  const credentials = { username: "admin", passwordFrom: { env: "MASTER_PASSWORD" } };
  await writeFile(file, JSON.stringify({ master: { ...common, credentials }, members: [member] }));
  const { code, stdout, stderr } = await runFedjoin(["plan", "--file", file], {
    env: { MASTER_PASSWORD: master.admin.password },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/store1 {2}will join/);
  for (const controller of [master, site]) expect(requestsOf(controller, "DELETE", "/v1/auth")).toHaveLength(1);
});

test("Ctrl-C stops a command that waits for a silent server, and logs out elsewhere", async ({ inputs, master }) => {
  const silent = createServer();
  const port = await listen(silent);
  try {
    const settings = { members: [{ ...inputs, controller: { ...inputs.controller, port } }] };
    const interruptWhen = once(silent, "connection");
    const stopped = await runFedjoin(["plan", "--file", "-"], { settings, interruptWhen });
    expect(stopped).toMatchObject({ code: 1, stdout: "" });
    expect(requestsOf(master, "DELETE", "/v1/auth")).toHaveLength(1);
  } finally {
    silent.close();
  }
});

test("wait ends when its condition holds, and at Ctrl-C with a logout a side", async ({ inputs, master, site }) => {
  const args = ["wait", "--file", "-", "--for=condition=Joined", "--interval", "1h"];
  const settings = { members: [inputs] };
  const logouts = () => [master, site].map((each) => requestsOf(each, "DELETE", "/v1/auth").length);
  const interruptWhen = waitFor("a read of the site", async () =>
    Promise.resolve(requestsOf(site, "GET", "/v1/fed/member").length > 0 ? true : undefined),
  );
  const stopped = await runFedjoin(args, { settings, interruptWhen });
  expect(stopped).toMatchObject({ code: 1, stdout: "" });
  expect(logouts()).toEqual([1, 1]);
  await newLifecycle().create(inputs);
  const [before] = logouts();
  const { code, stdout, stderr } = await runFedjoin(args, { settings });
  expect({ code, stdout }).toEqual({ code: 0, stdout: like(/1 of 1 members: Joined=True\n$/) });
  expect(stderr).toBe("store1: Joined=True (Member): The cluster is a member as declared.\n");
  expect(logouts()[0]).toBe((before ?? 0) + 1);
});

test.for<[string[], object]>([
  [["status", "--file", "/no/such/file"], { code: 1, stderr: like(/cannot be read: \/no\/such\/file \(ENOENT\)\n$/) }],
  [["members", "--state", "/no/such/file"], { code: 1, stderr: like(/\/no\/such\/file \(ENOENT\)/) }],
  [["plan", "--password", "x"], { code: 1, stdout: "" }],
  [["--help"], { code: 0, stdout: like(/^Usage: fedjoin/) }],
  [["--version"], { code: 0, stdout: like(/^fedjoin \d+\.\d+\.\d+\n$/) }],
])("%j", async ([args, result]) => {
  expect(await runFedjoin(args)).toMatchObject(result);
});

test("members --all asks pulumi for the stacks and their states", async ({ folder, inputs }) => {
  const { id, outs } = await newLifecycle().create(inputs);
  const answers = {
    "stack ls --json --non-interactive": JSON.stringify([{ name: "eu", current: true }]),
    "stack export --show-secrets --stack eu --non-interactive": exportedState(joinResource("eu", id, outs)),
  };
  const pulumi = join(folder, "pulumi");
  const answer = `const answer = ${JSON.stringify(answers)}[process.argv.slice(2).join(" ")];`;
  const script = [`#!${process.execPath}`, answer, "if (!answer) process.exit(3);", "process.stdout.write(answer);"];
  await writeFile(pulumi, script.join("\n"));
  await chmod(pulumi, 0o755);
  const env = { PATH: [folder, dirname(process.execPath)].join(delimiter) };
  const { code, stdout } = await runFedjoin(["members", "--all", "--cwd", folder, "--json"], { env });
  expect(JSON.parse(stdout)).toMatchObject({ members: [{ stack: "eu", storeId: "store1", drift: "none" }] });
  expect(code).toBe(0);
  const failed = await runFedjoin(["members", "--stack", "none", "--cwd", folder], { env });
  expect(failed).toMatchObject({
    code: 1,
    stderr: "fedjoin: pulumi stack export --show-secrets --stack none failed: no reason given\n",
  });
});

describe("doctor over HTTPS", () => {
  const examine = async (member: object) => {
    const { code, stdout } = await runFedjoin(["doctor", "--file", "-"], { settings: { members: [member] } });
    return { code, stdout };
  };

  test("a healthy pair is told without a problem", async ({ inputs }) => {
    expect(await examine(inputs)).toEqual({ code: 0, stdout: like(/clock/) });
  });

  test("an untrusted certificate is shown with its pin, and no login is sent", async ({ inputs, site }) => {
    const { code, stdout } = await examine({ ...inputs, controller: { ...inputs.controller, tls: {} } });
    expect(stdout.split(site.fingerprint256)).toHaveLength(2);
    expect(stdout).toContain(`members[0].controller.tls.fingerprint: "${site.fingerprint256}"`);
    expect(stdout.match(/tls\.fingerprint/g)).toHaveLength(1);
    expect([requestsOf(site, "POST", "/v1/auth"), code]).toEqual([[], 2]);
  });

  test("verification that is off is a warning", async ({ inputs }) => {
    const { code, stdout } = await examine({ ...inputs, controller: { ...inputs.controller, tls: { verify: false } } });
    expect([code, stdout]).toEqual([0, like(/warning .*verify: false/s)]);
  });

  test("a site that is down is a problem of its address", async ({ inputs, site }) => {
    await site.goOffline();
    expect(await examine(inputs)).toEqual({ code: 2, stdout: like(/problem .*ECONNREFUSED/) });
  });
});
