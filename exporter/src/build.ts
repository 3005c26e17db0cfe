import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** The version of the package and the commit it was built from (empty if unknown). */
export interface BuildInfo {
  readonly version: string;
  readonly revision: string;
}

/** Set by the bundler, because a bundle has no package.json beside it. */
declare const bundledBuild: BuildInfo | undefined;

/** Reads the build information; without a bundle, the revision comes from `FEDJOIN_REVISION`. */
export function readBuild(env: Readonly<Record<string, string | undefined>>): BuildInfo {
  if (typeof bundledBuild !== "undefined") return bundledBuild;
  const text = readFileSync(join(__dirname, "..", "package.json"), "utf8");
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(text));
  return { version, revision: env["FEDJOIN_REVISION"] ?? "" };
}
