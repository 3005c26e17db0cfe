import { repositoryRoot } from "@fedjoin/testbed";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** The version of this checkout: of its packages and of the image. */
export const { version: projectVersion } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")));
