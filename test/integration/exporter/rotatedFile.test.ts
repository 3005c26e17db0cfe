import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { test } from "../../support/fixtures";
import { logins, passwordOf, threeSites } from "../../support/targetSites";

test("R15: a password file that is rotated in a running exporter ends the pause after a refused login", async ({
  folder,
  startExporter,
}) => {
  const [{ controller }] = await threeSites();
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
  expect(logins(controller)).toHaveLength(1);

  writeFileSync(CTRL_PASSWORD_FILE, "Canary-one\nCanary-two\n");
  expect(await isUp()).toBe(false);
  rmSync(CTRL_PASSWORD_FILE);
  expect(await isUp()).toBe(false);
  expect(logins(controller)).toHaveLength(1);

  writeFileSync(CTRL_PASSWORD_FILE, `\uFEFF${passwordOf("a")}\r\n`);
  expect([await isUp(), await isUp()]).toEqual([true, true]);
  expect(logins(controller)).toHaveLength(2);
  expect(process.output()).not.toContain("Canary");
  expect(await process.stop()).toBe(0);
});
