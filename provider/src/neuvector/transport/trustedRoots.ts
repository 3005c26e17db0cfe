import { readFileSync } from "node:fs";
import * as tls from "node:tls";

/** The certificates that Node trusts by itself, among them those of `NODE_EXTRA_CA_CERTS`. A `ca` of ours adds to them. */
export function trustedRoots(): readonly string[] {
  // Node tells since 22.15.
  return "getCACertificates" in tls
    ? tls.getCACertificates("default")
    : rootsWithExtraFile(process.env["NODE_EXTRA_CA_CERTS"]);
}

/** The same without Node's help: its own roots and those of the file, if there is one that can be read. */
export function rootsWithExtraFile(path: string | undefined): readonly string[] {
  return [...tls.rootCertificates, ...(path === undefined || path === "" ? [] : readExtraFile(path))];
}

/** Node itself warns of a file that it cannot read, and continues. */
function readExtraFile(path: string): string[] {
  try {
    return [readFileSync(path, "utf8")];
  } catch {
    return [];
  }
}
