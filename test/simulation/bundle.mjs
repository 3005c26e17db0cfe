// @ts-check
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
      { name: "short scrypt", setup: shortenScrypt },
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
