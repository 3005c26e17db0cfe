import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { exportedState, exporterResource, joinResource, openSecret } from "../../../support/exportedState";
import { fedJoinInputs } from "@fedjoin/testbed";
import { newLifecycle, at, requestsOf } from "../../../support/federation";
import { runFedjoin } from "../../../support/fedjoinProcess";

/** Typed, unlike the matcher itself. */
const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);

let dir: string;
let federation: SimulatedFederation;
let resources: object[];

// Sites: 0 and 1 are members, 2 was kicked untold, 3 is silent, 4 is a member nobody declares.
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "fedjoin-members-"));
  federation = await startFederation({ sites: 5, selfSigned: true });
  const { master, sites } = federation;
  const lifecycle = newLifecycle();
  const made = await Promise.all(
    sites.map((site, index) => lifecycle.create(fedJoinInputs(master, site, `store${index}`))),
  );
  await master.kick(at(made, 2).id, { tell: false });
  at(sites, 3).faults.add({
    match: { method: "GET", path: "/v1/fed/member" },
    what: "reset-before-effect",
    times: 100,
  });
  resources = made
    .slice(0, 4)
    .map(({ id, outs }, index) =>
      joinResource(index < 2 ? "eu" : "us", id, { ...outs, controller: openSecret(outs["controller"]) }),
    );
});

afterAll(async () => {
  await federation.close();
  await rm(dir, { recursive: true, force: true });
});

describe("fedjoin members", () => {
  test("a row for every member over all stacks, one login for each look at a controller, exit code 2 with --check", async () => {
    const logins = () => requestsOf(federation.master, "POST", "/v1/auth").length;
    const before = logins();
    const [eu, us] = [join(dir, "eu.json"), join(dir, "us.json")];
    await writeFile(eu, exportedState(...resources.slice(0, 2)));
    await writeFile(us, exportedState(...resources.slice(2)));
    const states = ["--state", eu, "--state", us];
    const { code, stdout, stderr } = await runFedjoin(["members", ...states]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    // Its list lacks store2, which calls itself its member: it is asked a second time.
    expect(logins() - before).toBe(2);
    const lines = stdout.trimEnd().split("\n");
    const cells = lines.map((line) => line.trim().split(/ {2,}/).slice(0, 8));
    const totals = [
      [""],
      ["stack", "members", "none", "missing", "changed", "declared_twice", "unknown"],
      ["eu", "2", "2", "0", "0", "0", "0"],
      ["us", "2", "1", "1", "0", "0", "0"],
      [""],
      ["4 members in 2 stacks: 3 in place, 1 not, 1 undeclared entry"],
    ];
    expect(cells).toMatchObject([
      ["stack", "store", "name", "state", "truth", "master says", "site says", "drift"],
      ["eu", "store0", like(/^store0-/), "joined", "joined", like(/./), "joint", "none"],
      ["eu", "store1", like(/^store1-/), "joined", "joined", like(/./), "joint", "none"],
      ["us", "store2", like(/^store2-/), "joined", "kicked", "not_listed", "joint", "missing"],
      ["us", "store3", like(/^store3-/), "joined", "joined", like(/./), "silent", "none"],
      ["-", "-", like(/^store4-/), "-", "-", like(/./), "-", "undeclared"],
      ...totals,
    ]);
    const differing = await runFedjoin(["members", ...states, "--drift"]);
    expect(differing.stdout.split("\n").map((line) => line.trim().split(/ {2,}/, 2))).toEqual([
      ...[
        ["stack", "store"],
        ["us", "store2"],
        ["-", "-"],
      ],
      ...totals.map((line) => line.slice(0, 2)),
      [""],
    ]);
    expect((await runFedjoin(["members", ...states, "--check"])).code).toBe(2);
  });

  test("--check is content with silence at a site", async () => {
    const settings = exportedState(...resources.slice(0, 2), at(resources, 3));
    const { stdout } = await runFedjoin(["members", "--state", "-", "--json"], { settings });
    expect(JSON.parse(stdout)).toMatchObject({
      command: "members",
      members: [{ drift: "none" }, { drift: "none" }, { siteSays: "silent", masterSays: like(/./) }],
      unread: [],
    });
  });

  test("--check is not content with a member of whom nobody can tell", async () => {
    const data = { PAAS_STORE_ID: "store9", JOINT_REST_SERVER: "127.0.0.1", JOINT_REST_PORT: "10443" };
    const settings = exportedState(exporterResource("eu", data));
    const { code, stdout } = await runFedjoin(["members", "--state", "-", "--check"], { settings });
    expect(stdout).toMatch(/ eu +store9 .* unknown +no master was read that could list it\n/);
    expect(code).toBe(2);
  });

  test("--all asks pulumi for the stacks and their states", async () => {
    const pulumi = join(dir, "pulumi");
    const answers = {
      "stack ls --json": JSON.stringify([{ name: "eu", current: true }]),
      "stack export --show-secrets --stack eu": exportedState(at(resources, 0)),
    };
    await writeFile(
      pulumi,
      `#!${process.execPath}\nconst answer = ${JSON.stringify(answers)}[process.argv.slice(2).join(" ")];\nif (answer === undefined) process.exit(3);\nprocess.stdout.write(answer);\n`,
    );
    await chmod(pulumi, 0o755);
    const env = { PATH: [dir, dirname(process.execPath)].join(delimiter) };
    const { code, stdout } = await runFedjoin(["members", "--all", "--cwd", dir, "--json"], { env });
    expect(JSON.parse(stdout)).toMatchObject({ members: [{ stack: "eu", storeId: "store0", drift: "none" }] });
    expect(code).toBe(0);
    const failed = await runFedjoin(["members", "--stack", "none", "--cwd", dir], { env });
    expect(failed).toMatchObject({ code: 1, stderr: like(/--stack none ended with exit code 3/) });
  });

  test("a state that cannot be read ends the command without repeating it", async () => {
    const wrong = await runFedjoin(["members", "--state", "-"], { settings: "hunter2" });
    expect(wrong).toMatchObject({ code: 1, stdout: "", stderr: like(/^(?!.*hunter2)/) });
    const absent = await runFedjoin(["members", "--state", join(dir, "absent.json")]);
    expect(absent).toMatchObject({ code: 1, stderr: like(/absent\.json \(ENOENT\)/) });
  });
});
