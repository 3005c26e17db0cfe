import { join } from "node:path";
import { envToScrape, freePort, type SimulatedController } from "@fedjoin/simulator";
import { assertRunning, startProcess } from "../cluster/localProcess";
import { waitFor } from "../cluster/waitFor";
import { hasCode } from "../toolchain/errorCode";
import { nodeBinDir, repositoryRoot } from "../toolchain/repository";

/** An exporter as a process of its own. */
export interface DemoExporter {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const stopGraceMs = 5_000;

/** Starts an exporter for a controller and waits until it serves its landing page. */
export async function startDemoExporter(
  name: string,
  controller: SimulatedController,
  dir: string,
): Promise<DemoExporter> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = await startProcess({
    command: join(nodeBinDir, "node"),
    args: [join(repositoryRoot, "exporter/dist/main.js")],
    env: {
      PATH: process.env["PATH"] ?? "",
      EXPORTER_ADDRESS: "127.0.0.1",
      EXPORTER_PORT: String(port),
      EXPORTER_STATE_DIR: join(dir, name),
      ...envToScrape(controller),
    },
    logFile: join(dir, `${name}.log`),
  });
  const stop = () => started.stop(stopGraceMs);
  try {
    await waitFor(`the exporter of ${name} listens`, async () => {
      await assertRunning(started);
      return (await serves(`${url}/`)) ? true : undefined;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function serves(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch (error) {
    if (error instanceof TypeError && hasCode(error.cause, "ECONNREFUSED")) return false;
    throw error;
  }
}
