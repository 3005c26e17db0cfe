// @ts-check
// Bundles the simulation with the sources of the product, and runs the bundle: no build is needed before.
import { build } from "esbuild";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const outfile = join(import.meta.dirname, "dist-bundle/main.mjs");
const options = JSON.parse(readFileSync(join(import.meta.dirname, "bundle.json"), "utf8"));
await build({ ...options, absWorkingDir: root, outfile });
const child = spawn(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: "inherit" });
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
