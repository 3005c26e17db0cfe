import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from "vitest";
import {
  createJoinProject,
  type DeclaredJoins,
  encodingsOf,
  fedJoinInputs,
  findLeaks,
  isFedJoin,
  type JoinProject,
  quietFlags,
  storedResources,
  type Tools,
} from "@fedjoin/testbed";
import { type SimulatedController, type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { memberNames, newLifecycle, at, requestsOf } from "../support/federation";

/** They hold what breaks careless quoting, and differ in each of their disguises. */
const password = `Aa1"\\/+&% canary`;
const wrong = `Wrong1"\\/+&% canary`;
const timings = { cleanupMs: 50, probePauseMs: 10, intervalMinuteMs: 500 };

let tools: Tools;
let dir: string;
let project: JoinProject;
let federation: SimulatedFederation;
let master: SimulatedController;
let site: SimulatedController;

beforeAll(() => {
  tools = inject("tools");
});

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "fedjoin-membership-"));
  project = await createJoinProject(tools, dir);
  federation = await startFederation({ sites: 3, timings, password });
  master = federation.master;
  site = at(federation.sites, 0);
});

afterEach(async () => {
  await federation.close();
  await rm(dir, { recursive: true, force: true });
});

const up = () => project.pulumi.run(["up", ...quietFlags]);

const state = async () => (await storedResources(project.backendDir, "joins", "test")).filter(isFedJoin);

const joins = (overrides: object = {}) => ({ site: { ...fedJoinInputs(master, site, "u2204a"), ...overrides } });

/** Each argument made from an Output, as from a host that another resource gives. */
const lateProgram = `
const { readFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");
const { FedJoin } = require("@fedjoin/provider/fedJoin");
const { site } = JSON.parse(readFileSync(__dirname + "/joins.json", "utf8"));
const late = (value) => pulumi.output("x").apply(() => value);
new FedJoin("site", Object.fromEntries(Object.entries(site).map(([key, value]) => [key, late(value)])));
`;

describe("D1, D3: FedJoin in a program of its own, with the packed package", () => {
  test("joins, shows no change, and leaves; a password inside an Output is encrypted in the state", async () => {
    await project.declare(joins({ name: null, joinToken: null }));
    await writeFile(join(project.dir, "index.js"), lateProgram);
    await up();
    expect(await findLeaks(project.backendDir, new Map([["password", password]]))).toEqual([]);
    expect(memberNames(master)).toEqual((await state()).map(({ id }) => id));
    await project.pulumi.run(["up", ...quietFlags, "--expect-no-changes"]);
    await project.pulumi.run(["destroy", ...quietFlags]);
    expect(memberNames(master)).toEqual([]);
  });

  /** Runs a whole life, with a wrong password on the way, and gives all that was said. */
  async function liveLoudly(good: object, bad: object, ...loud: string[]): Promise<string> {
    const events = ["--event-log", join(project.backendDir, "events.json")];
    const said: string[] = [];
    const run = async (...args: string[]): Promise<void> => {
      const { stdout, stderr } = await project.pulumi.tryRun(args);
      said.push(stdout, stderr);
    };
    await project.declare(good as DeclaredJoins);
    await run("preview", "--color", "never", ...loud);
    await run("up", ...quietFlags, ...loud, ...events);
    expect(memberNames(master)).toHaveLength(1);
    await project.declare(bad as DeclaredJoins);
    await run("up", ...quietFlags, ...loud, ...events);
    await run("refresh", ...quietFlags, ...loud, ...events);
    await run("destroy", ...quietFlags, ...loud, ...events);
    expect(said.join("\n")).toContain("#login_rejected");
    return said.join("\n");
  }

  async function expectNoSecrets(said: string, token: string): Promise<void> {
    const secrets = new Map([
      ["password", password],
      ["wrong password", wrong],
      ["token", token],
    ]);
    expect(await findLeaks(project.backendDir, secrets)).toEqual([]);
    for (const secret of secrets.values()) {
      for (const disguise of encodingsOf(secret)) expect(said).not.toContain(disguise);
    }
  }

  test("R15: no secret stands in state, history, event log or output, also with --diff, in any disguise", async () => {
    const joinToken = master.joinToken();
    const { controller } = joins().site;
    const bad = { ...controller, credentials: { username: "admin", password: wrong } };
    const said = await liveLoudly(joins({ joinToken }), joins({ joinToken, controller: bad }), "--diff");
    await expectNoSecrets(said, joinToken);
  });

  test("R15: a secret by reference stands nowhere, not even with --debug", async () => {
    const joinToken = master.joinToken();
    const fileOf = async (name: string, secret: string): Promise<{ file: string }> => {
      await writeFile(join(dir, name), secret);
      return { file: join(dir, name) };
    };
    const { controller, master: at } = joins().site;
    const credentials = { username: "admin", passwordFrom: await fileOf("good", password) };
    const declared = {
      master: { ...at, credentials },
      controller: { ...controller, credentials },
      joinTokenFrom: await fileOf("token", joinToken),
    };
    const bad = { ...controller, credentials: { username: "admin", passwordFrom: await fileOf("bad", wrong) } };
    const said = await liveLoudly(joins(declared), joins({ ...declared, controller: bad }), "--diff", "--debug");
    await expectNoSecrets(said, joinToken);
  });

  test("an outcome that stayed unclear is completed by the next up, under the same name", async () => {
    await project.declare(joins({ retry: { maxRetries: 0 } }));
    site.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "reset-after-effect" });
    site.faults.add({
      match: { method: "GET", path: "/v1/fed/member" },
      what: "reset-after-effect",
      skip: 1,
      times: 1,
    });
    const { code, stdout } = await project.pulumi.tryRun(["up", ...quietFlags]);
    expect(code).not.toBe(0);
    expect(stdout).toContain("run up again to settle it");
    const [pending] = await state();
    expect(pending?.outputs).toMatchObject({ status: "unconfirmed" });
    await up();
    expect(memberNames(master)).toEqual([pending?.id]);
    expect((await state())[0]?.outputs).toMatchObject({ status: "joined" });
    expect(requestsOf(site, "POST", "/v1/fed/join")).toHaveLength(1);
  });

  test("a membership that is there is adopted, also with ifAbsent: fail", async () => {
    await project.declare(joins({ name: "by-hand" }));
    await up();
    await project.pulumi.run(["state", "delete", "--yes", at(await urns(), 0)]);
    await project.declare(joins({ ifAbsent: "fail" }));
    await up();
    expect((await state()).map(({ id }) => id)).toEqual(["by-hand"]);
    expect(requestsOf(site, "POST", "/v1/fed/join")).toHaveLength(1);
  });

  test("a name held by another member fails the preview, before anything has an effect", async () => {
    await project.declare({ other: { ...fedJoinInputs(master, at(federation.sites, 1), "u9"), name: "taken" } });
    await up();
    await project.declare({
      other: { ...fedJoinInputs(master, at(federation.sites, 1), "u9"), name: "taken" },
      ...joins({ name: "taken" }),
    });
    const { code, stdout } = await project.pulumi.tryRun(["preview", "--color", "never"]);
    expect(code).not.toBe(0);
    expect(stdout).toContain("taken belongs to the member at");
    expect(site.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("a site that was re-installed is found by refresh, and its stale entry is replaced by up", async () => {
    await project.declare(joins());
    await up();
    const [before] = await state();
    await master.goOffline();
    const token = await site.logIn();
    await site.request("POST", "/v1/fed/leave", { token, body: { force: true } });
    await master.goOnline();
    await project.pulumi.run(["refresh", ...quietFlags]);
    expect((await state())[0]?.outputs).toMatchObject({ status: "left" });
    await up();
    const formerIds = [before?.outputs?.["clusterId"]];
    expect((await state())[0]?.outputs).toMatchObject({ status: "joined", clusterName: before?.id, formerIds });
    expect(memberNames(master)).toEqual([before?.id]);
  });

  test("another cluster under the same store id is refused", async () => {
    await project.declare(joins({ clusterUid: "uid-1" }));
    await up();
    await project.declare(joins({ clusterUid: "uid-2" }));
    const { code, stdout } = await project.pulumi.tryRun(["up", ...quietFlags]);
    expect(code).not.toBe(0);
    expect(stdout).toContain("belongs to the cluster with UID uid-1");
    expect(memberNames(master)).toHaveLength(1);
  });

  test("a move to a master that is away changes nothing, and succeeds once it is back", async () => {
    await project.declare(joins());
    await up();
    const other = await startFederation({ sites: 0, selfSigned: true, timings });
    try {
      await other.master.goOffline();
      const moving = (retry: object) => ({ site: { ...fedJoinInputs(other.master, site, "u2204a"), retry } });
      await project.declare(moving({ maxRetries: 0 }));
      const { code } = await project.pulumi.tryRun(["up", ...quietFlags]);
      expect(code).not.toBe(0);
      const names = memberNames(master);
      expect(names).toHaveLength(1);
      expect(site.role).toBe("joint");
      await other.master.goOnline();
      await project.declare(moving({ initialDelaySeconds: 0.5 }));
      await up();
      expect(memberNames(other.master)).toEqual(names);
      expect(memberNames(master)).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test("a site that is gone is destroyed with forceLeave, which can be set without asking it", async () => {
    const once = { retry: { maxRetries: 0 } };
    await project.declare(joins(once));
    await up();
    await site.goOffline();
    const { code, stdout } = await project.pulumi.tryRun(["destroy", ...quietFlags]);
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/ECONNREFUSED/);
    expect(memberNames(master)).toHaveLength(1);
    await project.declare(joins({ ...once, forceLeave: true }));
    await up();
    await project.pulumi.run(["destroy", ...quietFlags]);
    expect(memberNames(master)).toEqual([]);
    await site.goOnline();
  });

  test("an interrupted up keeps what it began, and the next one completes it", async () => {
    await project.declare(joins({ retry: { initialDelaySeconds: 5, maxDelaySeconds: 5 } }));
    site.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "reset-after-effect" });
    const interrupt = new AbortController();
    const onLine = (line: string): void => {
      if (line.includes("Retry 1/")) interrupt.abort();
    };
    const { code } = await project.pulumi.tryRun(["up", ...quietFlags], { signal: interrupt.signal, onLine });
    expect(code).not.toBe(0);
    await project.pulumi.tryRun(["cancel", "--yes"]);
    await up();
    expect(memberNames(master)).toEqual((await state()).map(({ id }) => id));
    expect(requestsOf(site, "POST", "/v1/fed/join")).toHaveLength(1);
  });

  test("rows a and b: up adopts what another actor joins meanwhile, and destroy outlasts a kick that holds the master", async () => {
    const slow = { ...timings, callTimeoutMs: 1_000, removalMs: 1_000 };
    const busy = await startFederation({ sites: 2, timings: slow, password });
    const [own, lost] = [at(busy.sites, 0), at(busy.sites, 1)];
    const look = { method: "GET", path: "/v1/fed/member" };
    const kicks = () => busy.master.requests.filter(({ method, path }) => method === "DELETE" && path !== "/v1/auth");
    /** Runs `meanwhile` as soon as the master is asked for its list by what `args` deploys. */
    const deploy = async (args: readonly string[], meanwhile: () => Promise<unknown>): Promise<unknown> => {
      const before = requestsOf(busy.master, look.method, look.path).length;
      const run = project.pulumi.run(args);
      const isAsked = (): boolean => requestsOf(busy.master, look.method, look.path).length > before;
      await Promise.race([vi.waitUntil(isAsked, { timeout: 60_000, interval: 5 }), run]);
      const [result] = await Promise.all([meanwhile(), run]);
      return result;
    };
    try {
      const inputs = fedJoinInputs(busy.master, own, "u2204a");
      await project.declare({ site: inputs });
      busy.master.faults.add({ match: look, what: "delay", ms: 1_500 });
      const joined = await deploy(["up", ...quietFlags], () => newLifecycle().create(inputs));
      expect(joined).toMatchObject({ id: own.clusterName });
      expect((await state()).map(({ id }) => id)).toEqual([own.clusterName]);
      expect(busy.master.members()).toMatchObject([{ name: own.clusterName, id: own.membership?.id }]);
      expect(kicks()).toEqual([]);

      const { id } = await newLifecycle().create(fedJoinInputs(busy.master, lost, "u2204b"));
      lost.freeze();
      own.faults.add({ match: look, what: "delay", ms: 200 });
      await deploy(["destroy", ...quietFlags], () => busy.master.kick(id));
      expect(memberNames(busy.master)).toEqual([]);
      expect(own.role).toBe("");
      const [first, ...others] = requestsOf(own, "POST", "/v1/fed/leave");
      expect(first).toMatchObject({ status: 500 });
      expect(others.length).toBeGreaterThan(0);
    } finally {
      lost.resume();
      await busy.close();
    }
  });

  test("two stacks that join one master at once do not hurt each other", async () => {
    const second = await createJoinProject(tools, join(dir, "second"));
    await project.declare({
      a: fedJoinInputs(master, at(federation.sites, 0), "a"),
      b: fedJoinInputs(master, at(federation.sites, 1), "b"),
    });
    await second.declare({ c: fedJoinInputs(master, at(federation.sites, 2), "c") });
    await Promise.all([up(), second.pulumi.run(["up", ...quietFlags])]);
    expect(memberNames(master).map((name) => name[0])).toEqual(["a", "b", "c"]);
  });
});

async function urns(): Promise<string[]> {
  const { stdout } = await project.pulumi.run(["stack", "--show-urns", "--color", "never"]);
  return stdout.match(/urn:pulumi:\S*neuvector:FedJoin::\S+/g) ?? [];
}
