import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { readFileSync } from "node:fs";
import { appendFile, chmod, cp, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { docsBlock } from "../support/docsBlock";
import {
  installTarballs,
  linkPackages,
  nodeBinDir,
  packPackages,
  publicPackages,
  repositoryRoot,
  runCommand,
  type Tarball,
} from "@fedjoin/testbed";

const manifest = z.looseObject({
  name: z.string(),
  homepage: z.string(),
  bugs: z.string(),
  repository: z.object({ url: z.string(), directory: z.string().optional() }),
  keywords: z.array(z.string()),
  engines: z.object({ node: z.string() }),
  bin: z.record(z.string(), z.string()),
});
const root = z
  .object({ repository: z.object({ url: z.string() }), engines: z.object({ node: z.string() }) })
  .parse(JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")));

let dir: string;
let project: string;
let tarballs: readonly Tarball[];

function readText(file: string): Promise<string> {
  return readFile(join(repositoryRoot, file), "utf8");
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "fedjoin-packages-"));
  project = join(dir, "project");
  tarballs = await packPackages(join(dir, "tarballs"));
  await installTarballs(project, tarballs);
});

afterAll(() => rm(dir, { recursive: true }));

describe.each(publicPackages)("the package of %s", (folder) => {
  const installed = (file = ""): string => join(project, "node_modules/@fedjoin", folder, file);
  const tarball = async (): Promise<Buffer> => {
    const packed = tarballs.find(({ name }) => name === `@fedjoin/${folder}`);
    return readFile(packed?.file ?? "");
  };

  test("says where it comes from, as the repository does", async () => {
    const { repository, homepage, bugs, keywords, engines } = manifest.parse(
      JSON.parse(await readText(`${folder}/package.json`)),
    );
    expect(repository).toEqual({ ...root.repository, directory: folder });
    const address = root.repository.url.replace(/^git\+(.*)\.git$/, "$1");
    expect({ homepage, bugs }).toEqual({ homepage: `${address}#readme`, bugs: `${address}/issues` });
    expect(keywords).toContain("neuvector");
    expect(engines).toEqual(root.engines);
  });

  test("has its documents, whose links lead to the repository, and neither sources nor maps", async () => {
    const files = await readdir(installed());
    expect(files).toEqual(
      expect.arrayContaining(["CHANGELOG.md", "LICENSE", "README.md", "bin", "dist", "package.json"]),
    );
    expect(files).not.toContain("src");
    const all = await readdir(installed(), { recursive: true });
    expect(all.filter((file) => /\.(map|ts)$/.test(file) && !file.endsWith(".d.ts"))).toEqual([]);
    expect(await readFile(installed("LICENSE"), "utf8")).toBe(await readText("LICENSE"));
    const text = `${await readFile(installed("README.md"), "utf8")}${await readFile(installed("CHANGELOG.md"), "utf8")}`;
    const targets = [...text.matchAll(/\]\(([^)]*)\)/g)].map(([, target]) => target);
    expect(targets.length).toBeGreaterThan(5);
    expect(targets.filter((target) => target?.startsWith("https://") !== true)).toEqual([]);
  });

  test("has no finding of publint, nor of Are the Types Wrong in any way to resolve it", async () => {
    const data = await tarball();
    const { messages } = await publint({ pack: { tarball: new Uint8Array(data).buffer }, strict: true });
    expect(messages).toEqual([]);
    const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(data)));
    expect(checked).toMatchObject({ types: { kind: "included" }, problems: [] });
  });

  test("its commands run", async () => {
    const { bin } = manifest.parse(JSON.parse(await readText(`${folder}/package.json`)));
    for (const command of Object.keys(bin)) {
      const path = join(project, "node_modules/.bin", command);
      const { code, stdout } = await runCommand(path, ["--help"], { env: { PATH: nodeBinDir } });
      expect([code, stdout]).toEqual([0, expect.stringContaining(command)]);
    }
  });
});

test("packing depends on the sources alone, not on times, permissions or remains of other builds", async () => {
  const checkout = join(dir, "checkout");
  for (const path of ["LICENSE", "CHANGELOG.md", "exporter"]) {
    await cp(join(repositoryRoot, path), join(checkout, path), { recursive: true });
  }
  for (const entry of await readdir(checkout, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    await chmod(path, 0o600);
    await utimes(path, 1_000_000_000, 1_000_000_000);
  }
  await writeFile(join(checkout, "exporter/dist/deleted.js"), "");
  const pack = async (): Promise<Buffer> => {
    const [packed] = await packPackages(join(dir, "again"), ["exporter"], checkout);
    return readFile(packed?.file ?? "");
  };
  const original = await readFile(tarballs.find(({ name }) => name === "@fedjoin/exporter")?.file ?? "");
  expect((await pack()).equals(original)).toBe(true);
  await appendFile(join(checkout, "exporter/dist/main.js"), "\n");
  expect((await pack()).equals(original)).toBe(false);
});

describe("the component of the stacks", () => {
  test("compiles in TypeScript, with the program of its page", async () => {
    await linkPackages(join(project, "node_modules"), ["@types/node"]);
    const declarations = `
      import * as pulumi from "@pulumi/pulumi";
      declare const config: pulumi.Config;
      declare const cluster: pulumi.ProviderResource;`;
    const page = docsBlock("docs/how-to/component.md", 'from "@fedjoin/stacks/component"');
    await writeFile(join(project, "index.ts"), `${declarations}\n${page}`);
    const compilerOptions = { strict: true, noEmit: true, skipLibCheck: true, module: "nodenext", target: "es2022" };
    await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["index.ts"] }));
    const { code, stdout } = await runCommand(join(nodeBinDir, "tsc"), ["-p", project]);
    expect([code, stdout]).toEqual([0, ""]);
  });

  const script = 'console.log(NeuVectorExporter.name, alertRules().groups.length, "panels" in dashboard());';

  test.each([
    ["CommonJS", "cjs", 'const { NeuVectorExporter, alertRules, dashboard } = require("@fedjoin/stacks/component");'],
    ["an ES module", "mjs", 'import { NeuVectorExporter, alertRules, dashboard } from "@fedjoin/stacks/component";'],
  ])("runs in %s, with alerts and dashboard from the package", async (_title, extension, imports) => {
    const file = join(project, `program.${extension}`);
    await writeFile(file, `${imports}\n${script}`);
    const ran = await runCommand(process.execPath, [file], { cwd: project });
    expect(ran).toEqual({ code: 0, stdout: "NeuVectorExporter 1 true\n", stderr: "" });
  });
});
