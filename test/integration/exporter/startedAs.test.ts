import { envToScrape } from "@fedjoin/simulator";
import { chmod, copyFile, mkdtemp, readFile, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { FederationOptions } from "@fedjoin/simulator";
import { nodeBinDir, repositoryRoot, runCommand } from "@fedjoin/testbed";
import { afterAll, beforeAll, describe, expect } from "vitest";
import * as z from "zod";
import { test as base } from "../../support/fixtures";
import { startExporterBy, type ExporterProcess } from "../../support/exporterProcess";
import { projectVersion } from "../../support/projectVersion";

const searched = [nodeBinDir, process.env["PATH"] ?? ""].join(delimiter);
const read = (path: string) => readFile(join(repositoryRoot, path), "utf8");

let bundle: string;

beforeAll(async () => {
  bundle = await mkdtemp(join(tmpdir(), "fedjoin-bundle-"));
  const options = { cwd: repositoryRoot, env: { PATH: searched, FEDJOIN_REVISION: "0123abc" } };
  const { code, stderr } = await runCommand(process.execPath, ["exporter/bundle.mjs", bundle], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

afterAll(() => rm(bundle, { recursive: true }));

const test = base
  .extend("federationOptions", { sites: 0 } as FederationOptions)
  /** The bundle as the only file of a folder, without packages above it. */
  .extend("alone", ({ folder }) => async (name: string) => {
    await copyFile(join(bundle, "fedjoin-exporter.js"), join(folder, name));
    return join(folder, name);
  })
  .extend(
    "start",
    ({ federation: { master }, folder }, { onCleanup }) =>
      async (command: string, ...args: string[]) => {
        const env = { PATH: searched, EXPORTER_STATE_DIR: folder, ...envToScrape(master) };
        const exporter = await startExporterBy({ command, args, cwd: folder, env });
        onCleanup(async () => {
          await exporter.stop();
        });
        return exporter;
      },
  )
  /** Scrapes an exporter and stops it. */
  .extend("expectService", ({ federation: { master } }) => async (exporter: ExporterProcess) => {
    expect(await exporter.scrape()).toContain("\nnv_up 1\n");
    expect(await exporter.stop()).toBe(0);
    expect(exporter.output()).not.toContain(master.admin.password);
  });

describe("R12: the exporter serves, started as", () => {
  test("a plain process", async ({ start, expectService }) => {
    await expectService(await start(process.execPath, join(repositoryRoot, "exporter/dist/main.js")));
  });

  test("the command that npm links", async ({ start, expectService, folder }) => {
    const manifest = z.object({ bin: z.record(z.string(), z.string()) });
    const { bin } = manifest.parse(JSON.parse(await read("exporter/package.json")));
    expect(Object.keys(bin)).toEqual(["fedjoin-exporter"]);
    const target = join(repositoryRoot, "exporter", bin["fedjoin-exporter"] ?? "");
    await chmod(target, 0o755);
    await symlink(target, join(folder, "fedjoin-exporter"));
    await expectService(await start(join(folder, "fedjoin-exporter")));
  });

  test("a single file without any package beside it", async ({ start, expectService, alone }) => {
    const exporter = await start(await alone("fedjoin-exporter.js"));
    expect(await exporter.scrape()).toMatch(/^nv_exporter_build_info\{version="0\.1\.0",revision="0123abc",/m);
    await expectService(exporter);
  });

  test("a single file that loads neither Node's fetch nor its HTTP/2", async ({ alone }) => {
    const program = `require(process.argv[1]); console.log(process.moduleLoadList.join("\\n"));`;
    const file = await alone("fedjoin-exporter.js");
    const { stdout } = await runCommand(process.execPath, ["-e", program, file, "--version"], { env: {} });
    expect(stdout.split("\n")).toContain("NativeModule https");
    expect(stdout).not.toMatch(/^NativeModule (internal\/deps\/undici\/undici|http2)$/m);
  });

  test("whatever starts it, its first line tells version and settings, no secret", async ({ start, federation }) => {
    const exporter = await start(process.execPath, join(repositoryRoot, "exporter/dist/main.js"), "--log.level=debug");
    await exporter.stop();
    const [first = ""] = exporter.output().split("\n");
    expect(first).toMatch(
      /^\S+ info {2}Starting fedjoin-exporter version=0\.1\.0 node=v\d\S+ CTRL_API_SERVICE=127\.0\.0\.1:\d+ /,
    );
    expect(first).toContain(" CTRL_PASSWORD=set ");
    expect(first).toContain(" LOG_LEVEL=debug");
    expect(first).not.toContain(federation.master.admin.password);
  });

  test("a single file under another name, by node", async ({ start, expectService, alone }) => {
    await expectService(await start(process.execPath, await alone("exporter.cjs")));
  });
});

describe("the single file", () => {
  test("says its version, and refuses invalid settings, without a package.json", async ({ alone, folder }) => {
    const file = await alone("fedjoin-exporter.js");
    const options = { cwd: folder, env: { PATH: searched } };
    const version = await runCommand(file, ["--version"], options);
    expect(version).toEqual({ code: 0, stdout: `fedjoin-exporter ${projectVersion}\n`, stderr: "" });
    const { code, stderr } = await runCommand(file, [], options);
    expect([code, stderr.includes("CTRL_API_SERVICE is required")]).toEqual([1, true]);
  });

  test("names no folder of the machine that made it", async () => {
    expect(await readFile(join(bundle, "fedjoin-exporter.js"), "utf8")).not.toContain(repositoryRoot);
  });

  test("holds no part of Pulumi, and comes with the licence of each package that is in it", async () => {
    expect((await readdir(bundle)).toSorted()).toEqual(["THIRD-PARTY-NOTICES", "fedjoin-exporter.js"]);
    const notices = await readFile(join(bundle, "THIRD-PARTY-NOTICES"), "utf8");
    const named = [...notices.matchAll(/^(\S+) [\d.]+\n\nLicence: (.+)$/gm)];
    const packages = named.map(([, name]) => name);
    expect(packages).toEqual(expect.arrayContaining(["axios", "prom-client", "zod"]));
    expect(packages.filter((name) => name?.startsWith("@pulumi/"))).toEqual([]);
    const permissive = ["Apache-2.0", "BSD-3-Clause", "ISC", "MIT"];
    expect(named.filter(([, , licence = ""]) => !permissive.includes(licence))).toEqual([]);
    const grants = /permission is hereby granted|terms and conditions|permission to use|redistribution and use in/gi;
    expect(notices.match(grants)?.length).toBeGreaterThanOrEqual(packages.length);
  });

  test("needs less than 82 MB of memory while it has no data", async ({ federation: { master }, start, alone }) => {
    await master.goOffline();
    const text = await (await start(await alone("fedjoin-exporter.js"))).scrape();
    const bytes = Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(82e6);
  });
});
