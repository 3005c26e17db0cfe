// @ts-check
// Fails if imports form a circle between files or, at any level, between the files and folders of a folder.
import { readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import ts from "typescript";

const roots = ["provider/src", "exporter/src", "stacks/src", "test/simulation/src"];
const circles = roots.flatMap((root) => findCircles(readImports(root)));
for (const circle of circles) process.stderr.write(`Imports form a circle: ${circle.join(" -> ")}\n`);
process.exitCode = circles.length > 0 ? 1 : 0;

/** @param {string} root @returns {[string, string][]} Importing and imported file, types included. */
function readImports(root) {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return files.flatMap((name) => {
    const file = join(root, name);
    const { importedFiles } = ts.preProcessFile(ts.sys.readFile(file) ?? "", true, true);
    return importedFiles.flatMap(({ fileName }) => {
      if (!fileName.startsWith(".")) return [];
      const path = join(dirname(file), fileName.replace(/\.js$/, ""));
      const found = [`${path}.ts`, join(path, "index.ts"), `${path}.d.ts`].find(ts.sys.fileExists);
      return found === undefined ? [] : [/** @type {[string, string]} */ ([file, found])];
    });
  });
}

/**
 * An import joins two files, and also the two children of the folder that holds both.
 * @param {[string, string][]} imports
 * @returns {string[][]}
 */
function findCircles(imports) {
  /** @type {Map<string, Set<string>>} */
  const arrows = new Map();
  const add = (/** @type {string} */ from, /** @type {string} */ to) => {
    arrows.set(from, (arrows.get(from) ?? new Set()).add(to));
  };
  for (const [from, to] of imports) {
    add(from, to);
    const [a, b] = [from.split(sep), to.split(sep)];
    const level = a.findIndex((part, index) => part !== b[index]) + 1;
    const [left, right] = [a.slice(0, level).join(sep), b.slice(0, level).join(sep)];
    if (left !== from || right !== to) add(left, right);
  }
  /** @type {string[][]} */
  const found = [];
  const done = new Set();
  const visit = (/** @type {string} */ node, /** @type {string[]} */ path) => {
    const start = path.indexOf(node);
    if (start >= 0) found.push([...path.slice(start), node].map((each) => relative(".", each)));
    if (start >= 0 || done.has(node)) return;
    for (const next of arrows.get(node) ?? []) visit(next, [...path, node]);
    done.add(node);
  };
  for (const node of arrows.keys()) visit(node, []);
  return found;
}
