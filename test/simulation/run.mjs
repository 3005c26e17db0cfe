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
  plugins: [{ name: "short scrypt", setup: shortenScrypt }],
  logLevel: "warning",
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});

/** Verifying a password with scrypt takes longer than a whole run: here it is a short hash. @param {import("esbuild").PluginBuild} bundler */
function shortenScrypt({ onResolve, onLoad }) {
  onResolve({ filter: /^node:crypto$/ }, ({ namespace }) =>
    namespace === "crypto" ? { path: "node:crypto", external: true } : { path: "crypto", namespace: "crypto" },
  );
  onLoad({ filter: /.*/, namespace: "crypto" }, () => ({
    contents: `
      import { createHash } from "node:crypto";
      export * from "node:crypto";
      export const scryptSync = (secret, salt, length) =>
        createHash("sha512").update(salt).update(secret).digest().subarray(0, length);`,
  }));
}

const child = spawn(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: "inherit" });
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
