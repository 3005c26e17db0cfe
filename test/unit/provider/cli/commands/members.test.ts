import { describe, expect } from "vitest";
import { exportedState, exporterResource, joinResource, openSecret } from "../../../../support/exportedState";
import { requestsOf } from "../../../../support/federation";
import { test, type CommandScenario } from "../../../../support/commandScenario";

/** The member in the stack eu, and the kicked one in us, of which the state does not know that. */
const resourcesOf = ({ joined, kicked }: CommandScenario): object[] => [
  joinResource("eu", joined.id, { ...joined.outs, controller: openSecret(joined.outs["controller"]) }),
  joinResource("us", kicked.id, kicked.outs),
];

const table = (output: string): string[][] =>
  output
    .trimEnd()
    .split("\n")
    .map((line) => line.trim().split(/ {2,}/).slice(0, 8));

describe("fedjoin members", () => {
  test("a state nested too deeply is refused in one line", async ({ scenario }) => {
    const deep: unknown = JSON.parse(`${"[".repeat(200)}${"]".repeat(200)}`);
    const { exitCode, errors } = await scenario.fedjoin(
      "members --state -",
      exportedState(joinResource("eu", scenario.joined.id, { ...scenario.joined.outs, retry: deep })),
    );
    expect({ exitCode, errors }).toEqual({ exitCode: 1, errors: "fedjoin: a value has more than 100 levels\n" });
  });

  const some = expect.stringMatching(/./) as unknown;

  test("a row for every member over all stacks, and a line for each stack", async ({ scenario }) => {
    const { fedjoin, master, joined } = scenario;
    const state = exportedState(...resourcesOf(scenario));
    const before = requestsOf(master, "POST", "/v1/auth").length;
    const { exitCode, output, errors } = await fedjoin("members --state -", state);
    const totals = [
      [""],
      ["stack", "members", "none", "missing", "changed", "declared_twice", "unknown"],
      ["eu", "1", "1", "0", "0", "0", "0"],
      ["us", "1", "0", "1", "0", "0", "0"],
      [""],
      ["2 members in 2 stacks: 1 in place, 1 not, 2 undeclared entries"],
    ];
    const undeclared = ["-", "-", some, "-", "-", some, "-", "undeclared"];
    expect(table(output)).toEqual([
      ["stack", "store", "name", "state", "truth", "master says", "site says", "drift"],
      ["eu", "store0", joined.id, "joined", "joined", some, "joint", "none"],
      ["us", "store3", some, "joined", "kicked", "not_listed", "joint", "missing"],
      ...[undeclared, undeclared, ...totals],
    ]);
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: "" });
    // Its list lacks store3, which calls itself its member: it is asked a second time.
    expect(requestsOf(master, "POST", "/v1/auth")).toHaveLength(before + 2);
    const drifted = await fedjoin("members --state - --drift --check", state);
    expect(drifted.exitCode).toBe(2);
    const stacks = table(drifted.output).map(([stack]) => stack);
    expect(stacks).toEqual(["stack", "us", "-", "-", ...totals.map(([at]) => at)]);
  });

  test("--check is content with silence at a site, which is one row", async ({ scenario }) => {
    const { fedjoin, site, keepJoinedAlone } = scenario;
    await keepJoinedAlone();
    await site.goOffline();
    const state = exportedState(...resourcesOf(scenario).slice(0, 1));
    const { exitCode, output } = await fedjoin("members --state - --json --check", state);
    const members = [{ siteSays: "silent", masterSays: some, drift: "none" }];
    expect(JSON.parse(output)).toMatchObject({ command: "members", members, unread: [] });
    expect(exitCode).toBe(0);
  });

  test("--check fails if the membership of a member is unknown", async ({ scenario: { fedjoin } }) => {
    const data = { PAAS_STORE_ID: "store9", JOINT_REST_SERVER: "127.0.0.1", JOINT_REST_PORT: "10443" };
    const state = exportedState(exporterResource("eu", data));
    const { exitCode, output } = await fedjoin("members --state - --check", state);
    expect(output).toMatch(/ eu +store9 .* unknown +no master was read that could list it\n/);
    expect(exitCode).toBe(2);
  });

  test("a state that cannot be read ends the command without repeating it", async ({ scenario: { fedjoin } }) => {
    const { exitCode, output, errors } = await fedjoin("members --state -", "hunter2");
    expect({ exitCode, output }).toEqual({ exitCode: 1, output: "" });
    expect(errors).toMatch(/^fedjoin: /);
    expect(errors).not.toContain("hunter2");
  });
});

describe("fedjoin audit", () => {
  test("who joined, left and removed members, newest first", async ({ scenario: { fedjoin, joined, joins } }) => {
    await joins.delete(joined.id, joined.outs);
    const { exitCode, output, errors } = await fedjoin("audit");
    const events = ["Leave", "Kick", "Join", "Join", "Join", "Join"];
    expect(table(output).map((cells) => cells.slice(2, 4))).toEqual([...events.map((event) => [event, "admin"]), []]);
    expect(output).toMatch(/^ {2}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}c1\.test:10443 .* store0-\w{6} {2}c2\.test$/m);
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: "" });
  });

  test("--since leaves out what is older, --json is for programs", async ({ scenario: { fedjoin } }) => {
    const none = await fedjoin("audit --json --since 2999-01-01");
    expect(JSON.parse(none.output)).toEqual({ command: "audit", events: [], unread: [] });
    const recent = JSON.parse((await fedjoin("audit --json --since 1h")).output) as { events: object[] };
    expect(recent.events).toHaveLength(5);
    expect(recent.events[0]).toMatchObject({ event: "Kick", memberServer: "c5.test" });
  });

  test("a master whose log cannot be read is told", async ({ scenario: { fedjoin, master } }) => {
    await master.goOffline();
    const { exitCode, output } = await fedjoin("audit");
    expect(output).toMatch(/^The log of the master c1\.test:10443 was not read: .*\n0 events$/m);
    expect(exitCode).toBe(2);
  });
});
