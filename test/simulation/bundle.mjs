// @ts-check
import { join } from "node:path";
import { build } from "esbuild";

/**
 * Bundles the simulation with the sources of the product. `changed` has files by path that differ from those on the disk.
 * @param {string} root @param {string} outfile @param {ReadonlyMap<string, string>} [changed]
 */
export async function bundle(root, outfile, changed = new Map()) {
  await build({
    absWorkingDir: root,
    entryPoints: ["test/simulation/src/main.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22",
    external: ["@pulumi/*", "selfsigned"],
    alias: {
      "@fedjoin/provider": "./provider/src",
      "@fedjoin/provider/internal": "./provider/src",
      "@fedjoin/simulator": "./test/simulator/src",
    },
    plugins: [
      { name: "short cryptography", setup: shortenCryptography },
      {
        name: "changed files",
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const contents = changed.get(path);
            return contents === undefined ? undefined : { contents, loader: "ts" };
          });
        },
      },
    ],
    logLevel: "warning",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
}

/** The product's and the simulator's cryptography takes longer than the rest of a run. @param {import("esbuild").PluginBuild} bundler */
function shortenCryptography({ onResolve }) {
  const short = join(import.meta.dirname, "shortCryptography.mjs");
  onResolve({ filter: /^node:crypto$/ }, ({ importer }) =>
    importer === short ? { path: "node:crypto", external: true } : { path: short },
  );
}
