import { Secret } from "@fedjoin/provider/internal/values";
import { createVirtualNetwork } from "@fedjoin/simulator";
import { describe, expect, test, vi } from "vitest";
import { createFileBackoffStore } from "../../../../exporter/src/account/backoffStore";
import { createCollectors } from "../../../../exporter/src/collectors";
import type { Collector } from "../../../../exporter/src/collectors/collector";
import { noTargets, type ScrapePlan } from "../../../../exporter/src/configFile/targetsConfig";
import { createMemberHistories } from "../../../../exporter/src/targets/memberHistories";
import type { ScrapeConfig } from "../../../../exporter/src/targets/resolveTarget";
import { createTargets } from "../../../../exporter/src/targets/targets";
import { requestsOf } from "../../../support/federation";
import { memoryStateFiles } from "../../../support/memoryStateFiles";
import { virtualPorts } from "../../../support/virtualPorts";

const minuteMs = 60_000;
const plan: ScrapePlan = { module: "", collectors: ["summary", "host", "federation"], intervalsMs: new Map() };
const all = new Set(plan.collectors);

interface Given {
  readonly password?: string | (() => string);
  readonly idleSeconds?: number;
  readonly collectors?: readonly Collector[];
}

/** The targets of an exporter with one controller in memory. */
function start({ password = "admin", idleSeconds = 300, collectors = createCollectors() }: Given = {}) {
  const network = createVirtualNetwork();
  const user = { username: "admin", password: "admin", role: "admin", timeoutSeconds: idleSeconds } as const;
  const controller = network.addController({ users: [user] });
  const lines: string[] = [];
  const configWith = (secret: string | (() => string)): ScrapeConfig => {
    const credentials = { kind: "user", username: "admin", password: new Secret(secret) } as const;
    return { controller: { address: controller.rest, tls: {}, credentials }, plan, targets: noTargets(plan) };
  };
  const targets = createTargets({
    ports: { ...virtualPorts(network), log: (_level, message) => lines.push(message) },
    backoffs: createFileBackoffStore(memoryStateFiles()),
    createCollectors: () => collectors,
    limits: { conversations: 10, events: 5, statusSets: true, vulnerabilities: 2 },
    histories: createMemberHistories(undefined, network.clock),
    config: configWith(password),
  });
  const main = () => targets.main() ?? expect.fail("no controller");
  return {
    controller,
    targets,
    lines,
    main,
    reload: (secret: string | (() => string) = "admin") => {
      targets.reconfigure(configWith(secret));
    },
    configWith,
    /** Whether every collector gives its data. */
    isUp: async () => (await main().scrape(10_000, all).all).every(({ error }) => error === undefined),
    pass: (minutes: number) => network.clock.advance(minutes * minuteMs),
    /** From now on the controller refuses all logins, or none. */
    refuseLogins: (isRefused: boolean) =>
      Object.assign(controller.users.get("admin") ?? {}, { password: isRefused ? "x" : "admin" }),
    logins: () => requestsOf(controller, "POST", "/v1/auth").length,
    extensions: () => requestsOf(controller, "PATCH", "/v1/auth").length,
    logouts: () => requestsOf(controller, "DELETE", "/v1/auth").length,
  };
}

describe("a session between scrapes", () => {
  test.each([
    ["a minute apart need no keep-alive", {}, 50, 1, 0],
    ["further apart than the idle time need one login", {}, 6, 10, 12],
    ["of a controller with a short idle time need one login", { idleSeconds: 30 }, 2, 5, 10],
  ])("scrapes %s", async (_what, given, rounds, minutes, extensions) => {
    const world = start(given);
    for (let round = 0; round < rounds; round++) {
      expect(await world.isUp()).toBe(true);
      await world.pass(minutes);
    }
    expect(world.logins()).toBe(1);
    expect(world.extensions()).toBeGreaterThanOrEqual(extensions);
    if (extensions === 0) expect(world.extensions()).toBe(0);
  });

  test("a login lasts 6 hours: then there is one more, and no keep-alive without scrapes", async () => {
    const world = start();
    for (let round = 0; round < 8 * 6; round++) {
      expect(await world.isUp()).toBe(true);
      await world.pass(10);
    }
    expect(world.logins()).toBe(2);
    await world.pass(2 * 60);
    const before = world.extensions();
    await world.pass(24 * 60);
    expect(world.extensions()).toBe(before);
  });
});

describe("a reload", () => {
  test("leaves an unchanged session alone", async () => {
    const world = start();
    await world.isUp();
    const before = world.main();
    world.reload();
    expect(world.main()).toBe(before);
    expect([await world.isUp(), world.logins(), world.logouts()]).toEqual([true, 1, 0]);
  });

  test("with another password ends the old session when its scrape is done, and holds no one back", async () => {
    const world = start();
    const running = world.isUp();
    world.reload("wrong");
    expect(await running).toBe(true);
    await world.pass(0);
    expect([world.logins(), world.logouts()]).toEqual([1, 1]);
    expect(await world.isUp()).toBe(false);
    expect(world.main().hold()).toMatchObject({ refusals: 1 });
    world.reload();
    expect([await world.isUp(), world.main().hold()]).toEqual([true, undefined]);
  });

  test("R15: lets an unchanged refused password be tried again at once, but not with every reload", async () => {
    const world = start();
    world.refuseLogins(true);
    for (let reload = 0; reload < 10; reload++) {
      expect([await world.isUp(), await world.isUp()]).toEqual([false, false]);
      world.reload();
    }
    expect(world.logins()).toBe(2);
    expect(world.main().hold()).toMatchObject({ refusals: 2, reload: "tried" });
    expect(world.lines.filter((line) => /^Reload: one login at \S+ is tried again/.test(line))).toHaveLength(1);
    expect(world.lines.at(-1)).toMatch(
      /^Reload: the login after the previous reload was refused, .* No login at .* before \d{4}-/,
    );
  });

  test("R15: ends even an endless pause once, and a login that works ends the counting", async () => {
    const world = start();
    world.refuseLogins(true);
    for (let round = 0; round < 30; round++) {
      expect(await world.isUp()).toBe(false);
      await world.pass(10);
    }
    expect([world.logins(), world.main().hold()?.untilMs]).toEqual([3, Infinity]);
    world.refuseLogins(false);
    expect(await world.isUp()).toBe(false);
    world.reload();
    expect([world.main().hold(), world.logins()]).toEqual([undefined, 3]);
    expect(await world.isUp()).toBe(true);
    world.refuseLogins(true);
    await world.pass(6 * 60);
    expect(await world.isUp()).toBe(false);
    expect(world.main().hold()).toMatchObject({ refusals: 1 });
  });

  test("changes the session that the join shares, too", async () => {
    const { targets, reload, configWith } = start({ password: "wrong" });
    const call = () => targets.mainSession.call({ method: "GET", path: "/v1/host" });
    await expect(call()).rejects.toMatchObject({ kind: "login_rejected" });
    reload();
    await expect(call()).resolves.toBeDefined();
    targets.reconfigure({ ...configWith("admin"), controller: undefined });
    await expect(call()).rejects.toMatchObject({ kind: "invalid_input" });
    expect(targets.main()).toBeUndefined();
  });

  test("gives collectors the changed roster, with the same session", async () => {
    const seen: (readonly string[] | undefined)[] = [];
    const spy: Collector = {
      ...{ name: "federation", help: "", metrics: [] },
      async collect({ session, roster }) {
        seen.push(roster);
        await session.call({ method: "GET", path: "/v1/fed/member" });
        return [];
      },
    };
    const { targets, configWith, isUp, logins, logouts } = start({ collectors: [spy] });
    await isUp();
    for (const roster of [["shop-1"], ["shop-1"], ["shop-1", "shop-2"]]) {
      const config = configWith("admin");
      const federation = { ...config.targets.federation, roster };
      targets.reconfigure({ ...config, targets: { ...config.targets, federation } });
      await isUp();
    }
    expect(seen).toEqual([undefined, ["shop-1"], ["shop-1"], ["shop-1", "shop-2"]]);
    expect([logins(), logouts()]).toEqual([1, 0]);
  });
});

describe("R15: a password in a file", () => {
  test("R15: ends a pause when it is rotated, and is tried once; a refused one stays refused", async () => {
    let password = "old";
    const world = start({ password: () => password });
    expect([await world.isUp(), await world.isUp()]).toEqual([false, false]);
    expect([world.logins(), world.main().hold()?.refusals]).toEqual([1, 1]);
    password = "other";
    expect([world.main().hold(), await world.isUp()]).toEqual([undefined, false]);
    password = "old";
    expect([await world.isUp(), world.logins()]).toEqual([false, 2]);
    password = "admin";
    expect([await world.isUp(), await world.isUp(), world.logins()]).toEqual([true, true, 3]);
  });

  test("R15: is read again before the next login, and the session of the last one ends", async () => {
    let password = "admin";
    const { isUp, logouts } = start({ password: () => password });
    expect(await isUp()).toBe(true);
    password = "rotated";
    expect(await isUp()).toBe(false);
    await vi.waitFor(() => {
      expect(logouts()).toBe(1);
    });
  });
});

describe("members", () => {
  test("an unlisted id costs the master one request in 30 seconds", async () => {
    const { controller, targets, pass } = start();
    await controller.promote({ name: "primary" });
    const statusOf = (id: string) => targets.find({ kind: "member", id, module: undefined });
    const asked = () => requestsOf(controller, "GET", "/v1/fed/member").length;
    for (let round = 0; round < 20; round++) expect(await statusOf(`x${round}`)).toMatchObject({ status: 404 });
    expect(asked()).toBe(1);
    await pass(0.6);
    expect(await statusOf("x")).toMatchObject({ status: 404 });
    expect(asked()).toBe(2);
  });

  test("without a master there are none, and a probe of one is refused", async () => {
    const { controller, targets, configWith } = start();
    targets.reconfigure({ ...configWith("admin"), controller: undefined });
    expect(await targets.members()).toEqual({ master: "", members: [] });
    expect(await targets.find({ kind: "member", id: "x", module: undefined })).toMatchObject({ status: 400 });
    expect(controller.requests).toEqual([]);
  });
});
