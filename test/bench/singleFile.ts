import { join } from "node:path";
import { repositoryRoot } from "@fedjoin/testbed";
import { startExporterBy, type ExporterProcess } from "../support/exporterProcess";

const singleFile = join(repositoryRoot, "exporter/dist-bundle/fedjoin-exporter.js");

/** Starts the exporter as it is shipped; `npm run bundle` writes it first. */
export function startSingleFile(env: Readonly<Record<string, string>>): Promise<ExporterProcess> {
  return startExporterBy({ command: process.execPath, args: [singleFile], env });
}
