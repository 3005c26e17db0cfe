import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { ExporterProcess } from "../../support/exporterProcess";
import { requestsOf } from "../../support/federation";
import { logins, passwordOf, probe, probeText, test as base } from "../../support/targetSites";

const lifecycle = { WEB_ENABLE_LIFECYCLE: "true" };
const reload = async ({ url }: ExporterProcess) => (await fetch(`${url}/-/reload`, { method: "POST" })).status;

const test = base.extend(
  "logouts",
  ({ sites }) =>
    () =>
      sites.map(({ controller }) => requestsOf(controller, "DELETE", "/v1/auth").length),
);

describe("a reload", () => {
  test("keeps the unchanged, logs out the others", async ({ folder, sites, configFile, logouts, startExporter }) => {
    const [a, b, c] = sites;
    const process = await startExporter({ ...lifecycle, EXPORTER_CONFIG_FILE: configFile([a, b]) });
    const statuses = async () => {
      const found = [];
      for (const name of ["a", "b", "c"]) found.push((await probe(process, `target=site-${name}`)).status);
      return found;
    };
    expect(await statuses()).toEqual([200, 200, 400]);
    configFile([a, c]);
    expect([await reload(process), ...(await statuses())]).toEqual([200, 200, 400, 200]);
    expect([a, b, c].map(({ controller }) => logins(controller).length)).toEqual([1, 1, 1]);
    await expect.poll(logouts, { timeout: 30_000 }).toEqual([0, 1, 0]);

    writeFileSync(join(folder, "password-a"), "changed\n");
    process.signal("SIGHUP");
    await process.said(/is in use[^]*is in use/);
    expect(await probeText(process, "target=site-a")).toContain("\nnv_up 0\n");
    await expect.poll(logouts, { timeout: 30_000 }).toEqual([1, 1, 0]);
    expect([await process.stop(), logouts()]).toEqual([0, [1, 1, 1]]);
  });

  test("of an invalid file changes nothing, as it says", async ({ sites: [a], configFile, startExporter }) => {
    const file = configFile([a]);
    const process = await startExporter({ ...lifecycle, EXPORTER_CONFIG_FILE: file });
    const results = async () => (await process.scrape()).match(/^nv_exporter_config_last_reload\S+ \S+$/gm) ?? [];
    const [good, time] = await results();
    expect(good).toBe("nv_exporter_config_last_reload_successful 1");
    writeFileSync(file, JSON.stringify({ modules: { m: { passwort: "Canary-secret" } }, targets: { t: {} } }));
    expect(await reload(process)).toBe(500);
    await process.said(/modules\.m\.passwort: unknown key, did you mean password_\w+\?/);
    await process.said(/targets\.t\.address: is required/);
    expect(process.output()).not.toContain("Canary-secret");
    expect((await probe(process, "target=site-a")).status).toBe(200);
    expect(await results()).toEqual(["nv_exporter_config_last_reload_successful 0", time]);
  });

  test("needs WEB_ENABLE_LIFECYCLE", async ({ configFile, startExporter }) => {
    expect(await reload(await startExporter({ EXPORTER_CONFIG_FILE: configFile([]) }))).toBe(403);
  });
});

test("R15: a valid new password file ends the pause", async ({ folder, sites: [{ controller }], startExporter }) => {
  const CTRL_PASSWORD_FILE = join(folder, "password");
  writeFileSync(CTRL_PASSWORD_FILE, "Canary-wrong\n");
  const process = await startExporter({
    CTRL_API_SERVICE: `${controller.rest.server}:${controller.rest.port}`,
    CTRL_USERNAME: "scraper-a",
    CTRL_PASSWORD_FILE,
    CTRL_TLS_FINGERPRINT: controller.fingerprint256,
  });
  const isUp = async () => (await process.scrape()).includes("\nnv_up 1\n");
  expect([await isUp(), await isUp()]).toEqual([false, false]);
  writeFileSync(CTRL_PASSWORD_FILE, "Canary-one\nCanary-two\n");
  expect(await isUp()).toBe(false);
  rmSync(CTRL_PASSWORD_FILE);
  expect([await isUp(), logins(controller).length]).toEqual([false, 1]);
  writeFileSync(CTRL_PASSWORD_FILE, `\uFEFF${passwordOf("a")}\r\n`);
  expect([await isUp(), await isUp(), logins(controller).length]).toEqual([true, true, 2]);
  expect(process.output()).not.toContain("Canary");
});
