import { afterEach, describe, expect, test } from "vitest";
import { type SimulatedController, startController } from "@fedjoin/simulator";
import { cluster, ofMaster } from "../../support/fedReplies";
import { visibleText } from "../../support/landing";
import { startExporter } from "../../support/exporterProcess";

const password = "Canary-pass-7c1e";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function scene(env: Readonly<Record<string, string>> = {}) {
  const controller = await startController({
    users: [{ username: "admin", password, role: "admin" }],
    name: "primary",
    role: "master",
  });
  closers.push(() => controller.close());
  const { rest, fingerprint256 } = controller;
  const exporter = await startExporter({
    CTRL_API_SERVICE: `${rest.server}:${rest.port}`,
    CTRL_PASSWORD: password,
    CTRL_TLS_FINGERPRINT: fingerprint256,
    ...env,
  });
  closers.push(() => exporter.stop("SIGKILL"));
  return { controller, exporter, root: new URL("/", exporter.url).href };
}

const read = async (url: string): Promise<string> => visibleText(await (await fetch(url)).text());

/** From now on the controller lists these members. */
function list(controller: SimulatedController, names: readonly string[]): void {
  const body = JSON.stringify(ofMaster(names.map((name) => cluster(name, "synced"))));
  const match = { method: "GET", path: "/v1/fed/member" };
  controller.faults.add({ match, what: "garbage", body, contentType: "application/json", times: 1000 });
}

describe("the landing page", () => {
  test("shows what the last scrape saw, and itself sends nothing to the controller", async () => {
    const { controller, exporter, root } = await scene();
    expect(await read(root)).toContain("Not scraped yet");
    expect(controller.requests).toEqual([]);
    await exporter.scrape();
    const sent = controller.requests.length;
    const words = await read(root);
    expect(words).toContain(`Controller 127.0.0.1:${controller.rest.port}`);
    expect(words).toContain("Federation master, no members yet");
    expect(words).toMatch(/summary ok/);
    expect(words).toContain("off This exporter only scrapes.");
    expect(words).not.toContain(password);
    expect(controller.requests).toHaveLength(sent);
  });

  test("shows a controller that is down, and what was seen before", async () => {
    const { controller, exporter, root } = await scene();
    await exporter.scrape();
    await controller.goOffline();
    await exporter.scrape();
    const words = await read(root);
    expect(words).toContain("The controller does not respond Check CTRL_API_SERVICE");
    expect(words).toMatch(/As seen .* \. The last scrape could not update it \(network\)/);
    expect(words).toContain("failed network");
  });

  test("shows names that are hostile, harmless and visible", async () => {
    const { controller, exporter, root } = await scene();
    list(controller, ["<img src=x onerror=alert(1)>", "edge\u202Egnp.exe", "x".repeat(10_000)]);
    await exporter.scrape();
    const page = await (await fetch(root)).text();
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(page).toContain("edge⟨U+202E⟩gnp.exe");
    expect(page).not.toMatch(/<img|\u202E|x{200}/);
  });

  test("links to the metrics where WEB_TELEMETRY_PATH has them", async () => {
    const { root } = await scene({ WEB_TELEMETRY_PATH: "/deep/metrics" });
    const page = await (await fetch(root)).text();
    const href = /<a href="([^"]+)">Metrics</.exec(page)?.[1] ?? "";
    expect(new URL(href, root).pathname).toBe("/deep/metrics");
    expect((await fetch(new URL(href, root), { method: "HEAD" })).status).toBe(200);
  });

  test("is not there with WEB_LANDING=off", async () => {
    const { root } = await scene({ WEB_LANDING: "off" });
    expect((await fetch(root)).status).toBe(404);
    expect((await fetch(new URL("/metrics", root), { method: "HEAD" })).status).toBe(200);
  });
});
