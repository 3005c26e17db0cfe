import { join } from "node:path";
import type { ImageCommand } from "./cluster/containerRunner";
import { nodeBinDir, repositoryRoot } from "./toolchain/repository";
import { exporterImage } from "./project/stackConfig";

/** A later image with the same exporter in it. */
export const nextExporterImage = "fedjoin-exporter:next";

/** The same, by its digest. */
export const pinnedExporterImage = `fedjoin-exporter@sha256:${"5d".repeat(32)}`;

const exporter: ImageCommand = {
  command: join(nodeBinDir, "node"),
  args: [join(repositoryRoot, "exporter/dist/main.js")],
  portVariable: "EXPORTER_PORT",
};

/** What the pod runner starts for each image: the checkout's exporter. */
export const exporterImages: Readonly<Record<string, ImageCommand>> = {
  [exporterImage]: exporter,
  [nextExporterImage]: exporter,
  [pinnedExporterImage]: exporter,
};
