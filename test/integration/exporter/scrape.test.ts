import { connect, createServer } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestCa, type SimulatedController, type StartOptions } from "@fedjoin/simulator";
import { describe, expect } from "vitest";
import { requestsOf } from "../../support/federation";
import { test as base } from "../../support/fixtures";
import { listen } from "../../support/webServer";

const password = "Canary-pass-7c1e";

const test = base
  /** Starts a controller with an account for scraping. */
  .extend(
    "startSite",
    ({ startController }) =>
      (options: StartOptions = {}) =>
        startController({ users: [{ username: "scraper", password, role: "reader" }], ...options }),
  );

const envFor = ({ rest, fingerprint256 }: SimulatedController) => ({
  CTRL_API_SERVICE: `${rest.server}:${rest.port}`,
  CTRL_USERNAME: "scraper",
  CTRL_PASSWORD: password,
  CTRL_TLS_FINGERPRINT: fingerprint256,
});

const logins = (site: SimulatedController) => requestsOf(site, "POST", "/v1/auth").length;
const logouts = (site: SimulatedController) => requestsOf(site, "DELETE", "/v1/auth").map(({ status }) => status);
const up = "\nnv_up 1\n";
const down = "\nnv_up 0\n";

describe("a scrape", () => {
  test("R11 R16: shows the data; concurrent ones share run and login (Q18)", async ({ startSite, startExporter }) => {
    const site = await startSite({ summary: { hosts: 3, cvedb_create_time: "2023-05-04T09:21:31Z" } });
    site.faults.add({ match: { method: "GET", path: "/v1/host" }, what: "delay", ms: 1_000 });
    const process = await startExporter({ ...envFor(site), TZ: "America/New_York" });
    const texts = await Promise.all(Array.from({ length: 10 }, () => process.scrape()));
    for (const line of [
      'nv_scrape_collector_success{collector="federation"} 1',
      'nv_summary_hosts{target="127.0.0.1"} 3',
      'nv_summary_cvedbTime{target="127.0.0.1"} 1683192091000',
      'nv_fed_worker{status="",master=""} 0',
      'nv_fed_join_state{state="off"} 1',
    ]) {
      expect(texts.filter((text) => text.includes(`\n${line}\n`))).toHaveLength(10);
    }
    expect([requestsOf(site, "GET", "/v1/host").length, logins(site)]).toEqual([1, 1]);
    expect(process.output()).not.toContain(password);
  });

  test("R11: asks for EXPORTER_METRICS only, once in an interval (Q17)", async ({ startSite, startExporter }) => {
    const site = await startSite();
    const env = { EXPORTER_METRICS: "host,log", COLLECTOR_HOST_INTERVAL: "1h" };
    const process = await startExporter({ ...envFor(site), ...env });
    for (let scrape = 0; scrape < 2; scrape++) expect(await process.scrape()).toContain(up);
    const asked = site.requests.flatMap(({ method, path }) => (method === "GET" ? [path.replace("/v1/", "")] : []));
    const logs = ["log/incident", "log/threat", "log/violation"];
    expect(asked.toSorted()).toEqual(["host", ...logs, ...logs].toSorted());
  });

  test("Q23: sends every request over one connection if only one is allowed", async ({ startSite, startExporter }) => {
    const site = await startSite();
    let connections = 0;
    const service = createServer((client) => {
      connections++;
      const upstream = connect(site.rest.port, site.rest.server);
      client.pipe(upstream).pipe(client);
      client.on("error", () => upstream.destroy()).on("close", () => upstream.destroy());
      upstream.on("error", () => client.destroy()).on("close", () => client.destroy());
    });
    const CTRL_API_SERVICE = `127.0.0.1:${await listen(service)}`;
    const process = await startExporter({ ...envFor(site), CTRL_API_SERVICE, MAX_CONNECTIONS: "1" });
    for (let scrape = 0; scrape < 2; scrape++) expect(await process.scrape()).toContain(up);
    await process.stop();
    service.close();
    expect(connections).toBe(1);
  });
});

describe("R9: an absent controller", () => {
  test("R9: is nv_up 0 with HTTP 200, logged once, and recovers (Q10)", async ({ startSite, startExporter }) => {
    const site = await startSite();
    await site.goOffline();
    const process = await startExporter(envFor(site));
    for (let scrape = 0; scrape < 2; scrape++) expect(await process.scrape()).toContain(down);
    await site.goOnline();
    expect(await process.scrape()).toContain(up);
    await process.said(/The controller gives data again/);
    expect(process.output().match(/The controller gave no data/g)).toHaveLength(1);
  });
});

describe("R15: certificates", () => {
  test("R15: an unknown one is refused, with the line that pins it (Q5)", async ({ startSite, startExporter }) => {
    const site = await startSite();
    const unpinned = { ...envFor(site), CTRL_TLS_FINGERPRINT: "" };
    const first = await startExporter(unpinned);
    for (let scrape = 0; scrape < 2; scrape++) expect(await first.scrape()).toContain(down);
    await first.said(/CTRL_TLS_FINGERPRINT=[0-9A-F:]{95} /);
    expect(first.output()).toContain("CN=neuvector, names DNS:neuvector");
    const [line, ...more] = first.output().match(/CTRL_TLS_FINGERPRINT=[0-9A-F:]+/g) ?? [];
    expect([more, site.requests]).toEqual([[], []]);
    const CTRL_TLS_FINGERPRINT = line?.split("=")[1] ?? "";
    expect(await (await startExporter({ ...unpinned, CTRL_TLS_FINGERPRINT })).scrape()).toContain(up);
  });

  test("R15: a CA can be trusted, or a name, or everybody", async ({ folder, startSite, startExporter }) => {
    const site = await startSite({ certificate: { ca: await createTestCa(), names: ["neuvector"] } });
    const CTRL_CA_FILE = join(folder, "ca.pem");
    writeFileSync(CTRL_CA_FILE, site.ca);
    const scrapeWith = async (env: Readonly<Record<string, string>>) =>
      (await startExporter({ ...envFor(site), CTRL_TLS_FINGERPRINT: "", ...env })).scrape();
    expect(await scrapeWith({ CTRL_CA_FILE })).toContain(down);
    expect(await scrapeWith({ CTRL_CA_FILE, CTRL_TLS_SERVER_NAME: "neuvector" })).toContain(up);
    expect(await scrapeWith({ CTRL_TLS_VERIFY: "false" })).toContain(up);
  });
});

describe("R15: a refused login", () => {
  test("R15: is tried once, also by restarts, until it changes", async ({ folder, startSite, startExporter }) => {
    const site = await startSite();
    const env = { ...envFor(site), EXPORTER_STATE_DIR: folder };
    for (let start = 0; start < 2; start++) {
      const process = await startExporter({ ...env, CTRL_PASSWORD: "Wrong-canary-1" });
      for (let scrape = 0; scrape < 3; scrape++) expect(await process.scrape()).toContain(down);
      if (start === 0) await process.said(/No login at 127\.0\.0\.1:\d+ before \d{4}-/);
      await process.stop();
      expect(process.output()).not.toContain("Wrong-canary-1");
      expect(process.output().match(/No login at/g)).toHaveLength(1);
    }
    expect(logins(site)).toBe(1);
    expect(await (await startExporter(env)).scrape()).toContain(up);
  });
});

describe("the process", () => {
  test.for(["SIGTERM", "SIGINT"] as const)("%s logs out (Q4)", async (signal, { startSite, startExporter }) => {
    const site = await startSite();
    const process = await startExporter(envFor(site));
    await process.scrape();
    expect([await process.stop(signal), logouts(site)]).toEqual([0, [200]]);
  });

  test("SIGTERM lets the running scrape finish", async ({ silentServer, startExporter }) => {
    const process = await startExporter({ CTRL_API_SERVICE: silentServer.address, CTRL_PASSWORD: password });
    const scrape = process.scrape({ "X-Prometheus-Scrape-Timeout-Seconds": "1.5" });
    await expect.poll(silentServer.connections, { timeout: 30_000 }).toBeGreaterThan(0);
    const [text, code] = await Promise.all([scrape, process.stop()]);
    expect([text.includes(down), code]).toEqual([true, 0]);
  });

  test.for(["text", "json"])(
    "R15: every line of the log in %s has a time and a level, and none a secret (Q22)",
    async (format, { startSite, startExporter }) => {
      const site = await startSite();
      const process = await startExporter({ ...envFor(site), LOG_FORMAT: format, LOG_LEVEL: "debug" });
      await process.scrape();
      await site.goOffline();
      await process.scrape();
      expect(await process.stop()).toBe(0);
      for (const line of process.output().trimEnd().split("\n")) {
        if (format === "text") expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z (debug|info|warn|error) +\S/);
        else expect(Object.keys(JSON.parse(line) as object)).toEqual(expect.arrayContaining(["level", "time", "msg"]));
      }
      expect(process.output()).not.toContain(password);
    },
  );

  test("serves health, readiness and the landing page, and ends when its port is taken", async ({ startExporter }) => {
    const env = { CTRL_API_SERVICE: "127.0.0.1:1", CTRL_PASSWORD: password };
    const { url } = await startExporter(env);
    const statusOf = async (path: string) => (await fetch(url + path)).status;
    expect([await statusOf("/-/healthy"), await statusOf("/-/ready"), await statusOf("/")]).toEqual([200, 200, 200]);
    await expect(startExporter({ ...env, EXPORTER_PORT: new URL(url).port })).rejects.toThrow("EADDRINUSE");
  });
});
