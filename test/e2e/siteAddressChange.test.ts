import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import {
  createProject,
  isFedJoin,
  membershipConfig,
  type Project,
  quietFlags,
  storedResources,
  type Tools,
} from "@fedjoin/testbed";
import { type SimulatedFederation, startFederation } from "@fedjoin/simulator";

const timings = { cleanupMs: 50, probePauseMs: 10 };
const [moving, staying] = ["u2204a", "u2205b"];
const urnOf = (storeId: string) => `urn:pulumi:north::fedjoin::pulumi-nodejs:dynamic/neuvector:FedJoin::${storeId}`;
const urn = urnOf(moving);

let tools: Tools;
let dir: string;
let north: Project;
let south: Project;
let federation: SimulatedFederation;
let before: { readonly members: readonly object[]; readonly sent: readonly string[] };

beforeAll(() => {
  tools = inject("tools");
});

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "fedjoin-moved-"));
  federation = await startFederation({ sites: 2, selfSigned: true, timings, password: "Aa1-for-all" });
  const project = await createProject(tools, dir, "demo's");
  north = await project.addStack("north", "north's");
  south = await project.addStack("south", "south's");
  await north.configure(membershipConfig(federation));
  await up("north");
  before = { members: memberships(), sent: effects() };
  expect(before.members).toHaveLength(2);
});

afterEach(async () => {
  await federation.close();
  await rm(dir, { recursive: true, force: true });
});

interface Stack {
  readonly name: string;
  readonly project: Project;
}

const up = (name: "north" | "south") => ({ north, south })[name].pulumi.run(["up", "--stack", name, ...quietFlags]);
const moveTo = (dest: string, storeId: string) =>
  north.pulumi.tryRun(["state", "move", "--source", "north", "--dest", dest, "--yes", urnOf(storeId)]);
const memberships = () => federation.master.members().map(({ name, id }) => ({ name, id }));

/** What changes a membership, of all that every controller was asked for. */
const effects = (): string[] =>
  [federation.master, ...federation.sites]
    .flatMap(({ requests }) => requests)
    .filter(({ method, path }) => method !== "GET" && path.startsWith("/v1/fed/") && !path.endsWith("_internal"))
    .map(({ method, path }) => `${method} ${path}`);

const ownedBy = async (stack: string) => {
  const resources = await storedResources(join(dir, "state"), "fedjoin", stack);
  return resources.filter(isFedJoin).map(({ outputs }) => outputs?.["storeId"]);
};

async function configureMoved(): Promise<void> {
  await north.configure(membershipConfig(federation, { members: { [moving]: undefined } }));
  await south.configure(membershipConfig(federation, { members: { [staying]: undefined } }));
}

async function expectMoved(from: Stack, to: Stack): Promise<void> {
  for (const { name, project } of [from, to]) {
    await project.pulumi.run(["refresh", "--stack", name, ...quietFlags, "--expect-no-changes"]);
    await project.pulumi.run(["preview", "--stack", name, "--color", "never", "--expect-no-changes"]);
  }
  expect(await ownedBy(from.name)).toEqual([staying]);
  expect(await ownedBy(to.name)).toEqual([moving]);
  expect(memberships()).toEqual(before.members);
  expect(effects()).toEqual(before.sent);
}

describe("a site moves to another stack and stays a member", () => {
  test("forgotten by pulumi state delete, adopted by the next up of the other stack", async () => {
    await north.pulumi.run(["state", "delete", "--stack", "north", "--yes", urn]);
    await configureMoved();
    await up("north");
    await up("south");
    await expectMoved({ name: "north", project: north }, { name: "south", project: south });
  });

  test("forgotten by retainOnDelete, without a command of the state", async () => {
    await north.configure(membershipConfig(federation, { members: { [moving]: { retainOnDelete: true } } }));
    await up("north");
    await configureMoved();
    await up("north");
    await up("south");
    await expectMoved({ name: "north", project: north }, { name: "south", project: south });
  });

  test("handed over by pulumi state move, if both stacks have one passphrase; else nothing is moved", async () => {
    const { code, stderr } = await moveTo("south", moving);
    expect(code).not.toBe(0);
    expect(stderr).toContain("incorrect passphrase");
    expect(stderr).toContain("None of the resources have been moved");
    expect((await ownedBy("north")).toSorted()).toEqual([moving, staying]);

    const east = await north.addStack("east", "north's");
    expect(await moveTo("east", moving)).toMatchObject({ code: 0 });
    await north.configure(membershipConfig(federation, { members: { [moving]: undefined } }));
    await east.configure(membershipConfig(federation, { members: { [staying]: undefined } }));
    await up("north");
    await east.pulumi.run(["up", "--stack", "east", ...quietFlags]);
    await expectMoved({ name: "north", project: north }, { name: "east", project: east });
  });

  test("pulumi state move refuses a stack that made FedJoins of its own, and moves nothing", async () => {
    await north.pulumi.run(["state", "delete", "--stack", "north", "--yes", urn]);
    const west = await north.addStack("west", "north's");
    await west.configure(membershipConfig(federation, { members: { [staying]: undefined } }));
    await west.pulumi.run(["up", "--stack", "west", ...quietFlags]);
    const { code, stderr } = await moveTo("west", staying);
    expect(code).not.toBe(0);
    expect(stderr).toContain("already exists in destination stack");
    expect([await ownedBy("north"), await ownedBy("west")]).toEqual([[staying], [moving]]);
  });
});
