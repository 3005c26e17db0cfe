import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { membershipConfig } from "../estate/memberships";
import { createProject, type Project } from "../estate/project";
import { isFedJoin, storedResources } from "../estate/stateFile";
import { startFederation, type SimulatedFederation } from "../simulator/startFederation";
import { prepareTools, prepareToolsTimeoutMs, type Tools } from "../toolchain/prepareTools";

const quiet = ["--yes", "--skip-preview", "--color", "never", "--non-interactive"];
const timings = { cleanupMs: 50, probePauseMs: 10 };
const [moving, staying] = ["u2204a", "u2205b"];
const urn = `urn:pulumi:north::fedjoin::pulumi-nodejs:dynamic/neuvector:FedJoin::${moving}`;

let tools: Tools;
let dir: string;
let north: Project;
let south: Project;
let federation: SimulatedFederation;
let before: { readonly members: readonly object[]; readonly sent: readonly string[] };

beforeAll(async () => {
  tools = await prepareTools({ say: () => undefined });
}, prepareToolsTimeoutMs);

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

type Stack = "north" | "south";

const pulumiOf = (stack: Stack) => ({ north, south })[stack].pulumi;
const up = (stack: Stack) => pulumiOf(stack).run(["up", "--stack", stack, ...quiet]);
const memberships = () => federation.master.members().map(({ name, id }) => ({ name, id }));

/** What changes a membership, of all that every controller was asked for. */
const effects = (): string[] =>
  [federation.master, ...federation.sites]
    .flatMap(({ requests }) => requests)
    .filter(({ method, path }) => method !== "GET" && path.startsWith("/v1/fed/") && !/_internal$/.test(path))
    .map(({ method, path }) => `${method} ${path}`);

const ownedBy = async (stack: Stack) => {
  const resources = await storedResources(join(dir, "state"), "fedjoin", stack);
  return resources.filter(isFedJoin).map(({ outputs }) => outputs?.["storeId"]);
};

async function configureMoved(): Promise<void> {
  await north.configure(membershipConfig(federation, { members: { [moving]: undefined } }));
  await south.configure(membershipConfig(federation, { members: { [staying]: undefined } }));
}

async function expectMoved(): Promise<void> {
  for (const stack of ["north", "south"] as const) {
    await pulumiOf(stack).run(["refresh", "--stack", stack, ...quiet, "--expect-no-changes"]);
    await pulumiOf(stack).run(["preview", "--stack", stack, "--color", "never", "--expect-no-changes"]);
  }
  expect(await ownedBy("north")).toEqual([staying]);
  expect(await ownedBy("south")).toEqual([moving]);
  expect(memberships()).toEqual(before.members);
  expect(effects()).toEqual(before.sent);
}

describe("a site moves to another stack and stays a member", () => {
  test("forgotten by pulumi state delete, adopted by the next up of the other stack", async () => {
    await north.pulumi.run(["state", "delete", "--stack", "north", "--yes", urn]);
    await configureMoved();
    await up("north");
    await up("south");
    await expectMoved();
  });

  test("forgotten by retainOnDelete, without a command of the state", async () => {
    await north.configure(membershipConfig(federation, { members: { [moving]: { retainOnDelete: true } } }));
    await up("north");
    await configureMoved();
    await up("north");
    await up("south");
    await expectMoved();
  });
});
