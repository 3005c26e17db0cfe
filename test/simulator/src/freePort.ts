import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below the range from which systems hand out ports, so that nothing else takes one between two uses. */
const lowest = 20_000;
const highest = 32_000;
const handedOut = new Set<number>();

/** A port that is free now and that no one else gets by chance, though nobody listens on it yet. */
export async function freePort(host = "127.0.0.1"): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest);
    if (!handedOut.has(port) && (await isFree(host, port))) {
      handedOut.add(port);
      return port;
    }
  }
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => {
      resolve(false);
    });
    probe.listen(port, host, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}
