import { envToScrape } from "@fedjoin/simulator";
import { expect } from "vitest";
import { test as base } from "../../support/fixtures";
import { visibleText } from "../../support/landing";

const test = base.extend("serve", ({ federation: { master }, startExporter }) => async (env: object = {}) => {
  const exporter = await startExporter({ ...envToScrape(master), ...env });
  return { exporter, root: new URL("/", exporter.url).href };
});

const read = async (url: string): Promise<string> => visibleText(await (await fetch(url)).text());

test("the landing page shows the last scrape, and itself sends nothing", async ({ federation: { master }, serve }) => {
  const { exporter, root } = await serve();
  expect([(await read(root)).includes("Not scraped yet"), master.requests]).toEqual([true, []]);
  await exporter.scrape();
  const sent = master.requests.length;
  const words = await read(root);
  expect(words).toContain(`Controller 127.0.0.1:${master.rest.port}`);
  expect(words).toContain("Federation master, no members yet");
  expect(words).toMatch(/summary ok/);
  expect(words).not.toContain(master.admin.password);
  expect(master.requests).toHaveLength(sent);
  await master.goOffline();
  await exporter.scrape();
  expect(await read(root)).toMatch(
    /The controller does not respond Check CTRL_API_SERVICE.*As seen .* \. The last scrape could not update it \(network\)/,
  );
});

test("the landing page links to WEB_TELEMETRY_PATH, and WEB_LANDING=off removes it", async ({ serve }) => {
  const { root } = await serve({ WEB_TELEMETRY_PATH: "/deep/metrics" });
  const response = await fetch(root);
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  const href = /<a href="([^"]+)">Metrics</.exec(await response.text())?.[1] ?? "";
  expect(new URL(href, root).pathname).toBe("/deep/metrics");
  expect((await fetch(new URL(href, root), { method: "HEAD" })).status).toBe(200);
  const off = await serve({ WEB_LANDING: "off" });
  const statusOf = async (path: string) => (await fetch(new URL(path, off.root), { method: "HEAD" })).status;
  expect([await statusOf("/"), await statusOf("/metrics")]).toEqual([404, 200]);
});
