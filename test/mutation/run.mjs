// @ts-check
// Changes the product's decisions one by one, and runs the unit tests of each with each change. Arguments: files, by a part
// of their path; all by default.
import { readFileSync } from "node:fs";
import { basename, relative, resolve } from "node:path";
import { Stryker } from "@stryker-mutator/core";
import { decisions } from "./decisions.mjs";
import { survivors } from "./survivors.mjs";

/** @typedef {import("@stryker-mutator/api/core").MutantResult} Mutant */

const requiredShare = 0.9;
const root = resolve(import.meta.dirname, "../..");
const parts = process.argv.slice(2);
const chosen = decisions
  .map(({ files, tests }) => ({
    tests,
    files: files.filter((file) => parts.length === 0 || parts.some((part) => file.includes(part))),
  }))
  .filter(({ files }) => files.length > 0);
const files = chosen.flatMap((each) => each.files);

/** @type {Mutant[]} */
const mutants = [];
for (const decision of chosen) {
  const all = await mutate(decision);
  mutants.push(...all.filter(({ fileName, status }) => files.includes(nameOf(fileName)) && status !== "Ignored"));
}
const alive = mutants.filter(isAlive);
for (const file of files) {
  const own = mutants.filter(({ fileName }) => nameOf(fileName) === file);
  console.log(`${file}: ${own.filter((each) => !isAlive(each)).length} of ${own.length} killed`);
}
const unexplained = alive.filter((mutant) => !survivors.some((each) => isSame(each, mutant)));
for (const mutant of unexplained) {
  const { fileName, location, mutatorName, replacement, status } = mutant;
  console.log(`${nameOf(fileName)}:${location.start.line}: ${status}: ${mutatorName}: ${replacement}`);
  console.log(`  ${lineOf(mutant).trim()}`);
}
const outdated = survivors.filter((each) => files.includes(each.file) && !alive.some((mutant) => isSame(each, mutant)));
for (const { file, line } of outdated) console.log(`${file}: is listed as a survivor, and is killed: ${line}`);
const killed = mutants.length - alive.length;
const share = killed / Math.max(1, mutants.length);
console.log(
  `${mutants.length} mutants, ${killed} killed (${Math.floor(share * 100)}%), ${alive.length} survive, ${unexplained.length} of them without a reason`,
);
process.exitCode = unexplained.length + outdated.length > 0 || share < requiredShare ? 1 : 0;

/** Resolves to what became of each mutant. @param {typeof decisions[number]} decision */
function mutate({ files: mutated, tests }) {
  process.env["MUTATION_TESTS"] = tests.join(",");
  const [first = ""] = mutated;
  const stryker = new Stryker({
    mutate: [...mutated],
    testRunner: "vitest",
    vitest: { configFile: "test/mutation/vitest.config.mts", pool: "forks", related: false },
    plugins: ["@stryker-mutator/vitest-runner", resolve(import.meta.dirname, "wording.mjs")],
    ignorers: ["wording"],
    coverageAnalysis: "perTest",
    incremental: true,
    // Kept results miss a new test of what a module makes when it is loaded: files that are named are tried again.
    force: parts.length > 0,
    incrementalFile: `test/dist/mutation/${basename(first)}.json`,
    tempDirName: "test/dist/mutation/sandbox",
    ignorePatterns: ["dist", "dist-bundle", "docs"],
    reporters: ["progress-append-only"],
    logLevel: "warn",
    concurrency: 1,
    dryRunTimeoutMinutes: 20,
    timeoutMS: 60_000,
  });
  return stryker.runMutationTest();
}

/** @param {Mutant} mutant */
function isAlive({ status }) {
  return status === "Survived" || status === "NoCoverage";
}

/** @param {string} fileName */
function nameOf(fileName) {
  return relative(root, resolve(root, fileName));
}

/** The line where it begins. @param {Mutant} mutant */
function lineOf({ fileName, location }) {
  const lines = readFileSync(resolve(root, fileName), "utf8").split("\n");
  return lines[location.start.line - 1] ?? "";
}

/** @param {typeof survivors[number]} survivor @param {Mutant} mutant */
function isSame({ file, line, original, replacement }, mutant) {
  const found = lineOf(mutant);
  const { start } = mutant.location;
  return (
    file === nameOf(mutant.fileName) &&
    line === found.trim() &&
    found.startsWith(original, start.column - 1) &&
    replacement === mutant.replacement
  );
}
