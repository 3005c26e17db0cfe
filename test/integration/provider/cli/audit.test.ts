import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { newLifecycle, at } from "../../../support/federation";
import { runFedjoin } from "../../../support/fedjoinProcess";

let federation: SimulatedFederation;
let members: ReturnType<typeof fedJoinInputs>[];

beforeAll(async () => {
  federation = await startFederation({ sites: 3, selfSigned: true });
  const { master, sites } = federation;
  members = sites.map((site, index) => fedJoinInputs(master, site, `store${index}`));
  const lifecycle = newLifecycle();
  const made = [];
  for (const each of members) made.push(await lifecycle.create(each));
  await lifecycle.delete(at(made, 0).id, at(made, 0).outs);
  await master.kick(at(made, 1).id, { tell: false });
});

afterAll(() => federation.close());

const audit = (args: readonly string[], list: readonly object[] = members) =>
  runFedjoin(["audit", "--file", "-", ...args], { settings: { members: list } });

describe("fedjoin audit", () => {
  test("who joined, left and removed members, newest first", async () => {
    const { code, stdout, stderr } = await audit([]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => line.trim().split(/ {2,}/).slice(2, 4))).toEqual([
      ["Kick", "admin"],
      ["Leave", "admin"],
      ["Join", "admin"],
      ["Join", "admin"],
      ["Join", "admin"],
      [],
    ]);
    expect(lines[0]).toMatch(/^ {2}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}127\.0\.0\.1:\d+ /);
    expect(lines[1]).toMatch(/ {2}127\.0\.0\.1 {2}store0-\w{6} {2}127\.0\.0\.1$/);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("--since leaves out what is older, --json is for programs", async () => {
    const { code, stdout } = await audit(["--json", "--since", "2999-01-01"]);
    expect({ code, answer: JSON.parse(stdout) as unknown }).toEqual({
      code: 0,
      answer: { command: "audit", events: [], unread: [] },
    });
    const recent = JSON.parse((await audit(["--json", "--since", "1h"])).stdout) as { events: object[] };
    expect(recent.events).toHaveLength(5);
    expect(recent.events[0]).toMatchObject({ event: "Kick", memberServer: "127.0.0.1" });
  });

  test("a master whose log cannot be read is told", async () => {
    const [first] = members;
    const dead = { ...first, master: { ...first?.master, rest: { server: "127.0.0.1", port: 1 } } };
    const { code, stdout } = await audit([], [dead]);
    expect(stdout).toMatch(/^The log of the master 127\.0\.0\.1:1 was not read: .*\n0 events$/m);
    expect(code).toBe(2);
  });
});
