import { describe, expect } from "vitest";
import { memberNames } from "../../../support/federation";
import { createJoinHarness, day, firstName, hour, minute, secondName, watch, test } from "../../../support/joinHarness";

const rejoinEvery = (seconds: number) => ({ ...watch, JOIN_REJOIN_MIN_INTERVAL_SECONDS: String(seconds) });

describe("JOIN_MODE=watch", () => {
  test("observes once per interval, and sends nothing else while the site is a member", async ({ world }) => {
    const { states, facts, lines } = await world.run(watch);
    const times = world.observations().map(({ atMs }) => atMs - world.startMs);
    const looks = Array.from({ length: 12 }, (_, index) => index * 5 * minute);
    expect([...new Set(times)]).toEqual(looks);
    expect(facts.lastSuccessAt).toBe(world.startMs + (looks.at(-1) ?? 0));
    expect([states, world.joins()]).toEqual([["joining", "joined"], 1]);
    expect(lines.filter((line) => line === `A member as ${firstName}`)).toHaveLength(1);
  });

  test("R10: joins again under its name after a leave, at most once per 24 hours", async ({ world }) => {
    for (const hours of [1, 2]) world.after(hours * hour + minute, () => world.leave());
    const { rejoins, states, lines } = await world.run(watch, { forMs: 28 * hour });
    expect(states).toEqual(["joining", "joined", "joining", "joined", "lost", "joining", "joined"]);
    expect(rejoins).toBe(2);
    expect(lines.indexOf("Restoring the federation membership...")).toBe(lines.lastIndexOf("=".repeat(60), 13) + 1);
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^u2204a-AAAAAA is no longer a member: no join before 2026-01-02T01:05.* \(JOIN_REJOIN_MIN/,
      ),
    );
    expect(memberNames(world.master)).toEqual([firstName]);
  });

  test("the minimum outlives a restart", async ({ world }) => {
    for (const hours of [1, 2]) world.after(hours * hour + minute, () => world.leave());
    await world.run(watch, { forMs: 3 * hour });
    const { states, facts } = await world.run(watch);
    expect(states).toEqual(["joining", "unconfirmed", "lost"]);
    expect(facts.nextRetryAt).toBe(world.startMs + hour + 5 * minute + day);
    expect(world.joins()).toBe(2);
  });

  test("a wrong clock that was years ahead does not put off a rejoin for years", async ({ world }) => {
    world.setClockError(70 * 365 * day);
    world.after(minute, () => world.leave());
    expect((await world.run(watch)).rejoins).toBe(1);
    world.setClockError(0);
    await world.network.clock.advanceUntil(world.leave());
    const { rejoins, facts } = await world.run(watch, { forMs: 25 * hour });
    expect([rejoins, facts.state]).toEqual([1, "joined"]);
  });

  test("a controller that is away changes nothing", async ({ world }) => {
    world.after(30 * minute, () => world.site().goOffline());
    const away = await world.run(watch);
    expect(away).toMatchObject({ states: ["joining", "joined"], facts: { lastErrorKind: "network" } });
    world.after(30 * minute, () => world.site().goOnline());
    const back = await world.run(watch);
    expect(back.states).toEqual(["joining", "unconfirmed", "joined"]);
    expect([back.facts.lastErrorKind, world.joins()]).toEqual([undefined, 1]);
  });
});

describe("a failed join", () => {
  const taken = { match: { method: "POST", path: "/v1/fed/join" }, what: "status", status: 409, code: 41 } as const;

  test("that no repetition helps is not repeated before a restart", async ({ world }) => {
    world.master.faults.add(taken);
    const { facts } = await world.run(rejoinEvery(600), { forMs: 2 * hour });
    expect(facts).toMatchObject({ state: "failed", lastErrorKind: "name_taken" });
    expect(world.joins()).toBe(1);
    expect((await world.run(watch)).facts.state).toBe("joined");
  });

  test("that no repetition helps is forgotten once the site was a member", async ({ world }) => {
    world.master.faults.add(taken);
    world.after(hour, () => world.enter(firstName));
    world.after(2 * hour, () => world.leave());
    const { states, rejoins } = await world.run(rejoinEvery(600), { forMs: 3 * hour });
    expect(states).toEqual(["joining", "failed", "joined", "joining", "joined"]);
    expect(rejoins).toBe(1);
  });

  test("whose retries are used up is begun again after the minimum", async ({ world }) => {
    world.network.setConnectivity(world.masterAddress, "refused");
    world.after(2 * hour, () => {
      world.network.setConnectivity(world.masterAddress, "open");
    });
    const { states, facts } = await world.run({ ...rejoinEvery(10_800), MAX_JOIN_RETRIES: "1" }, { forMs: 5 * hour });
    expect(states).toEqual(["joining", "failed", "joining", "joined"]);
    expect(facts.nextRetryAt).toBeUndefined();
  });

  test("that was accepted and never shows is not sent again before the minimum", async ({ world }) => {
    world.master.faults.add({ match: taken.match, what: "status", status: 200 });
    const { states, lines } = await world.run(watch);
    expect(states).toEqual(["joining", "unconfirmed", "failed"]);
    expect(lines.at(-1)).toMatch(/^u2204a-AAAAAA is not a member: no join before /);
    expect(world.joins()).toBe(1);
  });

  test("that was stopped continues at the next start, under the same name", async ({ world }) => {
    world.network.setConnectivity(world.masterAddress, "refused");
    const first = await world.run(watch, { stopAt: /^Retry 1\/10/ });
    expect(first.lines.at(-1)).toBe("Federation join stopped");
    world.network.setConnectivity(world.masterAddress, "open");
    const { lines, facts, rejoins } = await world.run(watch);
    expect(lines).toContain("Starting federation join process...");
    expect(facts).toMatchObject({ state: "joined", name: firstName });
    expect(rejoins).toBe(0);
  });
});

test("a stop ends the watch at once: nothing more is sent or logged", async ({ world }) => {
  const { lines, ended } = await world.run(watch, { stopAt: /^A member as/ });
  expect([ended, lines.at(-1)]).toEqual([false, `A member as ${firstName}`]);
  expect(world.site().requests.at(-1)).toMatchObject({ method: "GET", path: "/v1/fed/member" });
});

describe("a reinstalled controller", () => {
  const account = { JOIN_USERNAME: "joiner", JOIN_PASSWORD: "canary-joiner" };

  test.each([
    ["without a right at the master", {}, [firstName, secondName], `The name is taken; joining as ${secondName}`],
    ["by an admin of the master", account, [firstName, secondName], `The stale entry ${firstName} stays`],
    ["by a fedAdmin of the master", account, [firstName], `Removing the stale entry ${firstName}`],
  ])("is joined again %s", async (by, settings, names, line) => {
    const role = by.includes("fedAdmin") ? "fedAdmin" : "admin";
    const users = [{ username: "joiner", password: "canary-joiner", role }] as const;
    const world = await createJoinHarness({ masterOptions: { users } });
    world.after(30 * minute, () => {
      world.reinstall();
    });
    const { facts, lines, rejoins } = await world.run({ ...watch, ...settings });
    expect(facts).toMatchObject({ state: "joined", name: names.at(-1) });
    expect(lines.join("\n")).toContain(line);
    expect([rejoins, memberNames(world.master), world.site().clusterName]).toEqual([1, names, names.at(-1)]);
  });

  test.for(["an observation", "a restart"])(
    "under another name, without an answer, is known as its own by %s",
    async (by, { world }) => {
      world.after(30 * minute, () => {
        world.reinstall();
        world.master.faults.add({
          match: { method: "POST", path: "/v1/fed/join" },
          what: "reset-after-effect",
          skip: 1,
          times: Infinity,
        });
      });
      const settings = { ...watch, MAX_JOIN_RETRIES: "0" };
      const isRestart = by === "a restart";
      const first = await world.run(settings, { stopAt: isRestart ? /^The name is taken/ : undefined });
      const { facts, lines } = isRestart ? await world.run(settings) : first;
      expect(facts).toMatchObject({ state: "joined", name: secondName });
      expect(lines.join("\n")).not.toMatch(/Two owners|not made by this exporter/);
      expect(world.joins()).toBe(3);
    },
  );
});
