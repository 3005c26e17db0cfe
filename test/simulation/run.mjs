// @ts-check
// Bundles the simulation with the sources of the product, and runs the bundle: no build is needed before.
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { bundle } from "./bundle.mjs";

const outfile = join(import.meta.dirname, "dist-bundle/main.mjs");
await bundle(resolve(import.meta.dirname, "../.."), outfile);
const child = spawn(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: "inherit" });
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
