import { describe, expect } from "vitest";
import { createJoinHarness, firstName, hour, minute, secondName, watch, test } from "../../../support/joinHarness";

/** Monitors, and joins again after ten minutes at the earliest. */
const eager = { ...watch, JOIN_REJOIN_MIN_INTERVAL_SECONDS: "600" };
const rejoinAfterKick = { ...watch, JOIN_REJOIN_AFTER_KICK: "true" };
const advice = "ask the master's admin; JOIN_REJOIN_AFTER_KICK=true lets it join again";

async function kickedAfterHalfAnHour(tell = true) {
  const world = await createJoinHarness();
  world.after(30 * minute, () => world.kick(tell));
  return world;
}

describe("a kick", () => {
  test.each([true, false])("keeps the exporter away, also after restarts (the site is told: %s)", async (tell) => {
    const world = await kickedAfterHalfAnHour(tell);
    const { facts, lines } = await world.run(eager, { forMs: 2 * hour });
    expect(facts.state).toBe("kicked");
    expect(lines.filter((each) => each === `The master removed ${firstName}: ${advice}`)).toHaveLength(1);
    world.forgetEvents();
    expect((await world.run(eager)).facts.state).toBe("kicked");
    const once = await world.run();
    expect(once.facts).toMatchObject({ state: "kicked", lastErrorKind: "kicked" });
    expect(once.lines).toContainEqual(
      expect.stringMatching(/^Non-retryable error: .*(removed this site|removed by its master)$/),
    );
    expect(world.joins()).toBe(1);
  });

  test.each([
    ["of a standalone site, which has no name", true, undefined, "this site"],
    ["of a site that still has its name", false, firstName, firstName],
  ])("%s: an exporter without files logs no name that the master never had", async (_site, tell, name, logged) => {
    const world = await kickedAfterHalfAnHour(tell);
    await world.run(watch);
    world.files.clear();
    for (const restart of [1, 2]) {
      const { facts, lines } = await world.run(watch);
      expect(facts).toMatchObject({ state: "kicked", name });
      expect(lines.filter((line) => line.replace(`Cluster name: ${secondName}`, "").includes("BBBBBB"))).toEqual([]);
      if (restart === 1) expect(lines).toContain(`The master removed ${logged}: ${advice}`);
    }
  });

  test.each([true, false])("is undone with JOIN_REJOIN_AFTER_KICK (the site is told: %s)", async (tell) => {
    const { facts, rejoins } = await (await kickedAfterHalfAnHour(tell)).run(rejoinAfterKick);
    expect(facts).toMatchObject({ state: "joined", name: firstName });
    expect(rejoins).toBe(1);
  });

  test("is undone by a restart with JOIN_REJOIN_AFTER_KICK, without a wait of 24 hours", async () => {
    const world = await kickedAfterHalfAnHour();
    await world.run(watch);
    expect((await world.run(rejoinAfterKick)).facts.state).toBe("joined");
  });

  test.each([
    [firstName, `A member as ${firstName}`],
    [
      "warehouse",
      "A member as warehouse, not made by this exporter: its loss is reported, not repaired (JOIN_ADOPT=own repairs it)",
    ],
  ])("does not matter any more once a person joined the site again as %s", async (name, line) => {
    const world = await kickedAfterHalfAnHour();
    world.after(45 * minute, () => world.enter(name));
    const { states, lines } = await world.run(watch);
    expect(states).toEqual(["joining", "joined", "kicked", "joined"]);
    expect(lines.at(-1)).toBe(line);
  });

  test.for(["unreadable", "forgotten"])("whose events are %s keeps the exporter away", async (why, { world }) => {
    world.after(32 * minute, async () => {
      await world.kick();
      if (why === "forgotten") world.forgetEvents();
      else world.refuse("/v1/log/event", 403, 25);
    });
    const { facts, lines, levels } = await world.run(eager, { forMs: 2 * hour });
    expect(facts.state).toBe("unclear");
    const line = `${firstName} is no longer a member; it is not known whether it left or the master removed it: ${advice}`;
    expect(lines.filter((each) => each === line)).toHaveLength(1);
    expect(levels.get(line)).toBe("warn");
    expect((await world.run()).facts).toMatchObject({ state: "unclear", lastErrorKind: "kicked" });
    expect(world.joins()).toBe(1);
  });

  const observed = ["joining", "unconfirmed", "kicked"];
  test.for<[string, number, Readonly<Record<string, string>>, readonly string[], RegExp]>([
    ["a watch", 500, watch, observed, /^The membership cannot be read: /],
    ["a watch behind a proxy that refused it", 403, watch, observed, /^The membership cannot be read: /],
    ["a join at start", 500, {}, ["joining", "kicked"], /^Retryable error: 500 - Internal Server Error$/],
  ])("is found by %s as soon as events can be read again", async ([, status, mode, states, line], { world }) => {
    await world.run(mode);
    await world.network.clock.advanceUntil(world.kick());
    const event = { match: { method: "GET", path: "/v1/log/event" }, what: "status", status } as const;
    world.site().faults.add({ ...event, times: 2 });
    const run = await world.run(mode);
    expect(run.states).toEqual(states);
    expect(run.lines).toContainEqual(expect.stringMatching(line));
  });

  test("that a join at start found is remembered, and costs no wait when it is to be undone", async ({ world }) => {
    await world.run();
    await world.network.clock.advanceUntil(world.kick());
    expect((await world.run()).facts.state).toBe("kicked");
    world.reinstall();
    expect((await world.run()).facts.state).toBe("kicked");
    expect((await world.run(rejoinAfterKick)).facts.state).toBe("joined");
  });

  test("between two attempts ends the join", async ({ world }) => {
    const match = { method: "POST", path: "/v1/fed/join" };
    world.master.faults.add({ match, what: "status", status: 500, times: Infinity });
    world.after(1_000, () => world.enter(firstName));
    world.after(5_000, () => world.kick());
    expect((await world.run()).states).toEqual(["joining", "kicked"]);
    expect(world.joins()).toBe(1);
  });

  test("before the exporter knew the site prevents its join", async ({ world }) => {
    await world.network.clock.advanceUntil(world.enter("u2204a-Xy9K2m"));
    await world.network.clock.advanceUntil(world.kick());
    expect((await world.run()).facts.state).toBe("kicked");
    expect((await world.run({ JOIN_REJOIN_AFTER_KICK: "true" })).facts.state).toBe("joined");
  });
});
