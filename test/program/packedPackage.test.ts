import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { docsBlock } from "../support/docsBlock";
import { projectVersion } from "../support/projectVersion";
import { startDynamicProvider } from "../support/dynamicProvider";
import { installPackedPackages, linkPackages, nodeBinDir, packageNeeds, runCommand } from "@fedjoin/testbed";

/** The folder of everything, and in it the projects of npm. */
let root: string;
let dir: string;

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "fedjoin-packed-")));
  dir = join(root, "npm");
  await installPackedPackages(dir, ["provider"]);
  await linkPackages(join(dir, "node_modules"), ["@types/node"]);
});

afterAll(() => rm(root, { recursive: true, force: true }));

/** Options of the templates of `pulumi new`. The first program checks all types, as they do; for the others ours suffice. */
const template = {
  strict: true,
  outDir: "bin",
  target: "es2020",
  sourceMap: true,
  forceConsistentCasingInFileNames: true,
};

const programs = [
  ["module commonjs, moduleResolution node", "commonjs", { module: "commonjs", moduleResolution: "node" }],
  ["module node16, from CommonJS", "commonjs", { module: "node16", skipLibCheck: true }],
  ["module nodenext, from ESM", "module", { module: "nodenext", skipLibCheck: true }],
  ["moduleResolution bundler", "module", { module: "esnext", moduleResolution: "bundler", skipLibCheck: true }],
] as const;

const program = `
import { NeuVectorUser, type NeuVectorUserArgs } from "@fedjoin/provider";
const sitePassword = "secret";
${docsBlock("README.md", 'from "@fedjoin/provider"')}
const role: NeuVectorUserArgs["role"] = "reader";
console.log(FedJoin.name, NeuVectorUser.name, role);
`;

/** Stands in for the engine; warnings go to stderr. */
const mocks = `
require("@pulumi/pulumi/log").warn = console.error;
require("@pulumi/pulumi").runtime.setMocks({ call: () => ({}), newResource: ({ inputs }) => ({ id: "id", state: inputs }) });
`;

async function writeFiles(folder: string, files: Readonly<Record<string, unknown>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
}

describe("the packed package in a project outside the checkout", () => {
  test("its command runs", async () => {
    const command = join(dir, "node_modules/@fedjoin/provider/bin/fedjoin.js");
    expect(await runCommand(command, ["--version"], { env: { PATH: nodeBinDir } })).toMatchObject({
      code: 0,
      stderr: "",
    });
  });

  test.each(programs)("the program of the README compiles and runs with %s", async (title, type, options) => {
    const folder = join(dir, title.replaceAll(/\W+/g, "-"));
    await writeFiles(folder, {
      "package.json": { name: "program", type },
      "index.ts": program,
      "tsconfig.json": { compilerOptions: { ...template, ...options }, files: ["index.ts"] },
      "mocks.cjs": mocks,
    });
    const compiled = await runCommand(join(nodeBinDir, "tsc"), ["-p", folder]);
    expect(compiled.stdout).toBe("");
    const ran = await runCommand(process.execPath, ["--require", "./mocks.cjs", "bin/index.js"], { cwd: folder });
    expect(ran).toEqual({ code: 0, stdout: "FedJoin NeuVectorUser reader\n", stderr: "" });
  });
});

/** As pnpm lays a project out: each package sees its own dependencies and no others. Only the library depends on the provider. */
async function isolatedProject(): Promise<string> {
  const folder = join(root, "isolated");
  const store = join(folder, "node_modules/.pnpm");
  const provider = join(store, `@fedjoin+provider@${projectVersion}/node_modules`);
  const library = join(store, "library@1.0.0/node_modules");
  await mkdir(join(provider, "@fedjoin"), { recursive: true });
  await cp(join(dir, "node_modules/@fedjoin/provider"), join(provider, "@fedjoin/provider"), { recursive: true });
  await linkPackages(provider, await packageNeeds("provider"));
  await writeFiles(join(library, "library"), {
    "package.json": { name: "library", version: "1.0.0" },
    "index.js": 'exports.FedJoin = require("@fedjoin/provider").FedJoin;',
  });
  await mkdir(join(library, "@fedjoin"));
  await symlink(join(provider, "@fedjoin/provider"), join(library, "@fedjoin/provider"));
  await symlink(join(library, "library"), join(folder, "node_modules/library"));
  await linkPackages(join(folder, "node_modules"), ["@pulumi/pulumi"]);
  await writeFiles(folder, {
    "package.json": { name: "program" },
    "index.js":
      'const { FedJoin } = require("library"); for (const name of ["a", "b"]) new FedJoin(name, { master: {} });',
    "mocks.cjs": mocks,
  });
  return folder;
}

describe("a project of isolated packages, as pnpm makes it, where only a library depends on the provider", () => {
  test("one sentence says to add the package to the program, and the resource works once it is there", async () => {
    const folder = await isolatedProject();
    const text = 'exports.handler = () => require("@fedjoin/provider").lifecycle;';
    const runProgram = () => runCommand(process.execPath, ["--require", "./mocks.cjs", "index.js"], { cwd: folder });
    const check = async () => {
      const provider = await startDynamicProvider(folder);
      try {
        return await provider.check({ storeId: "u2204a", __provider: text });
      } finally {
        await provider.stop();
      }
    };
    const sentence = `@fedjoin/provider is not found from ${folder}, where pulumi runs its resources. Add it to the dependencies of the Pulumi program itself, not only to those of a library.`;
    expect(await runProgram()).toEqual({ code: 0, stdout: "", stderr: `${sentence}\n` });
    await expect(check()).rejects.toThrow("Cannot find module '@fedjoin/provider'");

    await mkdir(join(folder, "node_modules/@fedjoin"));
    const installed = join(
      folder,
      `node_modules/.pnpm/@fedjoin+provider@${projectVersion}/node_modules/@fedjoin/provider`,
    );
    await symlink(installed, join(folder, "node_modules/@fedjoin/provider"));
    expect(await runProgram()).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await check()).toContainEqual({ property: "master", reason: "is required" });
  });
});
