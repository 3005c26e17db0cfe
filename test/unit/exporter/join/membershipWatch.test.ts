import { Secret } from "@fedjoin/provider/values";
import { describe, expect, test } from "vitest";
import { createJoinHarness } from "../../../support/joinHarness";
import { count, day, events, hour, join, memberRead, minute, timesOf, watch } from "../../../support/watchHarness";

describe("JOIN_MODE=watch", () => {
  test("looks once per interval, and asks nothing else while the site is a member", async () => {
    const world = createJoinHarness();
    const { states, facts, lines } = await world.run(watch, hour);
    const times = timesOf(world, memberRead).filter((atMs) => atMs > world.now() - hour);
    expect(times).toHaveLength(12);
    expect(times.every((atMs, index) => index === 0 || atMs - (times[index - 1] ?? 0) === 5 * minute)).toBe(true);
    expect(count(world, join)).toBe(1);
    expect(states).toEqual(["joining", "joined"]);
    expect(facts.lastSuccessAt).toBe(times.at(-1));
    expect(lines.filter((line) => line === "A member as u2204a-AAAAAA")).toHaveLength(1);
  });

  test("joins again under its name after the controller lost its state, at most once per 24 hours", async () => {
    const world = createJoinHarness();
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
      expect.stringMatching(/^u2204a-AAAAAA is no longer a member: no join before 2026-01-02T01:/),
    );
    expect(lines.filter((line) => line.startsWith("Cluster name: "))).toEqual(
      Array<string>(4).fill("Cluster name: u2204a-AAAAAA"),
    );
  });

  test("joins again under another name where the master still lists the lost membership", async () => {
    const world = createJoinHarness();
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
      const world = createJoinHarness();
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
    const world = createJoinHarness();
    for (const hours of [1, 2, 3])
      world.at(hours * hour, () => {
        world.loseState();
      });
    const { rejoins } = await world.run({ ...watch, JOIN_REJOIN_MIN_INTERVAL_SECONDS: "1800" }, 4 * hour);
    expect(rejoins).toBe(3);
  });

  test("the minimum outlives a restart", async () => {
    const world = createJoinHarness();
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

  test("a controller that is away during a look changes nothing", async () => {
    const world = createJoinHarness();
    world.at(hour, () => {
      world.instead.set(memberRead, "refused");
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

  test("a join that failed for good is not repeated before a restart", async () => {
    const world = createJoinHarness();
    world.instead.set(join, { status: 409, body: { code: 41, error: "taken", message: "taken" } });
    const { facts } = await world.run(watch, 3 * day);
    expect(facts).toMatchObject({ state: "failed", lastErrorKind: "name_taken" });
    expect(count(world, join)).toBe(1);
    world.instead.clear();
    expect((await world.run(watch, 4 * day)).facts.state).toBe("joined");
  });

  test("a join that failed for good is forgotten once the site was seen as a member", async () => {
    const world = createJoinHarness();
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
    const world = createJoinHarness();
    world.instead.set(join, { status: 200 });
    const { states, lines } = await world.run(watch, 23 * hour);
    expect(states).toEqual(["joining", "unconfirmed", "failed"]);
    expect(lines.at(-1)).toMatch(/^u2204a-AAAAAA is not a member: no join before /);
    expect(count(world, join)).toBe(1);
  });

  test("a join whose retries are used up is begun again after the minimum", async () => {
    const world = createJoinHarness();
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
    const world = createJoinHarness();
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
    const world = createJoinHarness();
    const { lines, ended } = await world.run(watch, day, { stopAt: /^A member as/ });
    expect(ended).toBe(false);
    expect(lines.at(-1)).toBe("A member as u2204a-AAAAAA");
    expect(world.sent.at(-1)?.what).toBe(memberRead);
  });

  test("a stop during a join is gone on with at the next start, under the same name", async () => {
    const world = createJoinHarness();
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
    const world = createJoinHarness();
    const scraper = { kind: "apiKey", key: new Secret("scraper:canary-scraper") } as const;
    await world.run({ ...watch, JOIN_APIKEY: "joiner:canary-joiner" }, hour, { credentials: scraper });
    const by = (key: string) => world.sent.filter(({ authorization }) => authorization === key);
    expect(new Set(by("joiner:canary-joiner").map(({ what }) => what))).toEqual(
      new Set(["GET m.example /v1/fed/member", join]),
    );
    expect(new Set(by("scraper:canary-scraper").map(({ what }) => what))).toEqual(new Set([memberRead, events]));
    expect(by("scraper:canary-scraper").length + by("joiner:canary-joiner").length).toBe(world.sent.length);
    const begun = timesOf(world, join)[0] ?? 0;
    expect(by("joiner:canary-joiner").every(({ atMs }) => atMs - begun < minute)).toBe(true);
  });
});

describe("JOIN_MODE=off", () => {
  test("asks and says nothing, and shows that it is off", async () => {
    const world = createJoinHarness();
    const { states, lines, facts, ended } = await world.run({ JOIN_MODE: "off", PAAS_STORE_ID: "" }, day);
    expect([states, lines, world.sent]).toEqual([[], [], []]);
    expect(facts.state).toBe("off");
    expect(ended).toBe(true);
    expect(world.files.size).toBe(0);
  });
});
