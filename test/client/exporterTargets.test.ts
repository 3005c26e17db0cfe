import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { startController, type SimulatedController } from "../simulator/startController";
import { startFederation, type FederationOptions, type SimulatedFederation } from "../simulator/startFederation";
import { fedJoinInputs } from "../support/fedJoinInputs";
import { newLifecycle, nth, requestsOf } from "../support/federationTest";
import { startExporter, type ExporterProcess } from "./exporterProcess";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "exporter-targets-"));
  closers.push(() => rm(folder, { recursive: true }));
  return folder;
}

async function exporter(env: Readonly<Record<string, string>>): Promise<ExporterProcess> {
  const started = await startExporter(env);
  closers.push(() => started.stop("SIGKILL"));
  return started;
}

interface Site {
  readonly name: string;
  readonly hosts: number;
  readonly controller: SimulatedController;
}

const passwordOf = (name: string): string => `Canary-${name}-4711`;

/** A controller with an account and with data that no other has. */
async function startSite(name: string, hosts: number): Promise<Site> {
  const controller = await startController({
    users: [{ username: `scraper-${name}`, password: passwordOf(name), role: "reader" }],
    summary: { hosts },
    data: { "/v1/host": { hosts: [{ id: `id-${name}`, name: `host-${name}`, memory: hosts }] } },
  });
  closers.push(() => controller.close());
  return { name, hosts, controller };
}

const threeSites = () => Promise.all([startSite("a", 101), startSite("b", 202), startSite("c", 303)]);

/** A configuration file with one module and one target for each site; gives its path. */
function writeConfig(folder: string, sites: readonly Site[], more: Readonly<Record<string, unknown>> = {}): string {
  for (const { name } of sites) writeFileSync(join(folder, `password-${name}`), `${passwordOf(name)}\n`);
  const file = join(folder, "exporter.yml");
  const modules = sites.map(({ name, controller }) => [
    `module-${name}`,
    {
      username: `scraper-${name}`,
      password_file: `password-${name}`,
      tls: { fingerprint: controller.fingerprint256 },
      groups: ["summary", "host"],
    },
  ]);
  const targets = sites.map(({ name, controller: { rest } }) => [
    `site-${name}`,
    { address: `${rest.server}:${rest.port}`, module: `module-${name}` },
  ]);
  // JSON is YAML.
  const content = { modules: Object.fromEntries(modules) as object, targets: Object.fromEntries(targets) as object };
  writeFileSync(file, JSON.stringify({ ...content, ...more }));
  return file;
}

const probe = (process: ExporterProcess, query: string) => fetch(`${process.url}/probe?${query}`);

const logins = ({ requests }: SimulatedController) =>
  requests.filter(({ method, path }) => method === "POST" && path === "/v1/auth");

/** Takes connections, counts them and never answers. */
async function listenSilently(): Promise<{ readonly port: number; readonly connections: () => number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => socket.destroy()));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const at = server.address();
  return { port: typeof at === "object" && at !== null ? at.port : 0, connections: () => sockets.size };
}

const userNamed = z.object({ password: z.object({ username: z.string() }) });

describe("many controllers", () => {
  test("1,000 interleaved probes of three targets show no foreign sample and log in once each, with their own account", async () => {
    const sites = await threeSites();
    const process = await exporter({ EXPORTER_CONFIG_FILE: writeConfig(newFolder(), sites) });
    const wrong: string[] = [];
    const one = async (index: number): Promise<void> => {
      const site = nth(sites, (index * 7 + (index % 11)) % 3);
      const response = await probe(process, `target=site-${site.name}`);
      const text = await response.text();
      const lines = text.split("\n").filter((line) => /^nv_(summary|host)/.test(line));
      const isRight =
        response.status === 200 &&
        lines.includes(`nv_summary_hosts{target="site-${site.name}"} ${site.hosts}`) &&
        lines.some((line) => line.startsWith("nv_host_memory{") && line.includes(`host-${site.name}`)) &&
        lines.every((line) => line.includes(`target="site-${site.name}"`)) &&
        sites.every(({ name }) => name === site.name || !text.includes(`-${name}"`));
      if (!isRight) wrong.push(text);
    };
    let next = 0;
    await Promise.all(
      Array.from({ length: 12 }, async () => {
        while (next < 1000) await one(next++);
      }),
    );
    expect(wrong).toEqual([]);
    for (const { name, controller } of sites) {
      const users = logins(controller).map(({ body }) => userNamed.parse(body).password.username);
      expect(users).toEqual([`scraper-${name}`]);
      expect(new Set(controller.requests.map(({ status }) => status))).toEqual(new Set([200]));
      expect(process.output()).not.toContain(passwordOf(name));
    }
  }, 120_000);

  test("a wrong name, address, parameter or group is told what is right, without any connection", async () => {
    const sites = await threeSites();
    const { controller } = nth(sites, 0);
    const stranger = await listenSilently();
    const { port } = stranger;
    const process = await exporter({ EXPORTER_CONFIG_FILE: writeConfig(newFolder(), sites) });
    for (const [query, answer] of [
      ["", /^one parameter target is required\n$/],
      ["target=", /^one parameter target is required\n$/],
      [`target=https://127.0.0.1:${port}`, /^target takes .* a configured name: site-a, site-b, site-c\n$/],
      [`target=127.0.0.1:${port}`, /^target takes /],
      [`target=${controller.rest.server}:${controller.rest.port}`, /^target takes /],
      ["target=unix:/run/docker.sock", /^target takes /],
      ["target=nobody", /^target takes /],
      ["target=constructor", /^target takes /],
      ["target=site-a&target=site-b", /^one parameter target is required\n$/],
      [`target=${"a".repeat(129)}`, /^a parameter has at most 128 characters\n$/],
      ["target=site-a&module=module-b", /^module takes, for this target: module-a\n$/],
      ["target=site-a&module=", /^module takes, for this target: module-a\n$/],
      ["target=site-a&module=module-a&module=module-a", /^at most one parameter module/],
      ["target=site-a&collect[]=nonsense", /these groups: summary, host\n$/],
      ["target=site-a&collect[]=log", /these groups: summary, host\n$/],
      ["target=site-a&collect[]=host&exclude[]=host", /exclude each other\n$/],
      ["target=site-a&exclude[]=host&exclude[]=summary", /^exclude\[\] leaves no group\n$/],
      ["target=site-a&auth=x", /^parameters are target, module, collect\[\], exclude\[\]\n$/],
      ["target=member:x", /^no master is configured/],
      ["target=member:../../v1/user", /takes the id of a member/],
    ] as const) {
      const response = await probe(process, query);
      const text = await response.text();
      expect([query, response.status, response.headers.get("content-type")]).toEqual([
        query,
        400,
        "text/plain; charset=utf-8",
      ]);
      expect(text).toMatch(answer);
    }
    expect(stranger.connections()).toBe(0);
    expect(sites.flatMap((each) => each.controller.requests)).toEqual([]);
  });

  test("collect[] and exclude[] pick groups, in /probe and in /metrics", async () => {
    const [a] = await threeSites();
    const file = writeConfig(newFolder(), [a]);
    const { rest, fingerprint256 } = a.controller;
    const process = await exporter({
      EXPORTER_CONFIG_FILE: file,
      CTRL_API_SERVICE: `${rest.server}:${rest.port}`,
      CTRL_USERNAME: "scraper-a",
      CTRL_PASSWORD: passwordOf("a"),
      CTRL_TLS_FINGERPRINT: fingerprint256,
    });
    const groupsOf = (text: string) =>
      [...text.matchAll(/nv_scrape_collector_success\{collector="(\w+)"\} 1/g)].map(([, group]) => group);
    const text = async (path: string) => (await fetch(process.url + path)).text();
    expect(groupsOf(await text("/probe?target=site-a&collect[]=host"))).toEqual(["host"]);
    expect(groupsOf(await text("/probe?target=site-a&exclude[]=host"))).toEqual(["summary"]);
    expect(groupsOf(await text("/metrics?collect[]=host&collect[]=federation"))).toEqual(["host", "federation"]);
    expect((await fetch(`${process.url}/metrics?collect[]=nonsense`)).status).toBe(400);
    expect(logins(a.controller)).toHaveLength(1);
  });

  test("MAX_CONNECTIONS limits the connections to one controller", async () => {
    const silent = await listenSilently();
    const process = await exporter({
      CTRL_API_SERVICE: `127.0.0.1:${silent.port}`,
      CTRL_APIKEY: "scraper:secret",
      MAX_CONNECTIONS: "3",
    });
    const scrape = process.scrape({ "X-Prometheus-Scrape-Timeout-Seconds": "60" }).catch(() => "");
    await expect.poll(silent.connections).toBe(3);
    // All groups have asked by then.
    for (let round = 0; round < 5; round++) await fetch(`${process.url}/-/healthy`);
    expect(silent.connections()).toBe(3);
    await process.stop("SIGKILL");
    await scrape;
  });

  test("R15: a refused password stops the logins of its own target only, and is to be seen", async () => {
    const sites = await threeSites();
    const folder = newFolder();
    const file = writeConfig(folder, sites);
    writeFileSync(join(folder, "password-b"), "wrong\n");
    const process = await exporter({ EXPORTER_CONFIG_FILE: file });
    const upOf = async (name: string) =>
      /^nv_up (\d)/m.exec(await (await probe(process, `target=${name}`)).text())?.[1];
    for (let round = 0; round < 4; round++) {
      expect([await upOf("site-a"), await upOf("site-b"), await upOf("site-c")]).toEqual(["1", "0", "1"]);
    }
    expect(sites.map(({ controller }) => logins(controller).length)).toEqual([1, 1, 1]);
    const own = await process.scrape();
    const { rest } = nth(sites, 1).controller;
    expect(own).toContain('nv_exporter_login_hold{target="site-a",module="module-a"} 0\n');
    expect(own).toContain('nv_exporter_login_hold{target="site-b",module="module-b"} 1\n');
    expect(own).toMatch(/nv_exporter_login_hold_end_timestamp_seconds\{target="site-b",module="module-b"\} \d+/);
    expect(own).toContain(
      `nv_exporter_logins_total{controller="${rest.server}:${rest.port}",result="unauthorized"} 1\n`,
    );
    expect(own).not.toContain("nv_up");
  });
});

describe("reload", () => {
  const env = { WEB_ENABLE_LIFECYCLE: "true" };

  test("keeps what is unchanged, logs out what is changed or gone, and takes a new password", async () => {
    const [a, b, c] = await threeSites();
    const folder = newFolder();
    const process = await exporter({ ...env, EXPORTER_CONFIG_FILE: writeConfig(folder, [a, b]) });
    const statusOf = async (query: string) => (await probe(process, query)).status;
    expect([await statusOf("target=site-a"), await statusOf("target=site-b"), await statusOf("target=site-c")]).toEqual(
      [200, 200, 400],
    );
    writeConfig(folder, [a, c]);
    expect((await fetch(`${process.url}/-/reload`, { method: "POST" })).status).toBe(200);
    expect([await statusOf("target=site-a"), await statusOf("target=site-b"), await statusOf("target=site-c")]).toEqual(
      [200, 400, 200],
    );
    expect([a, b, c].map(({ controller }) => logins(controller).length)).toEqual([1, 1, 1]);
    expect(requestsOf(a.controller, "DELETE", "/v1/auth")).toHaveLength(0);
    await expect.poll(() => requestsOf(b.controller, "DELETE", "/v1/auth").length).toBe(1);

    writeFileSync(join(folder, "password-a"), "changed\n");
    process.signal("SIGHUP");
    await process.said(/was read again[^]*was read again/);
    expect(await (await probe(process, "target=site-a")).text()).toContain("\nnv_up 0\n");
    await expect.poll(() => requestsOf(a.controller, "DELETE", "/v1/auth").length).toBe(1);
    expect(await process.stop()).toBe(0);
    expect(requestsOf(c.controller, "DELETE", "/v1/auth")).toHaveLength(1);
  });

  test("a file that is not valid leaves everything running, says all that is wrong, and is to be seen", async () => {
    const [a] = await threeSites();
    const folder = newFolder();
    const file = writeConfig(folder, [a]);
    const process = await exporter({ ...env, EXPORTER_CONFIG_FILE: file });
    expect(await process.scrape()).toContain("\nnv_exporter_config_last_reload_successful 1\n");
    const good = /^nv_exporter_config_last_reload_success_timestamp_seconds (\S+)/m.exec(await process.scrape())?.[1];
    writeFileSync(file, JSON.stringify({ modules: { m: { passwort: "Canary-secret" } }, targets: { t: {} } }));
    const response = await fetch(`${process.url}/-/reload`, { method: "POST" });
    expect(response.status).toBe(500);
    await process.said(/modules\.m\.passwort: unknown key, did you mean password_\w+\?/);
    await process.said(/targets\.t\.address: is required/);
    expect(process.output()).not.toContain("Canary-secret");
    expect((await probe(process, "target=site-a")).status).toBe(200);
    const own = await process.scrape();
    expect(own).toContain("\nnv_exporter_config_last_reload_successful 0\n");
    expect(own).toContain(`nv_exporter_config_last_reload_success_timestamp_seconds ${good ?? ""}\n`);
  });

  test("/-/reload needs WEB_ENABLE_LIFECYCLE", async () => {
    const process = await exporter({ EXPORTER_CONFIG_FILE: writeConfig(newFolder(), []) });
    expect((await fetch(`${process.url}/-/reload`, { method: "POST" })).status).toBe(403);
  });
});

const discovered = z.array(z.object({ targets: z.array(z.string()), labels: z.record(z.string(), z.string()) }));

describe("a federation", () => {
  async function federationOf(options: FederationOptions = {}): Promise<SimulatedFederation> {
    const federation = await startFederation({ sites: 2, selfSigned: true, ...options });
    closers.push(() => federation.close());
    for (const [index, site] of federation.sites.entries()) {
      await newLifecycle().create(fedJoinInputs(federation.master, site, `s${index}`));
    }
    return federation;
  }

  const controllerEnv = ({ rest, admin, fingerprint256 }: SimulatedController) => ({
    CTRL_API_SERVICE: `${rest.server}:${rest.port}`,
    CTRL_USERNAME: admin.username,
    CTRL_PASSWORD: admin.password,
    CTRL_TLS_FINGERPRINT: fingerprint256,
  });

  test("its members are listed by /sd and probed through the master, with one login there and none at a member", async () => {
    const federation = await federationOf({ siteOptions: { summary: { hosts: 77 } } });
    const { master, sites } = federation;
    const process = await exporter(controllerEnv(master));
    const before = sites.map((site) => logins(site).length);
    const atMaster = logins(master).length;
    const list = await fetch(`${process.url}/sd`);
    expect(list.headers.get("content-type")).toBe("application/json; charset=utf-8");
    const groups = discovered.parse(await list.json());
    expect(groups.map(({ targets }) => targets[0]).toSorted()).toEqual(
      master
        .members()
        .map(({ id }) => `member:${id}`)
        .toSorted(),
    );
    const [first] = master.members();
    expect(groups.map(({ labels }) => labels)).toContainEqual({
      __meta_fedjoin_kind: "member",
      __meta_fedjoin_member_id: first?.id,
      __meta_fedjoin_member_name: first?.name,
      __meta_fedjoin_member_status: first?.status,
      __meta_fedjoin_master_name: "primary",
    });
    for (let round = 0; round < 3; round++) {
      for (const { targets } of groups) {
        const text = await (await probe(process, `target=${nth(targets, 0)}`)).text();
        expect(text).toContain("\nnv_up 1\n");
        expect(text).toContain(`\nnv_summary_hosts{target="${nth(targets, 0)}"} 77\n`);
      }
    }
    expect(logins(master).length - atMaster).toBe(1);
    expect(sites.map((site) => logins(site).length)).toEqual(before);
  });

  test("an id that the master does not list is 404 and reaches no member", async () => {
    const { master, sites } = await federationOf();
    const process = await exporter(controllerEnv(master));
    const before = sites.map(({ requests }) => requests.length);
    const asked = requestsOf(master, "GET", "/v1/fed/member").length;
    for (let round = 0; round < 5; round++) expect((await probe(process, "target=member:nobody")).status).toBe(404);
    expect(sites.map(({ requests }) => requests.length)).toEqual(before);
    expect(requestsOf(master, "GET", "/v1/fed/member")).toHaveLength(asked + 1);
    expect(master.requests.filter(({ path }) => path.includes("nobody"))).toEqual([]);
  });

  test("a member that is away is nv_up 0, and a master that is away makes /sd 503", async () => {
    const { master, sites } = await federationOf();
    const process = await exporter(controllerEnv(master));
    const id = nth(master.members(), 0).id;
    const site = sites.find(({ membership }) => membership?.id === id);
    await site?.goOffline();
    const text = await (await probe(process, `target=member:${id}`)).text();
    expect(text).toContain("\nnv_up 0\n");
    await master.goOffline();
    const other = await exporter(controllerEnv(master));
    expect((await fetch(`${other.url}/sd`)).status).toBe(503);
    expect((await probe(other, `target=member:${id}`)).status).toBe(503);
    expect(await other.scrape()).toContain("\nnv_up 0\n");
  });

  test("a member's own 401/47 stops neither its master nor the other members", async () => {
    const { master, sites } = await federationOf();
    const process = await exporter(controllerEnv(master));
    const hostile = nth(sites, 0);
    hostile.faults.add({
      match: { method: "GET", path: "/v1/system/summary" },
      what: "status",
      status: 401,
      code: 47,
      times: 100,
    });
    const before = logins(master).length;
    const idOf = (index: number) => nth(sites, index).membership?.id ?? "";
    for (let round = 0; round < 4; round++) await probe(process, `target=member:${idOf(0)}&collect[]=summary`);
    expect(await (await probe(process, `target=member:${idOf(1)}`)).text()).toContain("\nnv_up 1\n");
    expect(await process.scrape()).toContain("\nnv_up 1\n");
    expect(logins(master).length - before).toBeLessThanOrEqual(2);
  });

  test("federation.via names the master, so that CTRL_API_SERVICE is not needed", async () => {
    const { master } = await federationOf();
    const folder = newFolder();
    writeFileSync(join(folder, "password"), master.admin.password);
    const file = join(folder, "exporter.yml");
    writeFileSync(
      file,
      [
        "default_module: fed",
        "modules:",
        "  fed:",
        "    username: admin",
        "    password_file: password",
        `    tls: {fingerprint: "${master.fingerprint256}"}`,
        "  light: {groups: [summary]}",
        "targets:",
        `  master: {address: "${master.rest.server}:${master.rest.port}"}`,
        "federation: {via: master, module: light}",
      ].join("\n"),
    );
    const process = await exporter({ EXPORTER_CONFIG_FILE: file });
    const groups = discovered.parse(await (await fetch(`${process.url}/sd`)).json());
    expect(groups).toHaveLength(3);
    expect(groups[0]).toEqual({
      targets: ["master"],
      labels: { __meta_fedjoin_kind: "target", __meta_fedjoin_module: "fed" },
    });
    const text = await (await probe(process, `target=member:${nth(master.members(), 0).id}`)).text();
    expect([...text.matchAll(/collector_success\{collector="(\w+)"\} 1/g)].map(([, name]) => name)).toEqual([
      "summary",
    ]);
  });
});
