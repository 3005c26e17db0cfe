import { fedJoinInputs } from "@fedjoin/testbed";
import { slowTimings } from "@fedjoin/simulator";
import { describe, expect } from "vitest";
import { memberNames, requestsOf } from "../../../support/federation";
import { createJoinHarness, firstName, minute, watch, type JoinHarness, test } from "../../../support/joinHarness";
import { startProcess } from "../../../support/virtualProcess";

const conflict = (found: string, declared: string): RegExp =>
  new RegExp(`^Two owners of one site: the site is a member as ${found} at .*, but should be ${declared} at`);

describe("another owner of the site", () => {
  test("ends the watch, with a reason", async ({ world }) => {
    world.after(31 * minute, () => world.enter("u2204a-Xy9K2m"));
    const { facts, lines, levels, ended } = await world.run(watch);
    expect([ended, facts]).toMatchObject([true, { state: "conflict", lastErrorKind: "membership_differs" }]);
    const line = lines.at(-1) ?? "";
    expect(line).toMatch(conflict("u2204a-Xy9K2m", firstName));
    expect([levels.get(line), world.joins()]).toEqual(["error", 1]);
  });

  test.for([{}, watch])("whose name is not the declared one is a conflict at start (%j)", async (mode, { world }) => {
    await world.network.clock.advanceUntil(world.enter("warehouse"));
    const { facts, lines, ended } = await world.run({ ...mode, JOIN_CLUSTER_NAME: "u2204a-fixed" });
    expect([ended, facts.state, world.joins()]).toEqual([true, "conflict", 0]);
    const told = lines.filter((line) => line.startsWith("Two owners"));
    expect(told).toEqual([expect.stringMatching(conflict("warehouse", "u2204a-fixed"))]);
  });

  test("that joined it to another federation is left alone", async ({ world }) => {
    const other = world.network.addController({}, "other.example");
    await other.promote({ name: "hq" });
    world.after(31 * minute, () => world.enter(firstName, other));
    const { facts, lines } = await world.run(watch);
    expect(facts.state).toBe("elsewhere");
    expect(lines.at(-1)).toBe("The site belongs to another federation, hq: left alone");
  });

  test.for([
    ["report", "lost", 0],
    ["own", "joined", 1],
  ] as const)("loses its membership, with JOIN_ADOPT=%s: %s", async ([adopt, state, rejoins], { world }) => {
    await world.network.clock.advanceUntil(world.enter("warehouse"));
    world.after(31 * minute, () => world.leave());
    const run = await world.run({ ...watch, JOIN_ADOPT: adopt });
    expect([run.facts.state, run.rejoins]).toEqual([state, rejoins]);
    expect(run.lines.some((line) => line.includes("not made by this exporter"))).toBe(adopt === "report");
  });
});

test("an exporter without its files finds its own membership again, and repairs it later", async ({ world }) => {
  await world.run(watch);
  world.files.clear();
  world.after(31 * minute, () => world.leave());
  const { states, lines, rejoins } = await world.run(watch);
  expect(states).toEqual(["joining", "joined", "joining", "joined"]);
  expect(lines).toContain(`Already a member as ${firstName}`);
  expect(rejoins).toBe(1);
});

/** What `work` gives, which begins after so many milliseconds. */
const later = <T>(world: JoinHarness, ms: number, work: () => Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    world.after(ms, () => void work().then(resolve, reject));
  });

describe("two exporters of one site", () => {
  test.for([{}, watch])("the one that declares another name stops, the other stays (%j)", async (mode, { world }) => {
    const owner = world.start(watch);
    const other = later(world, minute, () =>
      world.start({ ...mode, JOIN_CLUSTER_NAME: "u2204a-fixed" }, { files: new Map() }),
    );
    const [first, second] = await world.network.clock.advanceUntil(Promise.all([owner, other]));
    expect(second).toMatchObject({ ended: true, facts: { state: "conflict", lastErrorKind: "membership_differs" } });
    expect(first.states).toEqual(["joining", "joined"]);
    expect([memberNames(world.master), world.joins()]).toEqual([[firstName], 1]);
  });

  test("two that want the same share the membership", async ({ world }) => {
    const both = [world.start(watch), world.start(watch, { files: new Map() })];
    const ends = await world.network.clock.advanceUntil(Promise.all(both));
    expect(ends.map(({ facts }) => facts.state)).toEqual(["joined", "joined"]);
    expect(world.master.members()).toHaveLength(1);
  });
});

describe("a FedJoin of the same site", () => {
  const viaController = { JOIN_VIA: "controller" };
  const deploy = ({ network, master, site }: JoinHarness, more: object = {}) =>
    startProcess(network).joins.create({ ...fedJoinInputs(master, site(), "u2204a"), ...more });
  const slowWorld = () => createJoinHarness({ masterOptions: { timings: { ...slowTimings, cleanupMs: 500 } } });

  test.each([
    ["at the same time", 0, 0],
    ["10 ms before", 0, 10],
    ["100 ms before", 0, 100],
    ["just after", 5, 0],
  ])("%s makes the same one member", async (_when, fedJoinMs, exporterMs) => {
    const world = await slowWorld();
    const [{ id }, { facts, lines }] = await world.network.clock.advanceUntil(
      Promise.all([
        later(world, fedJoinMs, () => deploy(world)),
        later(world, exporterMs, () => world.start(viaController)),
      ]),
    );
    expect(memberNames(world.master)).toEqual([id]);
    expect(facts.state).toBe("joined");
    expect(lines.join("\n")).not.toContain("Federation join failed");
  });

  test("under another name stays: two owners are possible, and nobody leaves", async () => {
    const world = await slowWorld();
    const joined = later(world, 5, () => world.start(viaController));
    const [, { facts }] = await world.network.clock.advanceUntil(
      Promise.all([deploy(world, { name: "by-hand" }), joined]),
    );
    expect(memberNames(world.master)).toEqual(["by-hand"]);
    expect(["joined", "conflict"]).toContain(facts.state);
    expect(requestsOf(world.site(), "POST", "/v1/fed/leave")).toEqual([]);
  });
});
