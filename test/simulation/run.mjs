// @ts-check
// Bundles the simulation with the sources of the product, and runs the bundle: no build is needed before.
import { build } from "esbuild";
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const outfile = join(import.meta.dirname, "dist-bundle/main.mjs");
await build({
  absWorkingDir: root,
  entryPoints: ["test/simulation/src/main.ts"],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node22",
  external: ["@pulumi/*", "selfsigned"],
  alias: { "@fedjoin/provider": "./provider/src", "@fedjoin/simulator": "./test/simulator/src" },
  logLevel: "warning",
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});
const child = spawn(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: "inherit" });
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
