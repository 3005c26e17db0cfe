import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { publicPackages, repositoryRoot } from "@fedjoin/testbed";
import * as z from "zod";
import type { Files } from "./checkRelease";

const manifest = z.object({ name: z.string(), version: z.string() });

export const readText = (file: string): string => readFileSync(join(repositoryRoot, file), "utf8");

export function readManifest(folder: string): z.infer<typeof manifest> {
  return manifest.parse(JSON.parse(readText(join(folder, "package.json"))));
}

/** The version of the repository and of each package, by the path of the manifest. */
export function readVersions(): ReadonlyMap<string, string> {
  const folders = ["", ...publicPackages];
  return new Map(folders.map((folder) => [join(folder, "package.json"), readManifest(folder).version]));
}

/** The files that name actions and images: the workflows, those of the examples, and the Dockerfile. */
export function readBuilds(): Files {
  const files = globSync([".github/workflows/*.yml", "examples/*/.github/workflows/*.yml", "exporter/Dockerfile"], {
    cwd: repositoryRoot,
  });
  return new Map(files.toSorted().map((file) => [file, readText(file)]));
}
