import { describe, expect, test } from "vitest";
import { createJoinHarness } from "../../../support/joinHarness";
import { count, day, hour, join, watch } from "../../../support/watchHarness";

describe("JOIN_MODE=watch and other owners", () => {
  test("another owner of the site ends the watch, with a named reason", async () => {
    const world = createJoinHarness();
    world.at(hour, () => {
      world.enter("u2204a-Xy9K2m");
    });
    const { facts, lines, levels, ended } = await world.run(watch, day);
    expect(ended).toBe(true);
    expect(facts).toMatchObject({ state: "conflict", lastErrorKind: "membership_differs" });
    const line = lines.at(-1) ?? "";
    expect(line).toMatch(
      /^Two owners of one site: the site is a member as u2204a-Xy9K2m at 192\.168\.8\.209:10443, but should be u2204a-AAAAAA at/,
    );
    expect(levels.get(line)).toBe("error");
    expect(count(world, join)).toBe(1);
  });

  test.each([{}, watch])("a declared name that the site does not have is a conflict at start (%j)", async (mode) => {
    const world = createJoinHarness();
    world.enter("warehouse");
    const { facts, lines, ended } = await world.run({ ...mode, JOIN_CLUSTER_NAME: "u2204a-fixed" }, day);
    expect(ended).toBe(true);
    expect(facts.state).toBe("conflict");
    expect(lines.filter((line) => line.startsWith("Two owners of one site"))).toHaveLength(1);
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^Two owners of one site: the site is a member as warehouse at .*, but should be u2204a-fixed at/,
      ),
    );
    expect(count(world, join)).toBe(0);
  });

  test("a membership in another federation is left alone", async () => {
    const world = createJoinHarness();
    world.at(hour, () => {
      world.enter("u2204a-AAAAAA", "other.example");
    });
    const { facts, lines } = await world.run(watch, day);
    expect(facts.state).toBe("elsewhere");
    expect(lines.at(-1)).toBe("The site belongs to another federation, primary of other.example: left alone");
  });

  test("without its files an exporter finds its own membership again, and mends it later", async () => {
    const world = createJoinHarness();
    await world.run(watch, hour);
    world.files.clear();
    world.at(3 * hour, () => {
      world.loseState();
    });
    const { states, lines, rejoins } = await world.run(watch, 4 * hour);
    expect(states).toEqual(["joining", "joined", "joining", "joined"]);
    expect(lines).toContain("Already a member as u2204a-AAAAAA");
    expect(rejoins).toBe(1);
    expect(count(world, join)).toBe(2);
  });

  test.each(["report", "own"])("the loss of another's membership, JOIN_ADOPT=%s", async (adopt) => {
    const world = createJoinHarness();
    world.enter("warehouse");
    world.at(hour, () => {
      world.loseState();
    });
    const { facts, rejoins, lines } = await world.run({ ...watch, JOIN_ADOPT: adopt }, 2 * hour);
    expect([facts.state, rejoins]).toEqual(adopt === "own" ? ["joined", 1] : ["lost", 0]);
    expect(lines.some((line) => line.startsWith("warehouse is no longer a member, and was"))).toBe(false);
    expect(lines.some((line) => line.includes("not made by this exporter"))).toBe(adopt === "report");
  });
});
