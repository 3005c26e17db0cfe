import { mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Registry, startLoopbackRegistry } from "../../release/loopbackRegistry";
import type { NpmEnvironment } from "../../release/npm";
import {
  installPackages,
  publishPackages,
  registrySettings,
  runInstalled,
  scrapeInstalled,
} from "../../release/rehearsal";
import { projectVersion } from "../../support/projectVersion";

let dir: string;
let registry: Registry;
let settings: NpmEnvironment;

beforeAll(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), "fedjoin-rehearsal-")));
  registry = await startLoopbackRegistry();
  settings = await registrySettings(registry.url, join(dir, "npm"));
  await publishPackages(join(dir, "tarballs"), settings, ["provider", "exporter"]);
});

afterAll(async () => {
  await registry.close();
  await rm(dir, { recursive: true });
});

test("what is published to a registry is installed from it into an empty folder, and runs there", async () => {
  const project = join(dir, "project");
  await installPackages(project, ["@fedjoin/exporter"], settings);
  expect(await readdir(join(project, "node_modules/@fedjoin"))).toEqual(["exporter", "provider"]);
  expect(await runInstalled(project, "fedjoin", "--version")).toBe(`fedjoin ${projectVersion}\n`);
  expect(await runInstalled(project, "fedjoin-exporter", "--version")).toContain(projectVersion);
  await scrapeInstalled(project);
});
