import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createTestCa } from "../simulator/certificates";
import { startController, type SimulatedController, type StartOptions } from "../simulator/startController";
import { logIn, send } from "../simulator/testClient";
import { memberNames, requestsOf } from "../support/federationTest";
import { startExporter, type ExporterProcess } from "./exporterProcess";

const password = "Canary-scrape-7c1e";
const joinPassword = "Canary-join-5b2d";
const timings = { cleanupMs: 20, probePauseMs: 5, intervalMinuteMs: 100 };

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function folder(): Promise<string> {
  const made = mkdtempSync(join(tmpdir(), "exporter-watch-"));
  closers.push(() => rm(made, { recursive: true, force: true }));
  return Promise.resolve(made);
}

interface Scene {
  readonly master: SimulatedController;
  readonly site: SimulatedController;
  /** A new controller in the site's place, as after the loss of its volumes. */
  readonly reinstall: () => Promise<SimulatedController>;
  readonly env: Readonly<Record<string, string>>;
}

async function scene(masterOptions: StartOptions = {}, joinerRole: "admin" | "fedAdmin" = "admin"): Promise<Scene> {
  const ca = await createTestCa();
  const certificate = { ca };
  const admin = { username: "admin", password, role: "admin" } as const;
  const joiner = { username: "joiner", password: joinPassword, role: joinerRole } as const;
  const start = async (options: StartOptions): Promise<SimulatedController> => {
    const started = await startController({ certificate, timings, users: [admin], ...options });
    closers.push(() => started.close());
    return started;
  };
  const master = await start({
    name: "primary",
    role: "master",
    acceptDirectJoin: true,
    users: [admin, joiner],
    ...masterOptions,
  });
  const site = await start({});
  const home = await folder();
  const caFile = join(home, "ca.pem");
  writeFileSync(caFile, ca.certificate);
  return {
    master,
    site,
    async reinstall() {
      await site.close();
      return start({ port: site.rest.port });
    },
    env: {
      CTRL_API_SERVICE: `${site.rest.server}:${site.rest.port}`,
      CTRL_PASSWORD: password,
      CTRL_CA_FILE: caFile,
      ENABLE_FED_JOIN: "true",
      JOIN_MODE: "watch",
      JOIN_WATCH_INTERVAL_SECONDS: "0.1",
      PAAS_STORE_ID: "u2204a",
      MASTER_CLUSTER_ADDRESS: master.rest.server,
      MASTER_CLUSTER_PORT: String(master.rest.port),
      MASTER_CA_FILE: caFile,
      JOINT_REST_SERVER: site.rest.server,
      JOINT_REST_PORT: String(site.rest.port),
      JOIN_TOKEN: master.joinToken(),
      JOIN_INITIAL_DELAY_SECONDS: "0.05",
      JOIN_MAX_DELAY_SECONDS: "0.2",
      EXPORTER_STATE_DIR: home,
    },
  };
}

async function exporter(env: Readonly<Record<string, string>>): Promise<ExporterProcess> {
  const started = await startExporter(env);
  closers.push(() => started.stop("SIGKILL"));
  return started;
}

/** Messages in turn, without time and level. */
const messages = (process: ExporterProcess): string[] =>
  process
    .output()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.replace(/^\S+ \w+ +/, ""));

const joins = (master: SimulatedController): number => requestsOf(master, "POST", "/v1/fed/join").length;

/** Waits until the exporter looked at the site twice more, so that a look began after now. */
async function looks(site: SimulatedController): Promise<void> {
  const count = (): number => requestsOf(site, "GET", "/v1/fed/member").length;
  const before = count();
  await vi.waitUntil(() => count() >= before + 2, { timeout: 30_000 });
}

const joined = /Federation join completed successfully!/;

/** The join's samples of a scrape, by name and labels. */
async function joinSamples(process: ExporterProcess): Promise<ReadonlyMap<string, number>> {
  const lines = (await process.scrape()).split("\n").filter((line) => line.startsWith("nv_fed_join_"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

/** The state, of which every scrape shows exactly one. */
async function stateOf(process: ExporterProcess): Promise<string> {
  const samples = [...(await joinSamples(process))].filter(([name]) => name.startsWith("nv_fed_join_state{"));
  expect(samples).toHaveLength(11);
  const [shown = "", ...more] = samples.filter(([, value]) => value === 1).map(([name]) => name);
  expect(more).toEqual([]);
  return /state="(\w+)"/.exec(shown)?.[1] ?? "";
}

describe("a kick", () => {
  test.each([true, false])("keeps the exporter away, also after a restart (the site hears of it: %s)", async (tell) => {
    const { master, site, env } = await scene();
    const first = await exporter(env);
    await first.said(joined);
    const [name = ""] = memberNames(master);
    await master.kick(name, { tell });
    await first.said(/The master removed/);
    expect(messages(first)).toContain(
      `The master removed ${name}: ask the master's admin; JOIN_REJOIN_AFTER_KICK=true lets it join again`,
    );
    expect(await stateOf(first)).toBe("kicked");
    await first.stop();
    const second = await exporter(env);
    await second.said(/The master removed/);
    await looks(site);
    expect(await stateOf(second)).toBe("kicked");
    await second.stop();
    const once = await exporter({ ...env, JOIN_MODE: "once" });
    await once.said(/Federation join failed; metrics are not affected/);
    expect(await stateOf(once)).toBe("kicked");
    expect(memberNames(master)).toEqual([]);
    expect(joins(master)).toBe(1);
    expect(await once.scrape()).toContain("\nnv_up 1\n");
  });

  test.each([true, false])(
    "is undone with JOIN_REJOIN_AFTER_KICK, under the same name (the site hears of it: %s)",
    async (tell) => {
      const { master, env } = await scene();
      const process = await exporter({ ...env, JOIN_REJOIN_AFTER_KICK: "true" });
      await process.said(joined);
      const names = memberNames(master);
      await master.kick(names[0] ?? "", { tell });
      await process.said(/Restoring the federation membership\.\.\.[^]*Federation join completed successfully!/);
      expect(memberNames(master)).toEqual(names);
      const samples = await joinSamples(process);
      expect(samples.get("nv_fed_join_rejoins_total")).toBe(1);
      expect(samples.get('nv_fed_join_requests_total{result="accepted"}')).toBe(2);
    },
  );

  test("comes to its end by a restart with JOIN_REJOIN_AFTER_KICK", async () => {
    const { master, env } = await scene();
    const first = await exporter(env);
    await first.said(joined);
    const names = memberNames(master);
    await master.kick(names[0] ?? "");
    await first.said(/The master removed/);
    await first.stop();
    const second = await exporter({ ...env, JOIN_REJOIN_AFTER_KICK: "true" });
    await second.said(joined);
    expect(memberNames(master)).toEqual(names);
    expect(await stateOf(second)).toBe("joined");
  });

  test("shows as unclear where the account may not read the events", async () => {
    const { master, site, env } = await scene();
    const process = await exporter(env);
    await process.said(joined);
    site.faults.add({
      match: { method: "GET", path: "/v1/log/event" },
      what: "status",
      status: 403,
      code: 25,
      times: 1_000_000,
    });
    await master.kick(memberNames(master)[0] ?? "");
    await process.said(/nothing tells whether it left or the master removed it/);
    await looks(site);
    expect(await stateOf(process)).toBe("unclear");
    expect(joins(master)).toBe(1);
  });
});

describe("a lost membership", () => {
  test("is made again once, and not a second time within 24 hours", async () => {
    const { master, site, reinstall, env } = await scene();
    const process = await exporter(env);
    await process.said(joined);
    const [name = ""] = memberNames(master);
    const leave = async (controller: SimulatedController): Promise<void> => {
      const token = await logIn(controller);
      await send(controller, "POST", "/v1/fed/leave", { token, body: {} });
    };
    await leave(site);
    await process.said(/Restoring[^]*Federation join completed successfully!/);
    expect(memberNames(master)).toEqual([name]);
    expect(await stateOf(process)).toBe("joined");
    const again = await reinstall();
    await process.said(/no join before .* \(JOIN_REJOIN_MIN_INTERVAL_SECONDS\)/);
    await looks(again);
    expect(await stateOf(process)).toBe("lost");
    const samples = await joinSamples(process);
    expect(samples.get("nv_fed_join_next_retry_timestamp_seconds")).toBeGreaterThan(
      samples.get("nv_fed_join_last_success_timestamp_seconds") ?? Infinity,
    );
    expect(joins(master)).toBe(2);
  });

  test("of a controller that was set up anew is made again, beside the entry that nobody may remove", async () => {
    const { master, reinstall, env } = await scene();
    const process = await exporter(env);
    await process.said(joined);
    const [name = ""] = memberNames(master);
    const site = await reinstall();
    await process.said(/Restoring[^]*Federation join completed successfully!/);
    expect(site.role).toBe("joint");
    expect(site.clusterName).not.toBe(name);
    expect(memberNames(master).toSorted()).toEqual([name, site.clusterName].toSorted());
    expect(await stateOf(process)).toBe("joined");
  });

  test("of a controller that was set up anew is made again under its name by a fedAdmin of the master", async () => {
    const { master, reinstall, env } = await scene({}, "fedAdmin");
    const process = await exporter({ ...env, JOIN_USERNAME: "joiner", JOIN_PASSWORD: joinPassword });
    await process.said(joined);
    const names = memberNames(master);
    const site = await reinstall();
    await process.said(/Restoring[^]*Federation join completed successfully!/);
    expect(process.output()).toContain(`Removing the leftover entry ${names[0] ?? ""}`);
    expect(memberNames(master)).toEqual(names);
    expect(site.clusterName).toBe(names[0]);
  });

  test("of a controller that was set up anew is made again under another name by an account that may not remove", async () => {
    const { master, reinstall, env } = await scene();
    const process = await exporter({ ...env, JOIN_USERNAME: "joiner", JOIN_PASSWORD: joinPassword });
    await process.said(joined);
    const [name = ""] = memberNames(master);
    const site = await reinstall();
    await process.said(/Restoring[^]*Federation join completed successfully!/);
    expect(process.output()).toContain(`The leftover entry ${name} stays`);
    expect(process.output()).toContain(`The name is taken; joining as ${site.clusterName}\n`);
    expect(memberNames(master).toSorted()).toEqual([name, site.clusterName].toSorted());
  });
});

describe("a restart", () => {
  test.each(["kept", "lost"])("finds its own membership again, with its files %s", async (files) => {
    const { master, site, env } = await scene();
    const first = await exporter(env);
    await first.said(joined);
    const [name = ""] = memberNames(master);
    await first.stop();
    const second = await exporter(files === "kept" ? env : { ...env, EXPORTER_STATE_DIR: await folder() });
    await second.said(new RegExp(`${files === "kept" ? "A" : "Already a"} member as ${name}\\n`));
    await looks(site);
    expect(second.output()).not.toContain("not made by this exporter");
    expect(memberNames(master)).toEqual([name]);
    expect(joins(master)).toBe(1);
    expect(await stateOf(second)).toBe("joined");
  });

  test.each(["kept", "lost"])(
    "after SIGKILL and a lost answer makes no second member, with its files %s",
    async (files) => {
      const { master, env } = await scene();
      master.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "reset-after-effect" });
      const first = await exporter({ ...env, JOIN_INITIAL_DELAY_SECONDS: "300", JOIN_MAX_DELAY_SECONDS: "300" });
      await first.said(/Retry 1\/10 after 300 seconds\.\.\./);
      await first.stop("SIGKILL");
      const second = await exporter(files === "kept" ? env : { ...env, EXPORTER_STATE_DIR: await folder() });
      await second.said(joined);
      expect(memberNames(master)).toHaveLength(1);
      expect(second.output()).toContain(`Already a member as ${memberNames(master)[0] ?? ""}\n`);
      expect(second.output()).not.toContain("not made by this exporter");
      expect(joins(master)).toBe(1);
    },
  );

  test("after SIGKILL while the answer is on its way makes no second member", async () => {
    const { master, env } = await scene();
    master.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "delay", ms: 40_000, when: "after" });
    const first = await exporter(env);
    await vi.waitUntil(() => memberNames(master).length === 1, { timeout: 30_000 });
    await first.stop("SIGKILL");
    const second = await exporter(env);
    await second.said(joined);
    expect(memberNames(master)).toHaveLength(1);
    expect(joins(master)).toBe(1);
  });
});

describe("two exporters for one site", () => {
  test.each(["once", "watch"])(
    "the one that wants something else stops, the other goes on (JOIN_MODE=%s)",
    async (mode) => {
      const { master, site, env } = await scene();
      const owner = await exporter(env);
      await owner.said(joined);
      const [name = ""] = memberNames(master);
      const other = await exporter({
        ...env,
        JOIN_MODE: mode,
        JOIN_CLUSTER_NAME: "u2204a-fixed",
        EXPORTER_STATE_DIR: await folder(),
      });
      await other.said(/Two owners of one site/);
      expect(other.output()).toContain(
        `Two owners of one site: the site is a member as ${name} at ${site.rest.server}:${site.rest.port}, wanted is u2204a-fixed at ${site.rest.server}:${site.rest.port}.`,
      );
      await other.said(/Federation join failed; metrics are not affected/);
      await looks(site);
      expect(await stateOf(other)).toBe("conflict");
      expect((await joinSamples(other)).get('nv_fed_join_last_error{kind="membership_differs"}')).toBe(1);
      expect(await other.scrape()).toContain("\nnv_up 1\n");
      expect(await stateOf(owner)).toBe("joined");
      expect(memberNames(master)).toEqual([name]);
      expect(joins(master)).toBe(1);
      expect(await other.stop()).toBe(0);
    },
  );

  test("two that want the same share the membership", async () => {
    const { master, site, env } = await scene();
    const both = await Promise.all([exporter(env), exporter({ ...env, EXPORTER_STATE_DIR: await folder() })]);
    await Promise.all(both.map((each) => each.said(joined)));
    await looks(site);
    expect(memberNames(master)).toHaveLength(1);
    expect(await Promise.all(both.map(stateOf))).toEqual(["joined", "joined"]);
  });
});

describe("the process", () => {
  test("R9: serves from the first second while the master is down, and joins when it is back", async () => {
    const { master, env } = await scene();
    await master.goOffline();
    const process = await exporter({ ...env, MAX_JOIN_RETRIES: "1000" });
    expect(await process.scrape()).toContain("\nnv_up 1\n");
    await process.said(/Retry 2\/1000/);
    const samples = await joinSamples(process);
    expect(await stateOf(process)).toBe("joining");
    expect(samples.get('nv_fed_join_last_error{kind="network"}')).toBe(1);
    expect(samples.has("nv_fed_join_last_success_timestamp_seconds")).toBe(false);
    await master.goOnline();
    await process.said(joined);
    const after = await joinSamples(process);
    expect([...after.keys()].some((name) => name.startsWith("nv_fed_join_last_error"))).toBe(false);
    expect(after.has("nv_fed_join_next_retry_timestamp_seconds")).toBe(false);
    expect(after.get("nv_fed_join_last_success_timestamp_seconds")).toBeGreaterThan(1_600_000_000);
    expect(after.get('nv_fed_join_requests_total{result="failed"}')).toBeGreaterThanOrEqual(2);
    expect(after.get('nv_fed_join_requests_total{result="accepted"}')).toBe(1);
    expect(after.get("nv_fed_join_rejoins_total")).toBe(0);
  });

  test("shows when the next attempt is due", async () => {
    const { master, env } = await scene();
    await master.goOffline();
    const process = await exporter({ ...env, JOIN_INITIAL_DELAY_SECONDS: "300", JOIN_MAX_DELAY_SECONDS: "300" });
    const before = Date.now() / 1000;
    await process.said(/Retry 1\/10 after 300 seconds\.\.\./);
    const due = (await joinSamples(process)).get("nv_fed_join_next_retry_timestamp_seconds") ?? 0;
    expect(due).toBeGreaterThan(before + 200);
  });

  test("JOIN_MODE=off joins nothing", async () => {
    const { master, site, env } = await scene();
    const process = await exporter({ ...env, JOIN_MODE: "off", EXPORTER_METRICS: "summary" });
    expect(await stateOf(process)).toBe("off");
    expect(messages(process)).toEqual([expect.stringMatching(/^Listening on /)]);
    expect(master.requests).toEqual([]);
    expect(requestsOf(site, "GET", "/v1/fed/member")).toEqual([]);
  });

  test("R10: the log of a join, of its loss and of its restoration, word for word", async () => {
    const { master, site, env } = await scene();
    const process = await exporter(env);
    await process.said(joined);
    const [name = ""] = memberNames(master);
    const token = await logIn(site);
    await send(site, "POST", "/v1/fed/leave", { token, body: {} });
    await process.said(/Restoring[^]*Federation join completed successfully!\n.*={60}\n/);
    await looks(site);
    expect(await process.stop()).toBe(0);
    const banner = "=".repeat(60);
    const opening = [
      `Cluster name: ${name}`,
      `Master cluster address: ${master.rest.server}:${master.rest.port}`,
      `Joint REST info: ${site.rest.server}:${site.rest.port}`,
    ];
    const sent = [
      `Sending join request to https://${master.rest.server}:${master.rest.port}/v1/fed/join`,
      "Join request successful: 200",
      banner,
      "Federation join completed successfully!",
      banner,
    ];
    const said = messages(process).filter(
      (line) => !/^(Listening|SIGTERM|A member as|.*cleanup|Join request failed: 400|Retry|.*HTTP 400)/.test(line),
    );
    const first = said.indexOf(banner);
    expect(said.slice(first, first + 11)).toEqual([
      banner,
      "Starting federation join process...",
      banner,
      ...opening,
      ...sent,
    ]);
    const second = said.indexOf("Restoring the federation membership...");
    expect(said.slice(second - 1, second + 5)).toEqual([
      banner,
      "Restoring the federation membership...",
      banner,
      ...opening,
    ]);
    expect(said.slice(-5)).toEqual(sent);
  });

  test("R15: shows no secret, whatever happens, at the least log level", async () => {
    const { master, site, env } = await scene({ acceptDirectJoin: "withSession" });
    const token = env["JOIN_TOKEN"] ?? "";
    const ticket = /"t":"([^"]+)"/.exec(Buffer.from(token, "base64").toString())?.[1] ?? token;
    const secrets = [password, joinPassword, token, ticket];
    for (const format of ["text", "json"]) {
      master.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "status", status: 503 });
      const process = await exporter({
        ...env,
        EXPORTER_STATE_DIR: await folder(),
        JOIN_USERNAME: "joiner",
        JOIN_PASSWORD: joinPassword,
        JOIN_REJOIN_AFTER_KICK: "true",
        JOIN_REJOIN_MIN_INTERVAL_SECONDS: "0.01",
        LOG_LEVEL: "debug",
        LOG_FORMAT: format,
      });
      await process.said(joined);
      await master.kick(memberNames(master)[0] ?? "");
      await process.said(/Restoring[^]*Federation join completed successfully!/);
      await site.goOffline();
      await process.said(/No look at the membership/);
      const shown = [await process.scrape(), await (await fetch(process.url)).text()];
      await site.goOnline();
      expect(await process.stop()).toBe(0);
      for (const text of [process.output(), ...shown]) for (const secret of secrets) expect(text).not.toContain(secret);
      await master.kick(memberNames(master)[0] ?? "");
    }
    expect(requestsOf(site, "POST", "/v1/auth").length).toBeGreaterThan(0);
  });

  test("joins with the account for joining only, and scrapes and watches with the other", async () => {
    const { master, site, env } = await scene({ acceptDirectJoin: "withSession" });
    const process = await exporter({ ...env, JOIN_USERNAME: "joiner", JOIN_PASSWORD: joinPassword });
    await process.said(joined);
    await looks(site);
    await process.scrape();
    expect(await process.stop()).toBe(0);
    expect(requestsOf(master, "POST", "/v1/auth")).toHaveLength(1);
    expect(requestsOf(master, "DELETE", "/v1/auth")).toHaveLength(1);
    expect(requestsOf(site, "POST", "/v1/auth")).toHaveLength(1);
    expect(process.output()).not.toContain("wants a login");
  });
});
