import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** What is running: the package's version, and the commit that it was built from, empty where nobody said it. */
export interface BuildInfo {
  readonly version: string;
  readonly revision: string;
}

/** Written in by the bundler, since a single file has no package.json beside it. */
declare const bundledBuild: BuildInfo | undefined;

/** The facts of this build; `FEDJOIN_REVISION` says the revision of one that is not bundled. */
export function readBuild(env: Readonly<Record<string, string | undefined>>): BuildInfo {
  if (typeof bundledBuild !== "undefined") return bundledBuild;
  const text = readFileSync(join(__dirname, "..", "package.json"), "utf8");
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(text));
  return { version, revision: env["FEDJOIN_REVISION"] ?? "" };
}
