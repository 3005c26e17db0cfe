import { Secret } from "@fedjoin/provider";
import { describe, expect, test } from "vitest";
import { createJoinWorld, type JoinWorld } from "../../support/joinWorld";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const watch = { JOIN_MODE: "watch" };
const join = "POST m.example /v1/fed/join";
const look = "GET site /v1/fed/member";
const events = "GET site /v1/log/event";

const count = (world: JoinWorld, what: string): number => world.sent.filter((each) => each.what === what).length;

const timesOf = (world: JoinWorld, what: string): number[] =>
  world.sent.filter((each) => each.what === what).map(({ atMs }) => atMs);

describe("JOIN_MODE=watch", () => {
  test("looks once per interval, and asks nothing else while the site is a member", async () => {
    const world = createJoinWorld();
    const { states, facts, lines } = await world.run(watch, hour);
    const times = timesOf(world, look).filter((atMs) => atMs > world.now() - hour);
    expect(times).toHaveLength(12);
    expect(times.every((atMs, index) => index === 0 || atMs - (times[index - 1] ?? 0) === 5 * minute)).toBe(true);
    expect(count(world, join)).toBe(1);
    expect(states).toEqual(["joining", "joined"]);
    expect(facts.lastSuccessAt).toBe(times.at(-1));
    expect(lines.filter((line) => line === "A member as u2204a-AAAAAA")).toHaveLength(1);
  });

  test("joins again under its name after the controller lost its state, at most once per 24 hours", async () => {
    const world = createJoinWorld();
    for (const hours of [1, 2, 30])
      world.at(hours * hour, () => {
        world.loseState();
      });
    const { rejoins, states, lines } = await world.run(watch, 3 * day);
    const [, second = 0, third = 0, ...more] = timesOf(world, join);
    expect(more).toHaveLength(1);
    expect(third - second).toBe(day);
    expect(rejoins).toBe(3);
    expect(states.slice(0, 6)).toEqual(["joining", "joined", "joining", "joined", "lost", "joining"]);
    expect(lines).toContain("Restoring the federation membership...");
    expect(lines).toContainEqual(
      expect.stringMatching(/^u2204a-AAAAAA is no member any more: no join before 2026-01-02T01:/),
    );
    expect(lines.filter((line) => line.startsWith("Cluster name: "))).toEqual(
      Array<string>(4).fill("Cluster name: u2204a-AAAAAA"),
    );
  });

  test("joins again under another name where the master still lists the lost membership", async () => {
    const world = createJoinWorld();
    world.at(hour, () => {
      world.loseState();
      world.take("u2204a-AAAAAA");
    });
    const { facts, lines, rejoins } = await world.run(watch, 2 * hour);
    expect(facts).toMatchObject({ state: "joined", name: "u2204a-BBBBBB" });
    expect(lines).toContain("The name is taken; joining as u2204a-BBBBBB");
    expect(rejoins).toBe(1);
    expect(count(world, join)).toBe(3);
  });

  test("a rejoin under another name whose answer was lost is its own, found by a look or by a restart", async () => {
    for (const ending of ["look", "restart"]) {
      const world = createJoinWorld();
      world.at(hour, () => {
        world.loseState();
        world.take("u2204a-AAAAAA");
        world.loseAnswers();
      });
      const settings = { ...watch, MAX_JOIN_RETRIES: "0" };
      const stopAt = ending === "restart" ? /^The name is taken/ : undefined;
      const first = await world.run(settings, 2 * hour, { stopAt });
      const last = ending === "restart" ? await world.run(settings, 2 * hour) : first;
      expect(last.facts).toMatchObject({ state: "joined", name: "u2204a-BBBBBB" });
      expect(last.lines.join("\n")).not.toMatch(/Two owners|not made by this exporter/);
      expect(count(world, join)).toBe(3);
    }
  });

  test("JOIN_REJOIN_MIN_INTERVAL_SECONDS sets another minimum", async () => {
    const world = createJoinWorld();
    for (const hours of [1, 2, 3])
      world.at(hours * hour, () => {
        world.loseState();
      });
    const { rejoins } = await world.run({ ...watch, JOIN_REJOIN_MIN_INTERVAL_SECONDS: "1800" }, 4 * hour);
    expect(rejoins).toBe(3);
  });

  test("the minimum outlives a restart", async () => {
    const world = createJoinWorld();
    world.at(hour, () => {
      world.loseState();
    });
    world.at(2 * hour, () => {
      world.loseState();
    });
    await world.run(watch, 3 * hour);
    expect(count(world, join)).toBe(2);
    const second = await world.run(watch, 4 * hour);
    expect(second.states).toEqual(["joining", "unconfirmed", "lost"]);
    expect(second.facts.nextRetryAt).toBe((timesOf(world, join)[1] ?? 0) + day);
    expect(count(world, join)).toBe(2);
  });

  test.each([true, false])("stays away after a kick, also after a restart (heard by the site: %s)", async (heard) => {
    const world = createJoinWorld();
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

  test("with JOIN_REJOIN_AFTER_KICK joins again after a kick", async () => {
    const world = createJoinWorld();
    world.at(hour, () => {
      world.kick();
    });
    const { facts, rejoins } = await world.run({ ...watch, JOIN_REJOIN_AFTER_KICK: "true" }, 2 * hour);
    expect(facts.state).toBe("joined");
    expect(rejoins).toBe(1);
  });

  test("a kicked site comes back by a restart with JOIN_REJOIN_AFTER_KICK, without waiting for 24 hours", async () => {
    const world = createJoinWorld();
    world.at(hour, () => {
      world.kick();
    });
    await world.run(watch, 2 * hour);
    const { facts } = await world.run({ ...watch, JOIN_REJOIN_AFTER_KICK: "true" }, 2 * hour + 10 * minute);
    expect(facts.state).toBe("joined");
  });

  test.each(["u2204a-AAAAAA", "warehouse"])("a kicked site that a person joins again as %s is held", async (name) => {
    const world = createJoinWorld();
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
        ? "A member as warehouse, not made by this exporter: its loss is reported, not mended (JOIN_ADOPT=own mends it)"
        : "A member as u2204a-AAAAAA",
    );
  });

  test("joins again after a leave at the site", async () => {
    const world = createJoinWorld();
    world.at(hour, () => {
      world.leave();
    });
    expect((await world.run(watch, 2 * hour)).rejoins).toBe(1);
  });

  test.each(["no right to read events", "events forgotten"])(
    "stays away where a kick cannot be excluded: %s",
    async (why) => {
      const world = createJoinWorld();
      world.at(hour, () => {
        world.kick();
        if (why === "events forgotten") world.forgetEvents();
        else world.instead.set(events, { status: 403, body: { code: 25, error: "denied", message: "denied" } });
      });
      const { facts, lines, levels } = await world.run(watch, 3 * day);
      expect(facts.state).toBe("unclear");
      const line =
        "u2204a-AAAAAA is no member any more, and nothing tells whether it left or the master removed it: ask the master's admin; JOIN_REJOIN_AFTER_KICK=true lets it join again";
      expect(lines.filter((each) => each === line)).toHaveLength(1);
      expect(levels.get(line)).toBe("warn");
      expect((await world.run({}, 4 * day)).facts).toMatchObject({ state: "unclear", lastErrorKind: "kicked" });
      expect(count(world, join)).toBe(1);
    },
  );

  test("events that cannot be read for a while say nothing until they can", async () => {
    const world = createJoinWorld();
    world.at(hour, () => {
      world.kick();
      world.instead.set(events, { status: 500 });
    });
    world.at(2 * hour, () => {
      world.instead.clear();
    });
    const { states, lines } = await world.run(watch, day);
    expect(states).toEqual(["joining", "joined", "kicked"]);
    expect(lines).toContainEqual(expect.stringMatching(/^No look at the membership: /));
  });

  test("a controller that is away during a look changes nothing", async () => {
    const world = createJoinWorld();
    world.at(hour, () => {
      world.instead.set(look, "refused");
    });
    const away = await world.run(watch, 2 * hour);
    expect(away.states).toEqual(["joining", "joined"]);
    expect(away.facts.lastErrorKind).toBe("network");
    world.at(3 * hour, () => {
      world.instead.clear();
    });
    const back = await world.run(watch, 4 * hour);
    expect(back.states).toEqual(["joining", "unconfirmed", "joined"]);
    expect(back.facts.lastErrorKind).toBeUndefined();
    expect(count(world, join)).toBe(1);
  });

  test("a remembered kick is not undone by a restart while the controller is away", async () => {
    const world = createJoinWorld();
    await world.run({}, 0);
    world.kick();
    world.instead.set(look, "refused");
    world.at(minute, () => {
      world.instead.clear();
    });
    const { facts } = await world.run({}, day);
    expect(facts.state).toBe("kicked");
    expect(count(world, join)).toBe(1);
  });

  test("a kick found by a join at start is remembered, and costs no wait when it is to be undone", async () => {
    const world = createJoinWorld();
    await world.run({}, 0);
    world.kick();
    expect((await world.run({}, hour)).facts.state).toBe("kicked");
    world.loseState();
    expect((await world.run({}, hour)).facts.state).toBe("kicked");
    const { facts } = await world.run({ ...watch, JOIN_REJOIN_AFTER_KICK: "true" }, hour);
    expect(facts.state).toBe("joined");
  });

  test("a join at start waits for events that cannot be read where a membership is remembered", async () => {
    const world = createJoinWorld();
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
    const world = createJoinWorld();
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
    const world = createJoinWorld();
    world.enter("u2204a-Xy9K2m");
    world.kick();
    expect((await world.run({}, hour)).facts.state).toBe("kicked");
    expect((await world.run({ JOIN_REJOIN_AFTER_KICK: "true" }, hour)).facts.state).toBe("joined");
  });

  test("another owner of the site ends the watch, with a named reason", async () => {
    const world = createJoinWorld();
    world.at(hour, () => {
      world.enter("u2204a-Xy9K2m");
    });
    const { facts, lines, levels, ended } = await world.run(watch, day);
    expect(ended).toBe(true);
    expect(facts).toMatchObject({ state: "conflict", lastErrorKind: "membership_differs" });
    const line = lines.at(-1) ?? "";
    expect(line).toMatch(
      /^Two owners of one site: the site is a member as u2204a-Xy9K2m at 192\.168\.8\.209:10443, wanted is u2204a-AAAAAA at/,
    );
    expect(levels.get(line)).toBe("error");
    expect(count(world, join)).toBe(1);
  });

  test.each([{}, watch])("a declared name that the site does not have is a conflict at start (%j)", async (mode) => {
    const world = createJoinWorld();
    world.enter("warehouse");
    const { facts, lines, ended } = await world.run({ ...mode, JOIN_CLUSTER_NAME: "u2204a-fixed" }, day);
    expect(ended).toBe(true);
    expect(facts.state).toBe("conflict");
    expect(lines.filter((line) => line.startsWith("Two owners of one site"))).toHaveLength(1);
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^Two owners of one site: the site is a member as warehouse at .*, wanted is u2204a-fixed at/,
      ),
    );
    expect(count(world, join)).toBe(0);
  });

  test("a membership in another federation is left alone", async () => {
    const world = createJoinWorld();
    world.at(hour, () => {
      world.enter("u2204a-AAAAAA", "other.example");
    });
    const { facts, lines } = await world.run(watch, day);
    expect(facts.state).toBe("elsewhere");
    expect(lines.at(-1)).toBe("The site belongs to another federation, primary of other.example: left alone");
  });

  test("without its files an exporter finds its own membership again, and mends it later", async () => {
    const world = createJoinWorld();
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
    const world = createJoinWorld();
    world.enter("warehouse");
    world.at(hour, () => {
      world.loseState();
    });
    const { facts, rejoins, lines } = await world.run({ ...watch, JOIN_ADOPT: adopt }, 2 * hour);
    expect([facts.state, rejoins]).toEqual(adopt === "own" ? ["joined", 1] : ["lost", 0]);
    expect(lines.some((line) => line.startsWith("warehouse is no member any more, and was"))).toBe(false);
    expect(lines.some((line) => line.includes("not made by this exporter"))).toBe(adopt === "report");
  });

  test("a join that failed for good is not repeated before a restart", async () => {
    const world = createJoinWorld();
    world.instead.set(join, { status: 409, body: { code: 41, error: "taken", message: "taken" } });
    const { facts } = await world.run(watch, 3 * day);
    expect(facts).toMatchObject({ state: "failed", lastErrorKind: "name_taken" });
    expect(count(world, join)).toBe(1);
    world.instead.clear();
    expect((await world.run(watch, 4 * day)).facts.state).toBe("joined");
  });

  test("a join that failed for good is forgotten once the site was seen as a member", async () => {
    const world = createJoinWorld();
    world.instead.set(join, { status: 409, body: { code: 41, error: "taken", message: "taken" } });
    world.at(hour, () => {
      world.instead.clear();
      world.enter("u2204a-AAAAAA");
    });
    world.at(2 * day, () => {
      world.loseState();
    });
    const { states, rejoins } = await world.run(watch, 3 * day);
    expect(states).toEqual(["joining", "failed", "joined", "joining", "joined"]);
    expect(rejoins).toBe(1);
  });

  test("a join that was accepted and never shows is not sent again before the minimum", async () => {
    const world = createJoinWorld();
    world.instead.set(join, { status: 200 });
    const { states, lines } = await world.run(watch, 23 * hour);
    expect(states).toEqual(["joining", "unconfirmed", "failed"]);
    expect(lines.at(-1)).toMatch(/^u2204a-AAAAAA is no member: no join before /);
    expect(count(world, join)).toBe(1);
  });

  test("a join whose retries are used up is begun again after the minimum", async () => {
    const world = createJoinWorld();
    world.instead.set(join, "refused");
    world.at(2 * hour, () => {
      world.instead.clear();
    });
    const settings = { ...watch, MAX_JOIN_RETRIES: "1", JOIN_REJOIN_MIN_INTERVAL_SECONDS: "10800" };
    const { states, facts } = await world.run(settings, 5 * hour);
    expect(states).toEqual(["joining", "failed", "joining", "joined"]);
    expect(facts.nextRetryAt).toBeUndefined();
  });

  test("a clock that was years ahead does not put off a rejoin for years", async () => {
    const world = createJoinWorld();
    const start = world.now();
    world.setClock(Date.UTC(2099, 0, 1));
    world.at(hour, () => {
      world.loseState();
    });
    await world.run(watch, 2 * hour);
    world.setClock(start + 2 * hour);
    world.loseState();
    const { rejoins, facts } = await world.run(watch, 2 * hour + day + 10 * minute);
    expect(rejoins).toBe(1);
    expect(facts.state).toBe("joined");
  });

  test("a stop ends the watch at once, with nothing sent or said any more", async () => {
    const world = createJoinWorld();
    const { lines, ended } = await world.run(watch, day, { stopAt: /^A member as/ });
    expect(ended).toBe(false);
    expect(lines.at(-1)).toBe("A member as u2204a-AAAAAA");
    expect(world.sent.at(-1)?.what).toBe(look);
  });

  test("a stop during a join is gone on with at the next start, under the same name", async () => {
    const world = createJoinWorld();
    world.instead.set(join, "refused");
    const first = await world.run(watch, day, { stopAt: /^Retry 1\/10/ });
    expect(first.lines.at(-1)).toBe("Federation join stopped");
    world.instead.clear();
    const second = await world.run(watch, day);
    expect(second.lines).toContain("Starting federation join process...");
    expect(second.facts).toMatchObject({ state: "joined", name: "u2204a-AAAAAA" });
    expect(second.rejoins).toBe(0);
  });

  test("the account that joins is used for joining only", async () => {
    const world = createJoinWorld();
    const scraper = { kind: "apiKey", key: new Secret("scraper:canary-scraper") } as const;
    await world.run({ ...watch, JOIN_APIKEY: "joiner:canary-joiner" }, hour, { credentials: scraper });
    const by = (key: string) => world.sent.filter(({ authorization }) => authorization === key);
    expect(new Set(by("joiner:canary-joiner").map(({ what }) => what))).toEqual(
      new Set(["GET m.example /v1/fed/member", join]),
    );
    expect(new Set(by("scraper:canary-scraper").map(({ what }) => what))).toEqual(new Set([look, events]));
    expect(by("scraper:canary-scraper").length + by("joiner:canary-joiner").length).toBe(world.sent.length);
    const begun = timesOf(world, join)[0] ?? 0;
    expect(by("joiner:canary-joiner").every(({ atMs }) => atMs - begun < minute)).toBe(true);
  });
});

describe("JOIN_MODE=off", () => {
  test("asks and says nothing, and shows that it is off", async () => {
    const world = createJoinWorld();
    const { states, lines, facts, ended } = await world.run({ JOIN_MODE: "off", PAAS_STORE_ID: "" }, day);
    expect([states, lines, world.sent]).toEqual([[], [], []]);
    expect(facts.state).toBe("off");
    expect(ended).toBe(true);
    expect(world.files.size).toBe(0);
  });
});
