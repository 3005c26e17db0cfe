import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";
import { projectVersion } from "../../support/projectVersion";

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "fedjoin-release-"));
});

afterAll(() => rm(dir, { recursive: true }));

const run = (...args: string[]) =>
  runCommand(process.execPath, [join(repositoryRoot, "test/dist/release/main.js"), ...args], { cwd: repositoryRoot });

test("without a command, prints all of them", async () => {
  const { code, stderr } = await run();
  expect([code, stderr]).toEqual([2, expect.stringContaining("npm run release -- check --tag")]);
});

test("refuses a release of another version, and names what is not pinned as `pin --check` does", async () => {
  const { code, stderr } = await run("check", "--tag", "v99.0.0");
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining(`stacks/package.json: version ${projectVersion} is not that of the tag v99.0.0`),
  ]);
  const pins = await run("pin", "--check");
  expect(pins.code).toBe(pins.stderr === "" ? 0 : 1);
  expect(stderr.endsWith(pins.stderr)).toBe(true);
});

test("writes what each package contains", async () => {
  expect(await run("sbom", "--out", dir)).toEqual({ code: 0, stdout: "", stderr: "" });
  const read = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(dir, `fedjoin-${name}.cdx.json`), "utf8"));
  expect(await read("provider")).toMatchObject({
    bomFormat: "CycloneDX",
    metadata: { component: { name: "@fedjoin/provider", version: projectVersion } },
    components: expect.arrayContaining([expect.objectContaining({ name: "axios" })]) as unknown,
  });
  expect(await read("exporter")).toMatchObject({
    components: expect.arrayContaining([expect.objectContaining({ name: "prom-client" })]) as unknown,
  });
  expect(await read("stacks")).toMatchObject({
    components: expect.arrayContaining([expect.objectContaining({ name: "@pulumi/pulumi" })]) as unknown,
  });
});
