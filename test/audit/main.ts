import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@fedjoin/testbed";
import * as z from "zod";
import {
  abilitiesOf,
  listDifferences,
  nameOf,
  parseAbilityList,
  parseLock,
  runnableScripts,
  runtimeFolders,
} from "./dependencies";

const manifest = z.object({ allowScripts: z.record(z.string(), z.boolean()) });

const textOf = (file: string): string => readFileSync(join(repositoryRoot, file), "utf8");
const lock = parseLock(textOf("package-lock.json"));
const { allowScripts } = manifest.parse(JSON.parse(textOf("package.json")));

/** What the sources of a package may do. A package that is installed inside another is listed by itself. */
function scan(folder: string): string {
  const files = readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" });
  const own = files.filter((file) => !/(^|\/)(node_modules|tests?|bench\w*|examples?|docs)\//.test(file));
  const found = own
    .filter((file) => /\.[cm]?js$/.test(file))
    .flatMap((file) => abilitiesOf(textOf(`${folder}/${file}`)));
  if (own.some((file) => file.endsWith(".node") || file.endsWith("binding.gyp"))) found.push("native code");
  return [...new Set(found)].toSorted().join(", ") || "nothing";
}

const listed = parseAbilityList(textOf("docs/reference/dependencies.md"));
const folders = [...new Set(["provider", "exporter"].flatMap((workspace) => runtimeFolders(lock, workspace)))];
const found = new Map(folders.map((folder) => [nameOf(folder), scan(folder)]));
const problems = [
  ...listDifferences(listed, found),
  ...runnableScripts(lock, runtimeFolders(lock, "stacks").concat(folders), allowScripts),
];
for (const problem of problems) process.stdout.write(`${problem}\n`);
if (problems.length === 0)
  process.stdout.write(`${found.size} runtime packages are as docs/reference/dependencies.md lists them\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
