import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { stringify } from "yaml";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { z } from "zod";

import {
  checkConfig,
  checkMetrics,
  checkRules,
  type ObservabilityTools,
  type Prometheus,
  seriesPerMetric,
  startPrometheus,
  waitFor,
} from "@fedjoin/testbed";
import { type Browser, openBrowser } from "@fedjoin/testbed/browser";
import { startWebServer, type WebServer } from "../support/webServer";

const exposition = `# HELP sites_joined Sites that are members.
# TYPE sites_joined gauge
sites_joined{master="m1"} 3
sites_joined{master="m2"} +Inf
# HELP join_duration_seconds Time that a join took.
# TYPE join_duration_seconds histogram
join_duration_seconds_bucket{le="1"} 1
join_duration_seconds_bucket{le="+Inf"} 2
join_duration_seconds_sum 3.5
join_duration_seconds_count 2
`;

let tools: ObservabilityTools;
let dir: string;

beforeAll(() => {
  tools = inject("tools");
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "fedjoin-observability-"));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

describe("Prometheus", () => {
  const exporter: RequestListener = (_request, response) => {
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(exposition);
  };
  let server: WebServer;
  let prometheus: Prometheus;
  beforeAll(async () => {
    server = await startWebServer("plain", exporter);
    const scraped = [{ targets: [`127.0.0.1:${server.port}`] }];
    const config = {
      global: { scrape_interval: "200ms", scrape_timeout: "200ms" },
      scrape_configs: [
        { job_name: "sites", static_configs: scraped },
        // No HTTPS is spoken there.
        { job_name: "broken", scheme: "https", static_configs: scraped },
      ],
    };
    prometheus = await startPrometheus(tools.prometheus, stringify(config));
  });
  afterAll(async () => {
    await prometheus.stop();
    await server.close();
  });

  const untilAnswered = (promql: string) =>
    waitFor(promql, async () => {
      const samples = await prometheus.query(promql);
      return samples.length === 0 ? undefined : samples;
    });

  test("scrapes a server and answers queries about it", async () => {
    const samples = await untilAnswered(`sites_joined{master="m1"}`);
    const instance = `127.0.0.1:${server.port}`;
    const labels = { __name__: "sites_joined", master: "m1", instance, job: "sites" };
    expect(samples).toMatchObject([{ labels, value: 3 }]);
    expect(server.requests).toContain("GET /metrics");
  });

  test("gives scalars and infinity as numbers", async () => {
    const [infinite] = await untilAnswered(`sites_joined{master="m2"}`);
    expect(infinite?.value).toBe(Infinity);
    expect(await prometheus.query("6 * 7")).toMatchObject([{ labels: {}, value: 42 }]);
    expect(await prometheus.query("sites_unknown")).toEqual([]);
  });

  test("gives a range of values", async () => {
    const [sample] = await untilAnswered(`sites_joined{master="m1"}`);
    const start = sample?.time ?? 0;
    const series = await prometheus.queryRange(`sum by (master) (sites_joined{master="m1"})`, {
      start,
      end: start + 2,
      stepSeconds: 1,
    });
    expect(series.map(({ labels }) => labels)).toEqual([{ master: "m1" }]);
    expect(series[0]?.values.map(({ time, value }) => [time - start, value])).toEqual([
      [expect.closeTo(0), 3],
      [expect.closeTo(1), 3],
      [expect.closeTo(2), 3],
    ]);
  });

  test("tells which targets can be scraped, and why not", async () => {
    const targets = await waitFor("both targets were scraped", async () => {
      const seen = await prometheus.targets();
      return seen.some(({ health }) => health === "unknown") ? undefined : seen;
    });
    const byJob = new Map(targets.map((target) => [target.scrapePool, target]));
    expect(byJob.get("sites")).toMatchObject({ health: "up", lastError: "" });
    expect(byJob.get("broken")).toMatchObject({ health: "down", labels: { job: "broken" } });
    expect(byJob.get("broken")?.lastError).toContain("HTTP response to HTTPS client");
  });

  test("says what is wrong with a query", async () => {
    await expect(prometheus.query("sum(")).rejects.toThrow("parse error");
  });

  test("does not start with a configuration that it refuses, and says why", async () => {
    await expect(startPrometheus(tools.prometheus, "scrape: {}")).rejects.toThrow("field scrape not found");
  });
});

describe("promtool", () => {
  async function file(name: string, content: unknown): Promise<string> {
    const path = join(dir, name);
    await writeFile(path, stringify(content));
    return path;
  }

  test("finds nothing wrong in good metrics", async () => {
    expect(await checkMetrics(tools.promtool, exposition)).toEqual([]);
  });

  test("complains of each custom that metrics break", async () => {
    const complaints = await checkMetrics(tools.promtool, "# TYPE joins counter\njoins 1\n");
    expect(complaints.toSorted()).toEqual([`joins counter metrics should have "_total" suffix`, "joins no help text"]);
  });

  test("complains of a text that does not parse", async () => {
    const complaints = await checkMetrics(tools.promtool, "joins one\n");
    expect(complaints).toEqual([expect.stringContaining("text format parsing error in line 1")]);
  });

  test("counts the series of each metric", async () => {
    expect(await seriesPerMetric(tools.promtool, exposition)).toEqual(
      new Map([
        ["join_duration_seconds", 4],
        ["sites_joined", 2],
      ]),
    );
    await expect(seriesPerMetric(tools.promtool, "joins one\n")).rejects.toThrow("parsing error in line 1");
  });

  test("checks a configuration with the rules that it names", async () => {
    const rule = { alert: "SiteLost", expr: "sites_joined < 3" };
    const rules = await file("rules.yml", { groups: [{ name: "sites", rules: [rule] }] });
    expect(await checkRules(tools.promtool, rules)).toEqual([]);
    expect(await checkConfig(tools.promtool, await file("good.yml", { rule_files: [rules] }))).toEqual([]);

    const bad = await file("bad.yml", { groups: [{ name: "sites", rules: [{ ...rule, expr: "sites_joined <" }] }] });
    const complaints = [expect.stringContaining("could not parse expression")];
    expect(await checkRules(tools.promtool, bad)).toEqual(complaints);
    expect(await checkConfig(tools.promtool, await file("names.yml", { rule_files: [bad] }))).toEqual(complaints);

    const doubled = await file("doubled.yml", { groups: [{ name: "sites", rules: [rule, rule] }] });
    expect(await checkRules(tools.promtool, doubled)).toContainEqual(expect.stringContaining("1 duplicate rule"));
  });

  test("says which setting of a configuration is unknown", async () => {
    const config = await file("prometheus.yml", { scrape: {} });
    expect((await checkConfig(tools.promtool, config)).join("\n")).toContain("field scrape not found");
  });
});

describe("Chromium", () => {
  const html = `<!doctype html><title>sites</title>
<style>body { background: rgb(255, 255, 255) } @media (prefers-color-scheme: dark) { body { background: rgb(0, 0, 0) } }</style>
<p>Three sites</p><p hidden>Hidden</p><noscript><p>Without scripts</p></noscript>
<script>document.body.append("With scripts")</script>`;
  const logo = "http://sites.invalid/logo.png";
  const style = "http://192.0.2.1/style.css";
  const photo = "http://localhost:8080/photo.png";
  const redirected = "https://sites.invalid/redirected.png";
  const withAssets = `${html}<img src="${logo}"><link rel="stylesheet" href="${style}"><img src="${photo}">
<img src="/redirect"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><script>undefinedFunction()</script>`;
  const background = "getComputedStyle(document.body).backgroundColor";
  const size = { width: 400, height: 300 };

  let server: WebServer;
  let url: string;
  let browser: Browser;
  beforeAll(async () => {
    server = await startWebServer("plain", (request, response) => {
      if (request.url === "/redirect") {
        response.writeHead(302, { location: redirected }).end();
        return;
      }
      const page = request.url === "/assets" ? withAssets : html;
      response.writeHead(request.url === "/missing" ? 404 : 200, { "content-type": "text/html" }).end(page);
    });
    url = `http://127.0.0.1:${server.port}/`;
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  test("renders a page of loopback with its scripts, in light colours", async () => {
    const page = await browser.page(url, size);
    const text = await page.text();
    expect(text).toContain("Three sites");
    expect(text).toContain("With scripts");
    expect(text).not.toMatch(/Hidden|Without scripts/);
    expect(await page.evaluate(background, z.string())).toBe("rgb(255, 255, 255)");
    expect({ status: page.status, refused: page.refused, errors: page.errors }).toEqual({
      status: 200,
      refused: [],
      errors: [],
    });
    await page.close();
  });

  test("shows what a reader without JavaScript sees, in dark colours", async () => {
    const page = await browser.page(url, { ...size, dark: true, javaScript: false });
    const text = await page.text();
    expect(text).toContain("Without scripts");
    expect(text).not.toContain("With scripts");
    expect(await page.evaluate(background, z.string())).toBe("rgb(0, 0, 0)");
    await page.close();
  });

  test("refuses and lists every request that does not go to 127.0.0.1", async () => {
    const page = await browser.page(`${url}assets`, size);
    expect(page.refused.toSorted()).toEqual([logo, style, photo, redirected].toSorted());
    expect(page.errors.join("\n")).toContain("undefinedFunction is not defined");
    await page.close();
  });

  test("refuses what does not pass through the page's requests", async () => {
    const page = await browser.page(url, size);
    const socket = `new Promise((resolve) => {
      const socket = new WebSocket("ws://192.0.2.1/");
      socket.onopen = () => resolve("open");
      socket.onerror = () => resolve("refused");
    })`;
    expect(await page.evaluate(socket, z.string())).toBe("refused");
    expect(page.errors.join("\n")).toContain("ERR_NAME_NOT_RESOLVED");
    await page.close();
  });

  test("gives the status of an answer that is no success", async () => {
    const page = await browser.page(`${url}missing`, size);
    expect(page.status).toBe(404);
    await page.close();
  });

  test("takes a picture of the window", async () => {
    const page = await browser.page(url, size);
    const path = join(dir, "page.png");
    await page.screenshot(path);
    await page.close();
    const png = await readFile(path);
    expect(png.subarray(1, 4).toString("latin1")).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size.width, size.height]);
  });
});
