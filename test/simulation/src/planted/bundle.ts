import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { applyHunks, type Patch } from "./patch";

interface Bundler {
  readonly bundle: (root: string, outfile: string, changed: ReadonlyMap<string, string>) => Promise<void>;
}

/** Bundles the simulation with the sources of the product as the patch changes them. Writes no source file. */
export async function bundleWith({ files }: Pick<Patch, "files">, root: string, outfile: string): Promise<void> {
  const changed = new Map(
    files.map((file) => {
      const path = join(root, file.path);
      return [path, applyHunks(file, readFileSync(path, "utf8"))] as const;
    }),
  );
  const bundler = pathToFileURL(join(root, "test/simulation/bundle.mjs")).href;
  const { bundle } = (await import(bundler)) as Bundler;
  await bundle(root, outfile, changed);
}
