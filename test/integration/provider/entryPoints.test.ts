import { globSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";

const manifest = z
  .object({
    exports: z.record(z.string(), z.union([z.string(), z.object({ types: z.string(), default: z.string() })])),
    typesVersions: z.object({ "*": z.record(z.string(), z.array(z.string())) }),
  })
  .parse(JSON.parse(readFileSync(join(repositoryRoot, "provider/package.json"), "utf8")));

interface EntryPoint {
  /** Behind `@fedjoin/provider/`. */
  readonly name: string;
  readonly types: string;
}

const folders = globSync("provider/src/*/index.ts", { cwd: repositoryRoot }).map((file) => basename(dirname(file)));

/** The entries of the package, `internal/*` as each folder that it stands for. */
const entries = Object.entries(manifest.exports).flatMap(([path, at]): EntryPoint[] => {
  if (typeof at === "string") return [];
  const name = path.replace(/^\.\/?/, "");
  const names = name.includes("*") ? folders : [""];
  return names.map((each) => ({ name: name.replace("*", each), types: at.types.replace("*", each) }));
});

/** What Pulumi programs use, or what the provider text in a state does. */
const forPrograms = ["", "fedJoin", "neuVectorUser"];
/** What the page generators under test/docs use. */
const forDocs = ["internal/reference"];
const walls = entries.filter(({ name }) => ![...forPrograms, ...forDocs].includes(name));

/** Names that the sources below `folder` import, by the module that they name. */
function importedNames(folder: string): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  const files = readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" });
  for (const file of files.filter((each) => each.endsWith(".ts"))) {
    const text = readFileSync(join(repositoryRoot, folder, file), "utf8");
    for (const statement of ts.createSourceFile(file, text, ts.ScriptTarget.Latest).statements) {
      if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
      const bindings = statement.importClause?.namedBindings;
      if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
      const found = names.get(statement.moduleSpecifier.text) ?? new Set();
      names.set(statement.moduleSpecifier.text, found);
      for (const { name, propertyName } of bindings.elements) found.add((propertyName ?? name).text);
    }
  }
  return names;
}

function exportedNames(types: string): string[] {
  const file = join(repositoryRoot, "provider", types);
  const program = ts.createProgram([file], { module: ts.ModuleKind.NodeNext, noLib: true, types: [] });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const symbol = source && checker.getSymbolAtLocation(source);
  return symbol === undefined ? [] : checker.getExportsOfModule(symbol).map(({ name }) => name);
}

describe("the entry points of @fedjoin/provider", () => {
  /** The products, and the programs of the repository that are not tests. */
  const programs = ["exporter/src", "stacks/src", "test/bench", "test/simulator/src", "test/testbed/src"].map(
    importedNames,
  );

  test.each(walls)("$name exports nothing that no program imports", ({ name, types }) => {
    const used = new Set(programs.flatMap((imported) => [...(imported.get(`@fedjoin/provider/${name}`) ?? [])]));
    const exported = exportedNames(types);
    expect(exported.length).toBeGreaterThan(0);
    expect(exported.filter((each) => !used.has(each))).toEqual([]);
  });

  test("the root exports the two resources, their types and their lifecycles", () => {
    const values = `console.log(JSON.stringify(Object.keys(require("@fedjoin/provider"))))`;
    return expect(runNode(values)).resolves.toMatchObject({
      stdout: `["FedJoin","NeuVectorUser","lifecycle","userLifecycle"]\n`,
    });
  });

  test("every entry resolves without exports maps too", () => {
    const mapped = Object.entries(manifest.exports).filter(([name, at]) => name !== "." && typeof at !== "string");
    const types = mapped.map(([name, at]) => [name.slice(2), typeof at === "string" ? [] : [at.types.slice(2)]]);
    expect(manifest.typesVersions["*"]).toEqual(Object.fromEntries(types));
  });

  test("whatever is not for programs is marked as internal", () => {
    expect(walls.length).toBeGreaterThan(5);
    expect(walls.filter(({ name }) => !name.startsWith("internal/"))).toEqual([]);
  });

  /** Prints which globals an import replaced, what it keeps running, and which of two packages it loaded. zod adds globals of its own. */
  const observe = (name: string) => `
    const globals = () => new Map(Reflect.ownKeys(globalThis).map((key) => [key, Object.getOwnPropertyDescriptor(globalThis, key)]));
    const before = globals();
    require("@fedjoin/provider${name === "" ? "" : `/${name}`}");
    const after = globals();
    const replaced = [...before].filter(([key, { value, get }]) => !Object.is(value, after.get(key)?.value) || get !== after.get(key)?.get);
    const files = Object.keys(require.cache);
    const loaded = ["axios", "zod"].filter((each) => files.some((file) => file.includes("/node_modules/" + each + "/")));
    const signals = process.eventNames().filter((each) => String(each).startsWith("SIG"));
    const handles = process.getActiveResourcesInfo().filter((each) => !["PipeWrap", "TTYWrap"].includes(each));
    console.log(JSON.stringify({ replaced: replaced.map(([key]) => String(key)), signals, handles, loaded }));
  `;
  const runNode = (script: string) => runCommand(process.execPath, ["-e", script], { cwd: repositoryRoot });

  test.each(entries)("importing `$name` changes nothing in the process", async ({ name }) => {
    const { stdout, stderr } = await runNode(observe(name));
    expect(stderr).toBe("");
    const { loaded, ...effects } = JSON.parse(stdout) as Record<string, string[]>;
    expect(effects).toEqual({ replaced: [], signals: [], handles: [] });
    if (forPrograms.includes(name)) expect(loaded).toEqual([]);
  });
});
