import type { TransportRequest } from "../../../../provider/src/neuvector/ports";
import { Secret } from "@fedjoin/provider/values";
import { describe, expect, test, vi } from "vitest";
import type { ScrapedTarget } from "../../../../exporter/src/targets/scrapedTarget";
import { createTargets, type Targets } from "../../../../exporter/src/targets/targets";
import type { ScrapeConfig } from "../../../../exporter/src/targets/resolveTarget";
import { noTargets, type ScrapePlan } from "../../../../exporter/src/configFile/targetsConfig";
import { createCollectors } from "../../../../exporter/src/collectors";
import type { Collector } from "../../../../exporter/src/collectors/collector";
import { createFileBackoffStore } from "../../../../exporter/src/account/backoffStore";
import { type ControllerHandle, createVirtualNetwork } from "@fedjoin/simulator";
import { virtualPorts } from "../../../support/virtualPorts";
import { memoryStateFiles } from "../../../support/memoryStateFiles";

const minuteMs = 60_000;
const plan: ScrapePlan = { module: "", collectors: ["summary", "host", "federation"], intervalsMs: new Map() };
const all = new Set(plan.collectors);

interface Given {
  readonly password?: string;
  readonly idleSeconds?: number;
  readonly collectors?: readonly Collector[];
}

function start({ password = "admin", idleSeconds = 300, collectors = createCollectors() }: Given = {}) {
  const world = createVirtualNetwork();
  const controller = world.addController({
    users: [{ username: "admin", password: "admin", role: "admin", timeoutSeconds: idleSeconds }],
  });
  const sent: TransportRequest[] = [];
  const { transport, ...ports } = virtualPorts(world);
  const configWith = (secret: string | (() => string)): ScrapeConfig => ({
    controller: {
      address: controller.rest,
      tls: {},
      credentials: { kind: "user", username: "admin", password: new Secret(secret) },
    },
    plan,
    targets: noTargets(plan),
  });
  const files = new Map<string, string>();
  const lines: string[] = [];
  const account = { isRefused: false };
  const refusal = { status: 401, headers: {}, body: JSON.stringify({ code: 3 }) };
  const targets = createTargets({
    ports: {
      ...ports,
      log: (_level, message) => lines.push(message),
      transport: {
        send(request) {
          sent.push(request);
          const isRefused = account.isRefused && request.method === "POST" && request.path === "/v1/auth";
          return isRefused ? Promise.resolve(refusal) : transport.send(request);
        },
      },
    },
    backoffs: createFileBackoffStore(memoryStateFiles(files)),
    createCollectors: () => collectors,
    limits: { conversations: 10, events: 5 },
    config: configWith(password),
  });
  const count = (method: string) => sent.filter((each) => each.method === method && each.path === "/v1/auth").length;
  return { world, controller, targets, sent, account, lines, configWith, count };
}

function mainOf(targets: Targets): ScrapedTarget {
  const main = targets.main();
  if (main === undefined) throw new Error("no controller");
  return main;
}

async function isUp(targets: Targets): Promise<boolean> {
  const results = await mainOf(targets).scrape(10_000, all).all;
  return results.every(({ error }) => error === undefined);
}

describe("a session between scrapes", () => {
  test("50 scrapes need one login and no keep-alive", async () => {
    const { world, targets, count } = start();
    for (let round = 0; round < 50; round++) {
      expect(await isUp(targets)).toBe(true);
      await world.clock.advance(minuteMs);
    }
    expect([count("POST"), count("PATCH")]).toEqual([1, 0]);
  });

  test("scrapes that are further apart than the idle time need one login in an hour as well", async () => {
    const { world, targets, count } = start();
    for (let round = 0; round < 6; round++) {
      expect(await isUp(targets)).toBe(true);
      await world.clock.advance(10 * minuteMs);
    }
    expect(count("POST")).toBe(1);
    expect(count("PATCH")).toBeGreaterThanOrEqual(12);
  });

  test("the idle time that the controller tells is kept", async () => {
    const { world, targets, count } = start({ idleSeconds: 30 });
    expect(await isUp(targets)).toBe(true);
    await world.clock.advance(5 * minuteMs);
    expect(await isUp(targets)).toBe(true);
    expect(count("POST")).toBe(1);
  });

  test("a login lasts 6 hours whatever is done: then there is one more, and no keep-alive for nobody", async () => {
    const { world, targets, count } = start();
    for (let round = 0; round < 8 * 6; round++) {
      expect(await isUp(targets)).toBe(true);
      await world.clock.advance(10 * minuteMs);
    }
    expect(count("POST")).toBe(2);
    await world.clock.advance(2 * 60 * minuteMs);
    const after = count("PATCH");
    await world.clock.advance(24 * 60 * minuteMs);
    expect(count("PATCH")).toBe(after);
  });
});

describe("a reload", () => {
  test("leaves an unchanged session alone", async () => {
    const { targets, configWith, count } = start();
    await isUp(targets);
    const before = mainOf(targets);
    targets.reconfigure(configWith("admin"));
    expect(mainOf(targets)).toBe(before);
    expect(await isUp(targets)).toBe(true);
    expect([count("POST"), count("DELETE")]).toEqual([1, 0]);
  });

  test("with another password ends the old session when its scrape is done, and holds no one back", async () => {
    const { world, targets, configWith, count } = start();
    const running = isUp(targets);
    targets.reconfigure(configWith("wrong"));
    expect(await running).toBe(true);
    await world.clock.advance(0);
    expect([count("POST"), count("DELETE")]).toEqual([1, 1]);
    expect(await isUp(targets)).toBe(false);
    expect(mainOf(targets).hold()).toMatchObject({ refusals: 1 });
    targets.reconfigure(configWith("admin"));
    expect(await isUp(targets)).toBe(true);
    expect(mainOf(targets).hold()).toBeUndefined();
  });

  test("R15: lets a refused password that is unchanged be tried again at once, and not with every reload", async () => {
    const { targets, account, lines, configWith, count } = start();
    account.isRefused = true;
    for (let reload = 0; reload < 10; reload++) {
      expect([await isUp(targets), await isUp(targets)]).toEqual([false, false]);
      targets.reconfigure(configWith("admin"));
    }
    expect(count("POST")).toBe(2);
    expect(mainOf(targets).hold()).toMatchObject({ refusals: 2, reload: "tried" });
    expect(lines.filter((line) => /^Reload: one login at \S+ is tried again/.test(line))).toHaveLength(1);
    expect(lines.at(-1)).toMatch(
      /^Reload: the login after the previous reload was refused, .* No login at .* before \d{4}-/,
    );
  });

  test("R15: ends even the pause without an end once, and a login that works ends the counting", async () => {
    const { world, targets, account, configWith, count } = start();
    account.isRefused = true;
    for (let round = 0; round < 30; round++) {
      expect(await isUp(targets)).toBe(false);
      await world.clock.advance(10 * minuteMs);
    }
    expect(count("POST")).toBe(3);
    expect(mainOf(targets).hold()?.untilMs).toBe(Infinity);
    account.isRefused = false;
    expect(await isUp(targets)).toBe(false);
    targets.reconfigure(configWith("admin"));
    expect(mainOf(targets).hold()).toBeUndefined();
    expect(count("POST")).toBe(3);
    expect(await isUp(targets)).toBe(true);

    account.isRefused = true;
    await world.clock.advance(6 * 60 * minuteMs);
    expect(await isUp(targets)).toBe(false);
    expect(mainOf(targets).hold()).toMatchObject({ refusals: 1 });
  });

  test("R15: whatever is reloaded and however long it takes, four logins at most are refused in a row", async () => {
    const { world, targets, account, configWith, count } = start();
    account.isRefused = true;
    for (let round = 0; round < 60; round++) {
      await isUp(targets);
      await world.clock.advance(10 * minuteMs);
      if (round % 2 === 0) targets.reconfigure(configWith("admin"));
    }
    expect(count("POST")).toBeLessThanOrEqual(4);
    expect(mainOf(targets).hold()?.untilMs).toBe(Infinity);
  });

  test("the session that others hold follows the configuration", async () => {
    const { targets, configWith } = start({ password: "wrong" });
    const call = () => targets.mainSession.call({ method: "GET", path: "/v1/host" });
    await expect(call()).rejects.toMatchObject({ kind: "login_rejected" });
    targets.reconfigure(configWith("admin"));
    await expect(call()).resolves.toBeDefined();
    targets.reconfigure({ ...configWith("admin"), controller: undefined });
    await expect(call()).rejects.toMatchObject({ kind: "invalid_input" });
    expect(targets.main()).toBeUndefined();
  });
});

describe("a password in a file", () => {
  test("R15: that is rotated while a pause lasts ends the pause, and is tried once", async () => {
    const file = { holds: "old" };
    const { targets, configWith, count } = start();
    targets.reconfigure(configWith(() => file.holds));
    expect([await isUp(targets), await isUp(targets)]).toEqual([false, false]);
    expect([count("POST"), mainOf(targets).hold()?.refusals]).toEqual([1, 1]);
    file.holds = "admin";
    expect(mainOf(targets).hold()).toBeUndefined();
    expect([await isUp(targets), await isUp(targets)]).toEqual([true, true]);
    expect(count("POST")).toBe(2);
  });

  test("R15: that was refused stays refused when it is put back", async () => {
    const file = { holds: "old" };
    const { targets, configWith, count } = start();
    targets.reconfigure(configWith(() => file.holds));
    await isUp(targets);
    file.holds = "other";
    await isUp(targets);
    file.holds = "old";
    expect(await isUp(targets)).toBe(false);
    expect(count("POST")).toBe(2);
  });

  test("is read again before the next login, and the session of the last one ends", async () => {
    const file = { holds: "admin" };
    const { targets, configWith, count } = start();
    targets.reconfigure(configWith(() => file.holds));
    expect(await isUp(targets)).toBe(true);
    file.holds = "rotated";
    expect(await isUp(targets)).toBe(false);
    await vi.waitFor(() => {
      expect(count("DELETE")).toBe(1);
    });
  });
});

test("collectors get the roster, and a changed one after a reload, with the same session", async () => {
  const seen: (readonly string[] | undefined)[] = [];
  const spy: Collector = {
    name: "federation",
    help: "",
    metrics: [],
    async collect({ session, roster }) {
      seen.push(roster);
      await session.call({ method: "GET", path: "/v1/fed/member" });
      return [];
    },
  };
  const { targets, configWith, count } = start({ collectors: [spy] });
  const withRoster = (roster: readonly string[]): ScrapeConfig => {
    const config = configWith("admin");
    const { federation } = config.targets;
    return { ...config, targets: { ...config.targets, federation: { ...federation, roster } } };
  };
  await isUp(targets);
  for (const roster of [["shop-1"], ["shop-1"], ["shop-1", "shop-2"]]) {
    targets.reconfigure(withRoster(roster));
    await isUp(targets);
  }
  expect(seen).toEqual([undefined, ["shop-1"], ["shop-1"], ["shop-1", "shop-2"]]);
  expect([count("POST"), count("DELETE")]).toEqual([1, 0]);
});

describe("members", () => {
  async function federation() {
    const started = start();
    const master: ControllerHandle = started.controller;
    await master.promote({ name: "primary", rest: master.federationAddress });
    return { ...started, master };
  }

  test("an unlisted id costs the master one question in 30 seconds", async () => {
    const { world, targets, sent } = await federation();
    const asked = () => sent.filter(({ path }) => path === "/v1/fed/member").length;
    const find = (id: string) => targets.find({ kind: "member", id, module: undefined });
    for (let round = 0; round < 20; round++) expect(await find(`x${round}`)).toMatchObject({ status: 404 });
    expect(asked()).toBe(1);
    await world.clock.advance(31_000);
    expect(await find("x")).toMatchObject({ status: 404 });
    expect(asked()).toBe(2);
  });

  test("without a master there are none, and the probe of one is refused", async () => {
    const { targets, configWith, sent } = start();
    targets.reconfigure({ ...configWith("admin"), controller: undefined });
    expect(await targets.members()).toEqual({ master: "", members: [] });
    expect(await targets.find({ kind: "member", id: "x", module: undefined })).toMatchObject({ status: 400 });
    expect(sent).toEqual([]);
  });
});
