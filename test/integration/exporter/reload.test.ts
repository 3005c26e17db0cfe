import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { test } from "../../support/fixtures";
import { requestsOf } from "../../support/federation";
import { logins, passwordOf, probe, threeSites, writeConfig } from "../../support/targetSites";

describe("reload", () => {
  const env = { WEB_ENABLE_LIFECYCLE: "true" };

  test("keeps what is unchanged, logs out what is changed or gone, and takes a new password", async ({
    folder,
    startExporter,
  }) => {
    const [a, b, c] = await threeSites();
    const process = await startExporter({ ...env, EXPORTER_CONFIG_FILE: writeConfig(folder, [a, b]) });
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
    await process.said(/is in use[^]*is in use/);
    expect(await (await probe(process, "target=site-a")).text()).toContain("\nnv_up 0\n");
    await expect.poll(() => requestsOf(a.controller, "DELETE", "/v1/auth").length).toBe(1);
    expect(await process.stop()).toBe(0);
    expect(requestsOf(c.controller, "DELETE", "/v1/auth")).toHaveLength(1);
  });

  test("a file that is not valid leaves everything running, says all that is wrong, and is to be seen", async ({
    folder,
    startExporter,
  }) => {
    const [a] = await threeSites();
    const file = writeConfig(folder, [a]);
    const process = await startExporter({ ...env, EXPORTER_CONFIG_FILE: file });
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

  test("R15: lets a refused password be tried once more, and takes another one at once", async ({
    folder,
    startExporter,
  }) => {
    const [a] = await threeSites();
    const process = await startExporter({ ...env, EXPORTER_CONFIG_FILE: writeConfig(folder, [a]) });
    writeFileSync(join(folder, "password-a"), "wrong\n");
    const reload = async () => (await fetch(`${process.url}/-/reload`, { method: "POST" })).status;
    const isUp = async () => (await (await probe(process, "target=site-a")).text()).includes("\nnv_up 1\n");
    for (let round = 0; round < 3; round++) {
      expect([await reload(), await isUp(), await isUp()]).toEqual([200, false, false]);
    }
    expect(logins(a.controller)).toHaveLength(2);
    await process.said(
      /Reload: one login at \S+ is tried again[^]*Reload: the login after the previous reload was refused/,
    );
    writeFileSync(join(folder, "password-a"), `${passwordOf("a")}\n`);
    expect([await reload(), await isUp()]).toEqual([200, true]);
    expect(logins(a.controller)).toHaveLength(3);
  });

  test("/-/reload needs WEB_ENABLE_LIFECYCLE", async ({ folder, startExporter }) => {
    const process = await startExporter({ EXPORTER_CONFIG_FILE: writeConfig(folder, []) });
    expect((await fetch(`${process.url}/-/reload`, { method: "POST" })).status).toBe(403);
  });
});
