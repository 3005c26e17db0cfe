import type { FederationResponse } from "@fedjoin/provider/internal/neuvector";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemberHistory } from "../../../../exporter/src/collectors/memberHistory";
import { collectorOf, linesOf, sessionThat } from "../../../support/scraping";

const path = "/v1/fed/member";

const entry = (name: string, status: string) => ({
  ...{ name, id: `${name}-id`, status, rest_version: "BB38FD65" },
  rest_info: { server: `${name}.example`, port: 10443 },
});

const standalone = { fed_role: "", joint_clusters: null };
const joint = (own: string, connection: string) => ({
  fed_role: "joint",
  master_cluster: entry("primary", connection),
  joint_clusters: [entry("edge-1", own)],
});
const joined = joint("joined", "connected");
const masterOf = (...members: ReturnType<typeof entry>[]) => ({
  fed_role: "master",
  master_cluster: entry("primary", "active"),
  joint_clusters: members,
});

const linesFor = (reply: object, roster?: readonly string[], statusSets = true): Promise<string[]> =>
  linesOf(collectorOf("federation"), sessionThat({ [path]: reply }), { names: "new", roster, limits: { statusSets } });

const named = (lines: readonly string[], name: string): string[] =>
  lines.filter((line) => line.startsWith(`${name}{`)).map((line) => line.slice(name.length));

/** The labels `status` that are 1. */
const statusesOf = (lines: readonly string[], name: string): string[] =>
  named(lines, name).flatMap((line) => (line.endsWith(" 1") ? (/status="(\w+)"/.exec(line)?.[1] ?? []) : []));

test.each<[string, object, string[]]>([
  ["standalone", standalone, []],
  ["joint", joined, []],
  ["master", masterOf(), ['{target="c"} 0']],
])("the role %s is 1 and the others 0, with the members %j", async (role, reply, members) => {
  const lines = await linesFor(reply);
  const roles = named(lines, "nv_fed_role");
  expect(roles).toHaveLength(3);
  expect(roles.filter((line) => line.endsWith(" 1"))).toEqual([`{role="${role}",target="c"} 1`]);
  expect(named(lines, "nv_fed_members")).toEqual(members);
});

describe("a master", () => {
  test("shows each member with its address and status", async () => {
    const lines = await linesFor(masterOf(entry("edge-1", "synced"), entry("edge-2", "disconnected")));
    expect(named(lines, "nv_fed_members")).toEqual(['{target="c"} 2']);
    expect(named(lines, "nv_fed_member_info")).toEqual([
      '{id="edge-1-id",name="edge-1",server="edge-1.example",port="10443",rest_version="BB38FD65",target="c"} 1',
      '{id="edge-2-id",name="edge-2",server="edge-2.example",port="10443",rest_version="BB38FD65",target="c"} 1',
    ]);
    expect(statusesOf(lines, "nv_fed_member_status")).toEqual(["synced", "disconnected"]);
    expect(named(lines, "nv_fed_master_info")).toHaveLength(1);
    expect(named(lines, "nv_fed_own_status")).toEqual([]);
    expect(named(lines, "nv_fed_master_connected")).toEqual([]);
  });

  test.each([
    ["", "other"],
    ["pinging", "other"],
    ["a new word", "other"],
    ["out_of_sync", "out_of_sync"],
    ["joint_version_too_new", "joint_version_too_new"],
  ])("the status '%s' is shown as %s, among the same words always", async (status, shown) => {
    const lines = await linesFor(masterOf(entry("edge-1", status)));
    expect(statusesOf(lines, "nv_fed_member_status")).toEqual([shown]);
    expect(named(lines, "nv_fed_member_status")).toHaveLength(18);
    const current = `{id="edge-1-id",name="edge-1",status="${shown}",target="c"} 1`;
    expect(named(lines, "nv_fed_member_current_status")).toEqual([current]);
  });
});

describe("what is known of a member", () => {
  test("is whether each condition holds, unless it is unknown", async () => {
    const lines = await linesFor(masterOf(entry("edge-1", "out_of_sync"), entry("edge-2", "disconnected")));
    const conditions = named(lines, "nv_fed_member_condition");
    expect(conditions.filter((line) => line.includes("edge-1"))).toEqual([
      '{member="edge-1",condition="Joined",target="c"} 1',
      '{member="edge-1",condition="Accepted",target="c"} 1',
      '{member="edge-1",condition="Reachable",target="c"} 1',
      '{member="edge-1",condition="Synced",target="c"} 0',
      '{member="edge-1",condition="VersionCompatible",target="c"} 1',
      '{member="edge-1",condition="Stale",target="c"} 0',
      '{member="edge-1",condition="Kicked",target="c"} 0',
    ]);
    expect(conditions.filter((line) => line.includes("edge-2"))).toEqual([
      '{member="edge-2",condition="Joined",target="c"} 1',
      '{member="edge-2",condition="Accepted",target="c"} 1',
      '{member="edge-2",condition="Reachable",target="c"} 0',
      '{member="edge-2",condition="Kicked",target="c"} 0',
    ]);
  });

  test("is when it was last synced, only once it was, and how often its status changed", async () => {
    const history = createMemberHistory();
    const scrape = (status: string, nowMs: number) =>
      linesOf(collectorOf("federation"), sessionThat({ [path]: masterOf(entry("edge-1", status)) }), {
        ...{ names: "new", observeFederation: (reply) => history.observe(reply, nowMs) },
      });
    const shown = [];
    for (const [index, status] of ["joined", "synced", "synced", "disconnected"].entries()) {
      const lines = await scrape(status, (index + 1) * 1500);
      shown.push(
        ["nv_fed_member_last_synced_timestamp_seconds", "nv_fed_member_status_changes_total"].map((name) =>
          named(lines, name).map((line) => line.replace('{member="edge-1",target="c"} ', "")),
        ),
      );
    }
    expect(shown).toEqual([
      [[], ["0"]],
      [["3"], ["1"]],
      [["4.5"], ["1"]],
      [["4.5"], ["2"]],
    ]);
  });

  test("is not shown at a member, which sees only itself", async () => {
    expect((await linesFor(joined)).filter((line) => /condition|last_synced|changes/.test(line))).toEqual([]);
  });
});

describe("a member", () => {
  test.each([
    ["connected", ['{target="c"} 1']],
    ["disconnected", ['{target="c"} 0']],
    ["", []],
  ])("with its master '%s'", async (connection, shown) => {
    const lines = await linesFor(joint("joined", connection));
    expect(named(lines, "nv_fed_master_connected")).toEqual(shown);
    expect(named(lines, "nv_fed_members")).toEqual([]);
    expect(named(lines, "nv_fed_member_status")).toEqual([]);
  });

  test("shows its own status and its master", async () => {
    const lines = await linesFor(joint("kicked", "disconnected"));
    expect(statusesOf(lines, "nv_fed_own_status")).toEqual(["kicked"]);
    expect(named(lines, "nv_fed_own_current_status")).toEqual(['{status="kicked",target="c"} 1']);
    expect(named(lines, "nv_fed_master_info")).toEqual([
      '{id="primary-id",name="primary",server="primary.example",port="10443",target="c"} 1',
    ]);
  });
});

test.each([
  ["member", masterOf(entry("edge-1", "synced"), entry("edge-2", "disconnected")), ["synced", "disconnected"]],
  ["own", joined, ["joined"]],
])("without status sets each %s status is one series", async (whose, reply, statuses) => {
  const lines = await linesFor(reply, undefined, false);
  expect(named(lines, `nv_fed_${whose}_status`)).toEqual([]);
  expect(named(lines, `nv_fed_${whose}_current_status`)).toHaveLength(statuses.length);
  expect(statusesOf(lines, `nv_fed_${whose}_current_status`)).toEqual(statuses);
});

describe("a roster", () => {
  const members = masterOf(entry("edge-1", "synced"), entry("store7-a1B2c3", "joined"), entry("intruder", "joined"));

  test("marks members that nobody declared, and entries that are missing", async () => {
    const lines = await linesFor(members, ["edge-1", "store7", "store8"]);
    expect(named(lines, "nv_fed_member_declared")).toEqual([
      '{id="edge-1-id",name="edge-1",target="c"} 1',
      '{id="store7-a1B2c3-id",name="store7-a1B2c3",target="c"} 1',
      '{id="intruder-id",name="intruder",target="c"} 0',
    ]);
    expect(named(lines, "nv_fed_member_present")).toEqual([
      '{name="edge-1",target="c"} 1',
      '{name="store7",target="c"} 1',
      '{name="store8",target="c"} 0',
    ]);
  });

  test("an empty one declares nobody; without one, and off a master, nothing is said", async () => {
    expect(named(await linesFor(members, []), "nv_fed_member_declared")).toHaveLength(3);
    for (const lines of [await linesFor(members), await linesFor(joined, ["edge-1"])]) {
      expect(named(lines, "nv_fed_member_declared")).toEqual([]);
      expect(named(lines, "nv_fed_member_present")).toEqual([]);
    }
  });

  test("says of every member whether an entry means it", async () => {
    const name = fc.constantFrom("a", "b", "a-b", "a-123456", "b-abcdef", "a-b-123456", "é");
    const names = fc.uniqueArray(name);
    await fc.assert(
      fc.asyncProperty(names, names, async (roster, present) => {
        const lines = await linesFor(masterOf(...present.map((each) => entry(each, "synced"))), roster);
        expect(named(lines, "nv_fed_member_declared")).toHaveLength(present.length);
        expect(named(lines, "nv_fed_member_present")).toHaveLength(roster.length);
        for (const each of present.filter((member) => roster.includes(member))) {
          expect(named(lines, "nv_fed_member_declared")).toContain(`{id="${each}-id",name="${each}",target="c"} 1`);
        }
      }),
      { numRuns: 50 },
    );
  });
});

test("the landing page is told what the controller said", async () => {
  const told: FederationResponse[] = [];
  const observeFederation = (reply: FederationResponse) => {
    told.push(reply);
    return [];
  };
  await linesOf(collectorOf("federation"), sessionThat({ [path]: joined }), { observeFederation });
  expect(told).toMatchObject([{ fed_role: "joint", joint_clusters: [{ name: "edge-1" }] }]);
});
