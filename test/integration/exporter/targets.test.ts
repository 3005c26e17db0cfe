import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { test } from "../../support/fixtures";
import { z } from "zod";
import { at } from "../../support/federation";
import { listenSilently, logins, passwordOf, probe, threeSites, writeConfig } from "../../support/targetSites";

const userNamed = z.object({ password: z.object({ username: z.string() }) });

describe("many controllers", () => {
  test("1,000 interleaved probes of three targets show no foreign sample and log in once each, with their own account", async ({
    folder,
    startExporter,
  }) => {
    const sites = await threeSites();
    const process = await startExporter({ EXPORTER_CONFIG_FILE: writeConfig(folder, sites) });
    const wrong: string[] = [];
    const one = async (index: number): Promise<void> => {
      const site = at(sites, (index * 7 + (index % 11)) % 3);
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

  test("a wrong name, address, parameter or group is told what is right, without any connection", async ({
    folder,
    startExporter,
  }) => {
    const sites = await threeSites();
    const { controller } = at(sites, 0);
    const stranger = await listenSilently();
    const { port } = stranger;
    const process = await startExporter({ EXPORTER_CONFIG_FILE: writeConfig(folder, sites) });
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
      ["target=site-a&collect[]=nonsense", /these collectors: summary, host\n$/],
      ["target=site-a&collect[]=log", /these collectors: summary, host\n$/],
      ["target=site-a&collect[]=host&exclude[]=host", /exclude each other\n$/],
      ["target=site-a&exclude[]=host&exclude[]=summary", /^exclude\[\] leaves no collector\n$/],
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

  test("collect[] and exclude[] pick groups, in /probe and in /metrics", async ({ folder, startExporter }) => {
    const [a] = await threeSites();
    const file = writeConfig(folder, [a]);
    const { rest, fingerprint256 } = a.controller;
    const process = await startExporter({
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
    expect(groupsOf(await text("/metrics?exclude[]=host"))).toContain("summary");
    expect(groupsOf(await text("/metrics?exclude[]=host"))).not.toContain("host");
    for (const query of ["collect[]=nonsense", "exclude[]=nonsense", "collect[]=host&exclude[]=log"]) {
      expect((await fetch(`${process.url}/metrics?${query}`)).status).toBe(400);
    }
    expect(logins(a.controller)).toHaveLength(1);
  });

  test("MAX_CONNECTIONS limits the connections to one controller", async ({ startExporter }) => {
    const silent = await listenSilently();
    const process = await startExporter({
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

  test("WEB_MAX_REQUESTS limits the scrapes that run at once, and nothing else", async ({ startExporter }) => {
    const silent = await listenSilently();
    const process = await startExporter({
      CTRL_API_SERVICE: `127.0.0.1:${silent.port}`,
      CTRL_APIKEY: "scraper:secret",
      WEB_MAX_REQUESTS: "2",
    });
    const headers = { "X-Prometheus-Scrape-Timeout-Seconds": "60" };
    const running = ["summary", "host"].map((group) =>
      fetch(`${process.url}/metrics?collect[]=${group}`, { headers }).catch(() => undefined),
    );
    await expect.poll(silent.connections).toBe(2);
    const refused = await fetch(`${process.url}/metrics`);
    expect([refused.status, await refused.text()]).toEqual([503, "too many concurrent scrapes; the limit is 2\n"]);
    expect((await fetch(`${process.url}/-/healthy`)).status).toBe(200);
    expect((await fetch(process.url)).status).toBe(200);
    await process.stop("SIGKILL");
    await Promise.all(running);
  });

  test("R15: a refused password stops the logins of its own target only, and is to be seen", async ({
    folder,
    startExporter,
  }) => {
    const sites = await threeSites();
    const file = writeConfig(folder, sites);
    writeFileSync(join(folder, "password-b"), "wrong\n");
    const process = await startExporter({ EXPORTER_CONFIG_FILE: file });
    const upOf = async (name: string) =>
      /^nv_up (\d)/m.exec(await (await probe(process, `target=${name}`)).text())?.[1];
    for (let round = 0; round < 4; round++) {
      expect([await upOf("site-a"), await upOf("site-b"), await upOf("site-c")]).toEqual(["1", "0", "1"]);
    }
    expect(sites.map(({ controller }) => logins(controller).length)).toEqual([1, 1, 1]);
    const own = await process.scrape();
    const { rest } = at(sites, 1).controller;
    expect(own).toContain('nv_exporter_login_hold{target="site-a",module="module-a"} 0\n');
    expect(own).toContain('nv_exporter_login_hold{target="site-b",module="module-b"} 1\n');
    expect(own).toMatch(/nv_exporter_login_hold_end_timestamp_seconds\{target="site-b",module="module-b"\} \d+/);
    expect(own).toContain(
      `nv_exporter_logins_total{controller="${rest.server}:${rest.port}",result="unauthorized"} 1\n`,
    );
    expect(own).not.toContain("nv_up");
  });
});
