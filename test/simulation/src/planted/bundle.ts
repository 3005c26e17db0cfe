import type { Plugin } from "esbuild";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { applyHunks, type Patch } from "./patch";

/** Bundles the simulation with the sources of the product as the patch changes them. Writes no source file. */
export async function bundleWith({ files }: Patch, root: string, outfile: string): Promise<void> {
  const changed = new Map(
    files.map((file) => {
      const path = join(root, file.path);
      return [path, applyHunks(file, readFileSync(path, "utf8"))] as const;
    }),
  );
  const plugin: Plugin = {
    name: "planted",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = changed.get(path);
        return contents === undefined ? undefined : { contents, loader: "ts" };
      });
    },
  };
  const options = JSON.parse(readFileSync(join(root, "test/simulation/bundle.json"), "utf8")) as object;
  // The simulation itself needs no bundler.
  const { build } = await import("esbuild");
  await build({ ...options, absWorkingDir: root, outfile, plugins: [plugin] });
}
