import { describe, expect, test } from "vitest";
import { createJoinHarness } from "../../../support/joinHarness";
import { count, day, events, hour, join, memberRead, minute, watch } from "../../../support/watchHarness";

describe("JOIN_MODE=watch after a kick", () => {
  test.each([true, false])("stays away after a kick, also after a restart (heard by the site: %s)", async (heard) => {
    const world = createJoinHarness();
    world.at(hour, () => {
      world.kick(heard);
    });
    const first = await world.run(watch, 3 * day);
    expect(first.facts.state).toBe("kicked");
    const line =
      "The master removed u2204a-AAAAAA: ask the master's admin; JOIN_REJOIN_AFTER_KICK=true lets it join again";
    expect(first.lines.filter((each) => each === line)).toHaveLength(1);
    world.forgetEvents();
    world.leave();
    const second = await world.run(watch, 6 * day);
    expect(second.facts.state).toBe("kicked");
    const once = await world.run({}, 9 * day);
    expect(once.facts).toMatchObject({ state: "kicked", lastErrorKind: "kicked" });
    expect(once.lines).toContain("Non-retryable error: the master removed this site");
    expect(count(world, join)).toBe(1);
  });

  test.each([
    ["is standalone, which tells no name", true, undefined, "this site"],
    ["still says how it was called", false, "u2204a-AAAAAA", "u2204a-AAAAAA"],
  ])(
    "an exporter that lost its state names no name that the master never had: %s",
    async (_what, heard, name, told) => {
      const world = createJoinHarness();
      world.at(hour, () => {
        world.kick(heard);
      });
      await world.run(watch, 2 * hour);
      world.files.clear();
      const { facts, lines } = await world.run(watch, 4 * hour);
      expect(facts).toMatchObject({ state: "kicked", name });
      expect(lines.filter((line) => line.includes("BBBBBB"))).toEqual(["Cluster name: u2204a-BBBBBB"]);
      expect(lines.filter((line) => line.startsWith("The master removed"))).toEqual([
        `The master removed ${told}: ask the master's admin; JOIN_REJOIN_AFTER_KICK=true lets it join again`,
      ]);
      const again = await world.run(watch, 6 * hour);
      expect(again.facts).toMatchObject({ state: "kicked", name });
      expect(again.lines.join("\n").replace("Cluster name: u2204a-BBBBBB", "")).not.toContain("BBBBBB");
    },
  );

  test("with JOIN_REJOIN_AFTER_KICK joins again after a kick", async () => {
    const world = createJoinHarness();
    world.at(hour, () => {
      world.kick();
    });
    const { facts, rejoins } = await world.run({ ...watch, JOIN_REJOIN_AFTER_KICK: "true" }, 2 * hour);
    expect(facts.state).toBe("joined");
    expect(rejoins).toBe(1);
  });

  test("a kicked site comes back by a restart with JOIN_REJOIN_AFTER_KICK, without waiting for 24 hours", async () => {
    const world = createJoinHarness();
    world.at(hour, () => {
      world.kick();
    });
    await world.run(watch, 2 * hour);
    const { facts } = await world.run({ ...watch, JOIN_REJOIN_AFTER_KICK: "true" }, 2 * hour + 10 * minute);
    expect(facts.state).toBe("joined");
  });

  test.each(["u2204a-AAAAAA", "warehouse"])("a kicked site that a person joins again as %s is held", async (name) => {
    const world = createJoinHarness();
    world.at(hour, () => {
      world.kick();
    });
    world.at(2 * hour, () => {
      world.enter(name);
    });
    const { states, lines } = await world.run(watch, 3 * hour);
    expect(states).toEqual(["joining", "joined", "kicked", "joined"]);
    expect(lines.at(-1)).toBe(
      name === "warehouse"
        ? "A member as warehouse, not made by this exporter: its loss is reported, not repaired (JOIN_ADOPT=own repairs it)"
        : "A member as u2204a-AAAAAA",
    );
  });

  test("joins again after a leave at the site", async () => {
    const world = createJoinHarness();
    world.at(hour, () => {
      world.leave();
    });
    expect((await world.run(watch, 2 * hour)).rejoins).toBe(1);
  });

  test.each(["no right to read events", "events forgotten"])(
    "stays away where a kick cannot be excluded: %s",
    async (why) => {
      const world = createJoinHarness();
      world.at(hour, () => {
        world.kick();
        if (why === "events forgotten") world.forgetEvents();
        else world.instead.set(events, { status: 403, body: { code: 25, error: "denied", message: "denied" } });
      });
      const { facts, lines, levels } = await world.run(watch, 3 * day);
      expect(facts.state).toBe("unclear");
      const line =
        "u2204a-AAAAAA is no longer a member; it is not known whether it left or the master removed it: ask the master's admin; JOIN_REJOIN_AFTER_KICK=true lets it join again";
      expect(lines.filter((each) => each === line)).toHaveLength(1);
      expect(levels.get(line)).toBe("warn");
      expect((await world.run({}, 4 * day)).facts).toMatchObject({ state: "unclear", lastErrorKind: "kicked" });
      expect(count(world, join)).toBe(1);
    },
  );

  test("events that cannot be read for a while say nothing until they can", async () => {
    const world = createJoinHarness();
    world.at(hour, () => {
      world.kick();
      world.instead.set(events, { status: 500 });
    });
    world.at(2 * hour, () => {
      world.instead.clear();
    });
    const { states, lines } = await world.run(watch, day);
    expect(states).toEqual(["joining", "joined", "kicked"]);
    expect(lines).toContainEqual(expect.stringMatching(/^The membership cannot be read: /));
  });

  test("a remembered kick is not undone by a restart while the controller is away", async () => {
    const world = createJoinHarness();
    await world.run({}, 0);
    world.kick();
    world.instead.set(memberRead, "refused");
    world.at(minute, () => {
      world.instead.clear();
    });
    const { facts } = await world.run({}, day);
    expect(facts.state).toBe("kicked");
    expect(count(world, join)).toBe(1);
  });

  test("a kick found by a join at start is remembered, and costs no wait when it is to be undone", async () => {
    const world = createJoinHarness();
    await world.run({}, 0);
    world.kick();
    expect((await world.run({}, hour)).facts.state).toBe("kicked");
    world.loseState();
    expect((await world.run({}, hour)).facts.state).toBe("kicked");
    const { facts } = await world.run({ ...watch, JOIN_REJOIN_AFTER_KICK: "true" }, hour);
    expect(facts.state).toBe("joined");
  });

  test("a join at start waits for events that cannot be read where a membership is remembered", async () => {
    const world = createJoinHarness();
    await world.run({}, 0);
    world.kick();
    world.instead.set(events, { status: 500 });
    world.at(minute, () => {
      world.instead.clear();
    });
    const { states, lines } = await world.run({}, hour);
    expect(states).toEqual(["joining", "kicked"]);
    expect(lines).toContain("Retryable error: 500 - Internal Server Error");
  });

  test("a kick between two attempts ends the join", async () => {
    const world = createJoinHarness();
    world.instead.set(join, { status: 500 });
    world.at(5_000, () => {
      world.enter("u2204a-AAAAAA");
      world.kick();
    });
    const { states } = await world.run({}, day);
    expect(states).toEqual(["joining", "kicked"]);
    expect(count(world, join)).toBe(1);
  });

  test("a site that was kicked before this exporter knew it is not joined", async () => {
    const world = createJoinHarness();
    world.enter("u2204a-Xy9K2m");
    world.kick();
    expect((await world.run({}, hour)).facts.state).toBe("kicked");
    expect((await world.run({ JOIN_REJOIN_AFTER_KICK: "true" }, hour)).facts.state).toBe("joined");
  });
});
