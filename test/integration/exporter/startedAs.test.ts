import { chmod, copyFile, mkdir, mkdtemp, readFile, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { type SimulatedController, startController } from "@fedjoin/simulator";
import { startExporterBy, type StartedExporter, type StartLine } from "../../support/startExporterBy";
import { nodeBinDir, repositoryRoot, runCommand } from "@fedjoin/testbed";

const password = "Canary-pass-51d0";
const main = join(repositoryRoot, "exporter/dist/main.js");
const searched = [nodeBinDir, process.env["PATH"] ?? ""].join(delimiter);

const permissive = ["Apache-2.0", "BSD-3-Clause", "ISC", "MIT"];

let dir: string;
let bundleDir: string;
let site: SimulatedController;
let stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "fedjoin-started-as-"));
  bundleDir = join(dir, "bundle");
  const env = { PATH: searched, FEDJOIN_REVISION: "0123abc" };
  const { code, stderr } = await runCommand(process.execPath, ["exporter/bundle.mjs", bundleDir], {
    cwd: repositoryRoot,
    env,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

afterAll(() => rm(dir, { recursive: true }));

beforeEach(async () => {
  site = await startController({ users: [{ username: "reader", password, role: "reader" }] });
  stops = [() => site.close()];
});

afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
});

/** The folder where a file is put that has nothing beside it, and no packages above it. */
async function alone(name: string): Promise<string> {
  const folder = await mkdtemp(join(dir, "alone-"));
  await copyFile(join(bundleDir, "fedjoin-exporter.js"), join(folder, name));
  return join(folder, name);
}

async function started(command: string, ...args: readonly string[]): Promise<StartedExporter> {
  const line: StartLine = {
    command,
    args,
    env: {
      PATH: searched,
      EXPORTER_STATE_DIR: await mkdtemp(join(dir, "state-")),
      CTRL_API_SERVICE: `${site.rest.server}:${site.rest.port}`,
      CTRL_USERNAME: "reader",
      CTRL_PASSWORD: password,
      CTRL_TLS_FINGERPRINT: site.fingerprint256,
    },
    cwd: dir,
  };
  const exporter = await startExporterBy(line);
  stops.push(exporter.stop);
  return exporter;
}

async function expectService(exporter: StartedExporter): Promise<void> {
  expect(await exporter.scrape()).toContain("\nnv_up 1\n");
  expect(await exporter.stop()).toBe(0);
  expect(exporter.output()).not.toContain(password);
}

describe("R12: the exporter serves, started as", () => {
  test("a plain process", async () => {
    await expectService(await started(process.execPath, main));
  });

  test("the command that npm links", async () => {
    const { bin } = z
      .object({ bin: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await readFile(join(repositoryRoot, "exporter/package.json"), "utf8")));
    expect(Object.keys(bin)).toEqual(["fedjoin-exporter"]);
    const linked = join(dir, "bin/fedjoin-exporter");
    const target = join(repositoryRoot, "exporter", bin["fedjoin-exporter"] ?? "");
    await mkdir(join(dir, "bin"));
    await symlink(target, linked);
    await chmod(target, 0o755);
    await expectService(await started(linked));
  });

  test("a single file without any package beside it", async () => {
    const exporter = await started(await alone("fedjoin-exporter.js"));
    expect(await exporter.scrape()).toMatch(/^nv_exporter_build_info\{version="0\.1\.0",revision="0123abc",/m);
    await expectService(exporter);
  });

  test("a single file under another name, by node", async () => {
    await expectService(await started(process.execPath, await alone("exporter.cjs")));
  });
});

describe("the single file", () => {
  test("says its version, and refuses wrong settings, without a package.json", async () => {
    const file = await alone("fedjoin-exporter.js");
    const version = await runCommand(file, ["--version"], { cwd: dir, env: { PATH: searched } });
    expect(version).toEqual({ code: 0, stdout: "fedjoin-exporter 0.1.0\n", stderr: "" });
    const refused = await runCommand(file, [], { cwd: dir, env: { PATH: searched } });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("CTRL_API_SERVICE is required");
  });

  test("names no folder of the machine that made it", async () => {
    expect(await readFile(join(bundleDir, "fedjoin-exporter.js"), "utf8")).not.toContain(repositoryRoot);
  });

  test("holds no part of Pulumi, and comes with the licence of each package that is in it", async () => {
    expect((await readdir(bundleDir)).toSorted()).toEqual(["THIRD-PARTY-NOTICES", "fedjoin-exporter.js"]);
    const notices = await readFile(join(bundleDir, "THIRD-PARTY-NOTICES"), "utf8");
    const named = [...notices.matchAll(/^(\S+) [\d.]+\n\nLicence: (.+)$/gm)];
    const packages = named.map(([, name]) => name);
    expect(packages).toEqual(expect.arrayContaining(["axios", "pino", "prom-client", "zod"]));
    expect(packages.filter((name) => name?.startsWith("@pulumi/"))).toEqual([]);
    const licences = new Set(named.map(([, , licence = ""]) => licence));
    expect([...licences].filter((licence) => !permissive.includes(licence))).toEqual([]);
    expect(
      notices.match(/permission is hereby granted|terms and conditions|permission to use|redistribution and use in/gi)
        ?.length,
    ).toBeGreaterThanOrEqual(packages.length);
  });

  test("needs less than 95 MB of memory while it has no data", async () => {
    await site.goOffline();
    const text = await (await started(await alone("fedjoin-exporter.js"))).scrape();
    const bytes = Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(95e6);
  });
});
