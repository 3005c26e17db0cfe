import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect } from "vitest";
import { test } from "../../support/fixtures";
import {
  createTestCa,
  freePort,
  type SimulatedController,
  startController,
  type StartOptions,
} from "@fedjoin/simulator";
import { runExporter } from "../../support/exporterProcess";

const canary = "Canary-pass-7c1e";
const users = [{ username: "scraper", password: canary, role: "reader" }] as const;

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function controller(options: StartOptions = {}): Promise<SimulatedController> {
  const started = await startController({ users, ...options });
  closers.push(() => started.close());
  return started;
}

const envFor = ({ rest, fingerprint256 }: SimulatedController) => ({
  CTRL_API_SERVICE: `${rest.server}:${rest.port}`,
  CTRL_USERNAME: "scraper",
  CTRL_PASSWORD: canary,
  CTRL_TLS_FINGERPRINT: fingerprint256,
});

const logins = ({ requests }: SimulatedController) =>
  requests.filter(({ method, path }) => method === "POST" && path === "/v1/auth");

const logouts = ({ requests }: SimulatedController) =>
  requests.filter(({ method, path }) => method === "DELETE" && path === "/v1/auth");

describe("a scrape", () => {
  test("R11 R16: shows the controller's data, with one login for many scrapes", async ({ startExporter }) => {
    const site = await controller({
      summary: { hosts: 3, cvedb_version: "3.456", cvedb_create_time: "2023-05-04T09:21:31Z" },
    });
    const process = await startExporter(envFor(site));
    const text = await process.scrape();
    await Promise.all([process.scrape(), process.scrape(), process.scrape()]);
    for (const line of [
      "nv_up 1",
      'nv_scrape_collector_success{collector="summary"} 1',
      'nv_scrape_collector_success{collector="federation"} 1',
      'nv_summary_hosts{target="127.0.0.1"} 3',
      'nv_summary_cvedbVersion{target="127.0.0.1"} 3.456',
      'nv_summary_cvedbTime{target="127.0.0.1"} 1683192091000',
      'nv_fed_worker{status="",master=""} 0',
      'nv_fed_join_state{state="off"} 1',
    ]) {
      expect(text.split("\n")).toContain(line);
    }
    expect(logins(site)).toHaveLength(1);
    expect(process.output()).not.toContain(canary);
  });

  test("R15: an API key is enough, and needs no login", async ({ startExporter }) => {
    const secret = `Canarykey${"x".repeat(55)}`;
    const site = await controller({ apiKeys: [{ name: "scraper", secret, role: "reader" }] });
    const { CTRL_API_SERVICE, CTRL_TLS_FINGERPRINT } = envFor(site);
    const process = await startExporter({ CTRL_API_SERVICE, CTRL_TLS_FINGERPRINT, CTRL_APIKEY: `scraper:${secret}` });
    expect(await process.scrape()).toContain("\nnv_up 1\n");
    expect(logins(site)).toHaveLength(0);
    expect(process.output()).not.toContain("Canarykey");
  });

  test("R9: a role that may not read the federation loses only that collector", async ({ startExporter }) => {
    const site = await controller({ users: [{ username: "scraper", password: canary, role: "ciops" }] });
    const process = await startExporter(envFor(site));
    const text = await process.scrape();
    expect(text).toContain('nv_scrape_collector_success{collector="federation"} 0\n');
    expect(text).toContain('nv_scrape_collector_success{collector="summary"} 1\n');
    expect(text).toContain("\nnv_up 1\n");
  });
});

describe("an absent controller", () => {
  test("R9: at start and later it is nv_up 0 with HTTP 200, said once, and it recovers by itself", async ({
    startExporter,
  }) => {
    const site = await controller();
    await site.goOffline();
    const process = await startExporter(envFor(site));
    expect(await process.scrape()).toContain("\nnv_up 0\n");
    expect(await process.scrape()).toContain("\nnv_up 0\n");
    await site.goOnline();
    expect(await process.scrape()).toContain("\nnv_up 1\n");
    await process.said(/The controller gives data again/);
    await site.goOffline();
    expect(await process.scrape()).toContain("\nnv_up 0\n");
    expect(process.output().match(/The controller gave no data/g)).toHaveLength(2);
    expect(process.output().match(/The controller gives data again/g)).toHaveLength(1);
  });

  test("R9: a controller that takes the connection and stays silent costs no more than the deadline", async ({
    startExporter,
  }) => {
    const port = await freePort("127.0.0.1");
    await listenSilently(port);
    const process = await startExporter({ CTRL_API_SERVICE: `127.0.0.1:${port}`, CTRL_PASSWORD: canary });
    const text = await process.scrape({ "X-Prometheus-Scrape-Timeout-Seconds": "0.8" });
    expect(text).toContain("\nnv_up 0\n");
    await process.said(/The controller gave no data: collector summary was not done at the scrape's deadline/);
  });
});

/** Takes connections and never answers. */
async function listenSilently(port: number): Promise<Server> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => socket.destroy()));
  });
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      }),
  );
  await new Promise<void>((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

test("R15: a restart does not try a refused password again", async ({ startExporter }) => {
  const site = await controller();
  const folder = mkdtempSync(join(tmpdir(), "exporter-"));
  closers.push(() => rm(folder, { recursive: true }));
  const wrong = { ...envFor(site), CTRL_PASSWORD: "canary-wrong", EXPORTER_STATE_DIR: folder };
  for (let round = 0; round < 3; round++) {
    const process = await startExporter(wrong);
    expect(await process.scrape()).toContain("\nnv_up 0\n");
    await process.stop();
  }
  expect(site.requests.filter(({ path }) => path === "/v1/auth")).toHaveLength(1);
  const corrected = await startExporter({ ...envFor(site), EXPORTER_STATE_DIR: folder });
  expect(await corrected.scrape()).toContain("\nnv_up 1\n");
});

describe("R15: certificates", () => {
  test("R15: an unknown one is refused, with the exact line that pins it, and that line works", async ({
    startExporter,
  }) => {
    const site = await controller();
    const { CTRL_TLS_FINGERPRINT, ...unpinned } = envFor(site);
    const first = await startExporter(unpinned);
    expect(await first.scrape()).toContain("\nnv_up 0\n");
    expect(await first.scrape()).toContain("\nnv_up 0\n");
    await first.said(/CTRL_TLS_FINGERPRINT=[0-9A-F:]{95} /);
    expect(first.output()).toContain("CN=neuvector, names DNS:neuvector");
    expect(first.output().match(/CTRL_TLS_FINGERPRINT/g)).toHaveLength(1);
    expect(site.requests).toEqual([]);

    const shown = /CTRL_TLS_FINGERPRINT=([0-9A-F:]{95})/.exec(first.output())?.[1] ?? "";
    expect(shown.replaceAll(":", "")).toBe(CTRL_TLS_FINGERPRINT.replaceAll(":", "").toUpperCase());
    const second = await startExporter({ ...unpinned, CTRL_TLS_FINGERPRINT: shown });
    expect(await second.scrape()).toContain("\nnv_up 1\n");
  });

  test("R15: a CA can be trusted, and a name that is not the address be given", async ({ startExporter }) => {
    const site = await controller({ certificate: { ca: await createTestCa(), names: ["neuvector"] } });
    const folder = mkdtempSync(join(tmpdir(), "exporter-"));
    closers.push(() => rm(folder, { recursive: true }));
    const CTRL_CA_FILE = join(folder, "ca.pem");
    writeFileSync(CTRL_CA_FILE, site.ca);
    const env = { ...envFor(site), CTRL_TLS_FINGERPRINT: "", CTRL_CA_FILE };
    expect(await (await startExporter(env)).scrape()).toContain("\nnv_up 0\n");
    expect(await (await startExporter({ ...env, CTRL_TLS_SERVER_NAME: "neuvector" })).scrape()).toContain(
      "\nnv_up 1\n",
    );
  });

  test("R15: switching verification off works and is said", async ({ startExporter }) => {
    const site = await controller();
    const process = await startExporter({ ...envFor(site), CTRL_TLS_FINGERPRINT: "", CTRL_TLS_VERIFY: "false" });
    expect(await process.scrape()).toContain("\nnv_up 1\n");
    expect(process.output()).toContain("CTRL_TLS_VERIFY=false: any certificate is accepted");
    expect(process.output()).not.toContain("is not verified");
  });
});

describe("R15: a refused login", () => {
  test("R15: is tried once however often it is scraped, and says when it is tried again", async ({ startExporter }) => {
    const site = await controller();
    const process = await startExporter({ ...envFor(site), CTRL_PASSWORD: "Wrong-canary-1" });
    for (let count = 0; count < 8; count++) expect(await process.scrape()).toContain("\nnv_up 0\n");
    expect(logins(site).map(({ status }) => status)).toEqual([401]);
    await process.said(/No login at 127\.0\.0\.1:\d+ before \d{4}-/);
    expect(process.output()).not.toContain("Wrong-canary-1");
    expect(process.output().match(/No login at/g)).toHaveLength(1);
  });

  test("R15: a locked account is left alone", async ({ startExporter }) => {
    const site = await controller({ certificate: { ca: await createTestCa() } });
    const wrong = { password: { username: "scraper", password: "wrong" } };
    for (let count = 0; count < 5; count++) await site.request("POST", "/v1/auth", { body: wrong });
    const before = logins(site).length;
    const process = await startExporter(envFor(site));
    for (let count = 0; count < 4; count++) expect(await process.scrape()).toContain("\nnv_up 0\n");
    expect(logins(site)).toHaveLength(before + 1);
    await process.said(/ No login at .*\[docs\/reference\/errors\.md#locked_out\]/);
  });
});

describe("the process", () => {
  test.for(["SIGTERM", "SIGINT"] as const)("%s logs out and exits with 0", async (signal, { startExporter }) => {
    const site = await controller();
    const process = await startExporter(envFor(site));
    await process.scrape();
    expect(await process.stop(signal)).toBe(0);
    expect(logouts(site).map(({ status }) => status)).toEqual([200]);
  });

  test("SIGTERM lets the running scrape finish", async ({ startExporter }) => {
    const port = await freePort("127.0.0.1");
    const silent = await listenSilently(port);
    const accepted = new Promise((resolve) => silent.once("connection", resolve));
    const process = await startExporter({ CTRL_API_SERVICE: `127.0.0.1:${port}`, CTRL_PASSWORD: canary });
    const scrape = process.scrape({ "X-Prometheus-Scrape-Timeout-Seconds": "1.5" });
    await accepted;
    const [text, code] = await Promise.all([scrape, process.stop()]);
    expect(text).toContain("\nnv_up 0\n");
    expect(code).toBe(0);
  });

  test("R15: LOG_FORMAT=json writes one object a line, and no secret even at level debug", async ({
    startExporter,
  }) => {
    const site = await controller();
    const process = await startExporter({ ...envFor(site), LOG_FORMAT: "json", LOG_LEVEL: "debug" });
    await process.scrape();
    await site.goOffline();
    await process.scrape();
    expect(await process.stop()).toBe(0);
    const lines = process.output().trimEnd().split("\n");
    for (const line of lines) {
      expect(Object.keys(JSON.parse(line) as object)).toEqual(expect.arrayContaining(["level", "time", "msg"]));
    }
    expect(process.output()).not.toContain(canary);
  });

  test("its pages: metrics, health, readiness, landing page, 404, 405 and HEAD", async ({ startExporter }) => {
    const process = await startExporter({ CTRL_API_SERVICE: "127.0.0.1:1", CTRL_PASSWORD: canary });
    const get = (path: string, method = "GET") => fetch(process.url + path, { method });
    for (const path of ["/-/healthy", "/-/ready", "/"]) expect((await get(path)).status).toBe(200);
    expect((await get("/metrics")).headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(await (await get("/")).text()).toContain('<a href="metrics">');
    expect((await get("/favicon.ico")).status).toBe(404);
    const refused = await get("/metrics", "POST");
    expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    const head = await get("/metrics", "HEAD");
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  test("wrong settings are told in one message, and nothing starts", async () => {
    const { code, output } = await runExporter({ CTRL_API_SERVICE: "https://c", EXPORTER_PORT: "x" }, "--nonsense");
    expect(code).toBe(1);
    expect(output.split("\n")).toEqual([
      "Configuration validation failed:",
      "- no such flag: --nonsense",
      "- CTRL_API_SERVICE must be host[:port] without a scheme, an IPv6 address in brackets, such as controller:10443; a path belongs in CTRL_BASE_PATH",
      "- EXPORTER_PORT must be a port number, 0 to 65535",
      "- CTRL_PASSWORD or CTRL_APIKEY is required (or CTRL_PASSWORD_FILE, CTRL_APIKEY_FILE)",
      "See --help for all settings and flags",
      "",
    ]);
  });

  test("--config.check and --version exit with 0, a taken port with 1", async ({ startExporter }) => {
    const env = { CTRL_API_SERVICE: "127.0.0.1:1", CTRL_PASSWORD: canary };
    expect(await runExporter(env, "--config.check")).toEqual({ code: 0, output: "The configuration is valid\n" });
    expect((await runExporter({}, "--version")).output).toMatch(/^fedjoin-exporter \d+\.\d+\.\d+\n$/);
    const running = await startExporter(env);
    const port = new URL(running.url).port;
    const second = await runExporter({ ...env, EXPORTER_ADDRESS: "127.0.0.1", EXPORTER_PORT: port });
    expect(second.code).toBe(1);
    expect(second.output).toContain("EADDRINUSE");
  });
});
