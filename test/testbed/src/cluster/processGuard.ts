import { createInterface } from "node:readline";

/**
 * Ends process groups whose starter is gone. The starter holds our stdin and writes `watch <pid>` and `forget <pid>`;
 * when stdin closes, however the starter ended, the groups still watched get SIGTERM, and five seconds later SIGKILL.
 */
const graceMs = 5_000;
const watched = new Set<number>();

function killAll(signal: NodeJS.Signals): void {
  for (const pid of watched) {
    try {
      process.kill(-pid, signal);
    } catch {
      // The group has ended by itself.
      watched.delete(pid);
    }
  }
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const [verb, pid] = line.split(" ");
    if (verb === "watch") watched.add(Number(pid));
    if (verb === "forget") watched.delete(Number(pid));
  })
  .on("close", () => {
    killAll("SIGTERM");
    if (watched.size > 0) setTimeout(killAll, graceMs, "SIGKILL");
  });

process.stdout.write("ready\n");
