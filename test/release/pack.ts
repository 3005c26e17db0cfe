import { relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { packPackages } from "@fedjoin/testbed";

/** Packs the published packages into the folder of `--out`, and prints the tarballs. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: "string" } } });
  if (values.out === undefined) throw new Error("--out is missing: the folder for the tarballs");
  for (const { file } of await packPackages(resolve(values.out))) console.log(relative("", file));
}

void main();
