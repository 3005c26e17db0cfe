import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { at } from "../../support/federation";
import { logins, passwordOf, probe, probeText, test } from "../../support/targetSites";

/** The collectors that succeeded. */
const collectorsOf = (text: string) =>
  [...text.matchAll(/nv_scrape_collector_success\{collector="(\w+)"\} 1/g)].map(([, name]) => name);

describe("many targets", () => {
  test("300 interleaved probes show no foreign sample or account", async ({ sites, configFile, startExporter }) => {
    const process = await startExporter({ EXPORTER_CONFIG_FILE: configFile(sites) });
    const wrong: string[] = [];
    let next = 0;
    const probeInTurn = async (): Promise<void> => {
      for (let index = next++; index < 300; index = next++) {
        const { name, hosts } = at(sites, (index * 7 + (index % 11)) % 3);
        const text = await probeText(process, `target=site-${name}`);
        const lines = text.split("\n").filter((line) => /^nv_(summary|host)/.test(line));
        const isRight =
          lines.includes(`nv_summary_hosts{target="site-${name}"} ${hosts}`) &&
          lines.some((line) => line.startsWith("nv_host_memory{") && line.includes(`host-${name}`)) &&
          lines.every((line) => line.includes(`target="site-${name}"`)) &&
          sites.every((other) => other.name === name || !text.includes(`-${other.name}"`));
        if (!isRight) wrong.push(text);
      }
    };
    await Promise.all(Array.from({ length: 12 }, probeInTurn));
    expect(wrong).toEqual([]);
    for (const { name, controller } of sites) {
      expect(logins(controller)).toMatchObject([{ body: { password: { username: `scraper-${name}` } } }]);
      expect(controller.requests.filter(({ status }) => status !== 200)).toEqual([]);
      expect(process.output()).not.toContain(passwordOf(name));
    }
  });

  test("a probe of what is not configured is refused", async ({ sites, configFile, silentServer, startExporter }) => {
    const process = await startExporter({ EXPORTER_CONFIG_FILE: configFile(sites) });
    for (const [target, answer] of [
      [`https://${silentServer.address}`, /^target takes .* a configured name: site-a, site-b, site-c\n$/],
      [silentServer.address, /^target takes /],
      ["member:../../v1/user", /takes the id of a member/],
    ] as const) {
      const response = await probe(process, `target=${target}`);
      expect([response.status, response.headers.get("content-type")]).toEqual([400, "text/plain; charset=utf-8"]);
      expect(await response.text()).toMatch(answer);
    }
    expect([silentServer.connections(), sites.flatMap(({ controller }) => controller.requests)]).toEqual([0, []]);
  });

  test("collect[] and exclude[] select, in /probe and in /metrics", async ({ sites, configFile, startExporter }) => {
    const [a] = sites;
    const { rest, fingerprint256 } = a.controller;
    const process = await startExporter({
      EXPORTER_CONFIG_FILE: configFile([a]),
      CTRL_API_SERVICE: `${rest.server}:${rest.port}`,
      CTRL_USERNAME: "scraper-a",
      CTRL_PASSWORD: passwordOf("a"),
      CTRL_TLS_FINGERPRINT: fingerprint256,
    });
    const get = (path: string) => fetch(process.url + path);
    const collected = async (path: string) => collectorsOf(await (await get(path)).text());
    expect(await collected("/probe?target=site-a&collect[]=host")).toEqual(["host"]);
    expect(await collected("/probe?target=site-a&exclude[]=host")).toEqual(["summary"]);
    expect(await collected("/metrics?collect[]=host&collect[]=federation")).toEqual(["host", "federation"]);
    for (const path of ["/metrics?", "/probe?target=site-a&"]) {
      expect((await get(`${path}collect[]=nonsense`)).status).toBe(400);
    }
    expect(logins(a.controller)).toHaveLength(1);
  });

  test("R15: a refused password stops its own target only", async ({ folder, sites, configFile, startExporter }) => {
    const file = configFile(sites);
    writeFileSync(join(folder, "password-b"), "wrong\n");
    const process = await startExporter({ EXPORTER_CONFIG_FILE: file });
    const isUp = async (name: string) => (await probeText(process, `target=${name}`)).includes("\nnv_up 1\n");
    for (let round = 0; round < 3; round++) {
      expect([await isUp("site-a"), await isUp("site-b"), await isUp("site-c")]).toEqual([true, false, true]);
    }
    expect(sites.map(({ controller }) => logins(controller).length)).toEqual([1, 1, 1]);
    const own = await process.scrape();
    const { rest } = at(sites, 1).controller;
    const labels = '{target="site-b",module="module-b"}';
    expect(own).toContain('nv_exporter_login_hold{target="site-a",module="module-a"} 0\n');
    expect(own).toContain(`nv_exporter_login_hold${labels} 1\n`);
    expect(own).toContain(`nv_exporter_login_hold_end_timestamp_seconds${labels} 1`);
    const controller = `controller="${rest.server}:${rest.port}"`;
    expect(own).toContain(`nv_exporter_logins_total{${controller},result="unauthorized"} 1\n`);
    expect(own).not.toContain("nv_up");
  });
});

describe("a probe with debug=true", () => {
  test("explains each collector, then shows the metrics", async ({ folder, sites, configFile, startExporter }) => {
    const [a] = sites;
    a.controller.faults.add({ match: { method: "GET", path: "/v1/host" }, what: "status", status: 403 });
    const process = await startExporter({ EXPORTER_CONFIG_FILE: configFile(sites) });
    const response = await probe(process, "target=site-a&debug=true");
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    const text = await response.text();
    expect(text).toMatch(/^Probe of the target site-a by the module module-a\n/);
    expect(text).toMatch(/^summary +\d+\.\d{3} s {2}ok$/m);
    expect(text).toMatch(/^host +\d+\.\d{3} s {2}failed: forbidden: GET \S+\/v1\/host /m);
    expect(text).toMatch(/\nMetrics:\n\n[^]*\nnv_up 1\n/);
    expect(await probeText(process, "target=site-a&debug=false")).not.toContain("Probe of");

    const wrong = "Canary-wrong-password-4c";
    writeFileSync(join(folder, "password-b"), `${wrong}\n`);
    const refused = await probeText(process, "target=site-b&debug=true");
    expect(refused).toMatch(/failed: \w+: .*login/i);
    for (const secret of [passwordOf("a"), passwordOf("b"), wrong]) expect(text + refused).not.toContain(secret);
  });
});

describe("limits", () => {
  const silentEnv = (address: string) => ({ CTRL_API_SERVICE: address, CTRL_APIKEY: "scraper:secret" });
  const headers = { "X-Prometheus-Scrape-Timeout-Seconds": "60" };

  test("MAX_CONNECTIONS is that of connections to one controller", async ({ silentServer, startExporter }) => {
    const process = await startExporter({ ...silentEnv(silentServer.address), MAX_CONNECTIONS: "3" });
    const scrape = process.scrape(headers).catch(() => "");
    await expect.poll(silentServer.connections, { timeout: 30_000 }).toBe(3);
    // All collectors have sent their requests by then.
    for (let round = 0; round < 5; round++) await fetch(`${process.url}/-/healthy`);
    expect(silentServer.connections()).toBe(3);
    await process.stop("SIGKILL");
    await scrape;
  });

  test("WEB_MAX_REQUESTS is that of concurrent scrapes, and nothing else", async ({ silentServer, startExporter }) => {
    const process = await startExporter({ ...silentEnv(silentServer.address), WEB_MAX_REQUESTS: "2" });
    const get = (path: string) => fetch(process.url + path, { headers });
    const running = ["summary", "host"].map((name) => get(`/metrics?collect[]=${name}`).catch(() => undefined));
    await expect.poll(silentServer.connections, { timeout: 30_000 }).toBe(2);
    const refused = await get("/metrics");
    expect([refused.status, await refused.text()]).toEqual([503, "too many concurrent scrapes; the limit is 2\n"]);
    expect([(await get("/-/healthy")).status, (await get("/")).status]).toEqual([200, 200]);
    await process.stop("SIGKILL");
    await Promise.all(running);
  });
});
