import { beforeAll, describe, expect, test } from "vitest";
import { membershipConfig, type Project } from "@fedjoin/testbed";
import { expectNoChanges, federationOfFile, projectOfFile, storedFedJoins, up } from "../support/deployments";
import { requestsOf } from "../support/federation";

const [moving, staying] = ["u2204a", "u2205b"];
const urnOf = (storeId: string) => `urn:pulumi:demo::fedjoin::pulumi-nodejs:dynamic/neuvector:FedJoin::${storeId}`;

/** Its stack is `demo`. */
const north = projectOfFile();
const federation = federationOfFile({ sites: 2 });
let memberships: readonly string[];

const current = () => federation.master.members().map(({ name, id }) => `${name} ${id}`);

/** Deploys a stack with these sites alone. */
async function deploy(project: Project, ...storeIds: readonly string[]): Promise<void> {
  const members = Object.fromEntries([moving, staying].map((id) => [id, storeIds.includes(id) ? {} : undefined]));
  await project.configure(membershipConfig(federation, { members }));
  await up(project);
}

const moveTo = (stack: string, storeId: string) =>
  north.pulumi.tryRun(["state", "move", "--source", "demo", "--dest", stack, "--yes", urnOf(storeId)]);

/** Each stack owns these sites, and nobody joined or left. */
async function expectOwners(owners: Readonly<Record<string, readonly string[]>>): Promise<void> {
  for (const [stack, storeIds] of Object.entries(owners)) {
    const stored = await storedFedJoins(north.backendDir, "fedjoin", stack);
    expect(stored.map(({ outputs }) => outputs?.["storeId"]).toSorted()).toEqual(storeIds);
  }
  expect(current()).toEqual(memberships);
  for (const site of federation.sites) {
    const sent = ["join", "leave"].map((what) => requestsOf(site, "POST", `/v1/fed/${what}`).length);
    expect(sent).toEqual([1, 0]);
  }
}

beforeAll(async () => {
  await deploy(north, moving, staying);
  memberships = current();
  expect(memberships).toHaveLength(2);
});

// One story: each test goes on where the one before ended.
describe("a site moves to another stack and stays a member", () => {
  test("not by pulumi state move if the stacks have two passphrases", async () => {
    await north.addStack("south", "south's");
    const { code, stderr } = await moveTo("south", moving);
    expect(code).not.toBe(0);
    expect(stderr).toContain("incorrect passphrase");
    expect(stderr).toContain("None of the resources have been moved");
    await expectOwners({ demo: [moving, staying] });
  });

  test("forgotten by pulumi state delete, adopted by the next up of the other stack", async () => {
    await north.pulumi.run(["state", "delete", "--stack", "demo", "--yes", urnOf(moving)]);
    const east = await north.addStack("east", "test");
    await deploy(north, staying);
    await deploy(east, moving);
    await expectNoChanges(east);
    await expectOwners({ demo: [staying], east: [moving] });
  });

  test("not by pulumi state move into a stack that made FedJoins of its own", async () => {
    const { code, stderr } = await moveTo("east", staying);
    expect(code).not.toBe(0);
    expect(stderr).toContain("already exists in destination stack");
    await expectOwners({ demo: [staying], east: [moving] });
  });

  test("handed over by pulumi state move into a new stack with the same passphrase", async () => {
    const west = await north.addStack("west", "test");
    const { code, stdout } = await moveTo("west", staying);
    expect(code).toBe(0);
    expect(stdout).toContain("Successfully moved resources");
    await deploy(north);
    await deploy(west, staying);
    await expectNoChanges(west);
    await expectOwners({ demo: [], east: [moving], west: [staying] });
  });
});
