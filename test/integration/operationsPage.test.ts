import { fedJoinInputs, runCommand } from "@fedjoin/testbed";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { docsBlock } from "../support/docsBlock";
import { at, memberNames, newLifecycle } from "../support/federation";
import { test } from "../support/fixtures";

test("the forced leave of docs/how-to/operations.md makes a site standalone whose master is away", async ({
  federation,
  folder,
}) => {
  const { master, ca = "" } = federation;
  const site = at(federation.sites, 0);
  await newLifecycle().create(fedJoinInputs(master, site, "u2204a"));
  await master.goOffline();
  await writeFile(join(folder, "site-ca.pem"), ca);
  await writeFile(join(folder, "password"), `${site.admin.password}\n`);
  const commands = docsBlock("docs/how-to/operations.md", "SITE_PASSWORD")
    .replace("read -rs SITE_PASSWORD", "read -rs SITE_PASSWORD < password")
    .replace("192.168.8.209:10443", `${site.rest.server}:${site.rest.port}`);
  expect(await runCommand("bash", ["-eo", "pipefail", "-c", commands], { cwd: folder })).toMatchObject({ code: 0 });
  expect(site.role).toBe("");
  await master.goOnline();
  expect(memberNames(master)).toHaveLength(1);
});
