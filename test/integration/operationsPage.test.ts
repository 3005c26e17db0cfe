import { fedJoinInputs, runCommand } from "@fedjoin/testbed";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { docsBlock } from "../support/docsBlock";
import { at, memberNames, newLifecycle } from "../support/federation";
import { test } from "../support/fixtures";
import { createServerCertificates } from "../support/serverCertificates";
import { startWebServer } from "../support/webServer";

const page = "docs/how-to/operations.md";

test("the forced leave of operations.md frees a site whose master is away", async ({ federation, folder }) => {
  const { master, ca = "" } = federation;
  const site = at(federation.sites, 0);
  await newLifecycle().create(fedJoinInputs(master, site, "u2204a"));
  await master.goOffline();
  await writeFile(join(folder, "site-ca.pem"), ca);
  await writeFile(join(folder, "password"), `${site.admin.password}\n`);
  const commands = docsBlock(page, "SITE_PASSWORD")
    .replace("read -rs SITE_PASSWORD", "read -rs SITE_PASSWORD < password")
    .replace("192.168.8.209:10443", `${site.rest.server}:${site.rest.port}`);
  expect(await runCommand("bash", ["-eo", "pipefail", "-c", commands], { cwd: folder })).toMatchObject({ code: 0 });
  expect(site.role).toBe("");
  await master.goOnline();
  expect(memberNames(master)).toHaveLength(1);
});

test("the check of a token server in operations.md tells a healthy one, and no URL", async ({ folder, closing }) => {
  const { ca, good, otherName } = await createServerCertificates();
  await writeFile(join(folder, "ca.pem"), ca);
  const check = async ({ certificate, key }: typeof good, status: number) => {
    const answer = JSON.stringify({ context: "token" });
    const { port } = closing(
      await startWebServer({ cert: certificate, key }, (_request, response) => {
        response.writeHead(status).end(answer);
      }),
    );
    const { code, stdout, stderr } = await runCommand("bash", ["-o", "pipefail", "-c", docsBlock(page, "TOKEN_URL")], {
      env: { PATH: process.env["PATH"], CURL_CA_BUNDLE: join(folder, "ca.pem") },
      input: `https://canary-user:canary-password@127.0.0.1:${port}/token?key=canary-query\n`,
    });
    expect(stdout + stderr).not.toContain("canary");
    return { code, stdout };
  };
  expect(await check(good, 200)).toEqual({ code: 0, stdout: "HTTP 200, TLS 0\n" });
  expect(await check(good, 503)).toEqual({ code: 0, stdout: "HTTP 503, TLS 0\n" });
  expect(await check(otherName, 200)).not.toMatchObject({ code: 0 });
});
