import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createThing, type Script } from "./thing";

const path = (name: string): string => join(process.env["CONFORMANCE_DIR"] ?? "", name);
const read = (name: string): unknown => JSON.parse(readFileSync(path(name), "utf8"));

/** The engine cancels what it does as soon as it gets the signal. */
const untilInterruptedMs = 1_000;
const untilStuckMs = 5_000;

/** The provider in the process that the real engine starts. */
export const lifecycle = createThing({
  script: read("script.json") as Script,
  record: (call) => {
    appendFileSync(path("calls.jsonl"), `${JSON.stringify(call)}\n`);
  },
  count(key) {
    const created = read("created.json") as Record<string, number>;
    const count = (created[key] ?? 0) + 1;
    writeFileSync(path("created.json"), JSON.stringify({ ...created, [key]: count }));
    return count;
  },
  async interrupt() {
    process.kill(findEngine(), "SIGINT");
    await sleep(untilInterruptedMs);
  },
  interruptLater() {
    setTimeout(() => process.kill(findEngine(), "SIGINT"), untilStuckMs);
  },
  kill() {
    const engine = findEngine();
    const all = readdirSync("/proc")
      .map(Number)
      .filter((pid) => pid > 0 && ancestors(pid).includes(engine));
    for (const pid of [engine, ...all.filter((each) => each !== process.pid), process.pid]) end(pid);
    return new Promise(() => undefined);
  },
});

function findEngine(): number {
  return ancestors(process.pid).find((pid) => nameOf(pid) === "pulumi") ?? process.pid;
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended meanwhile.
  }
}

/** `pid (name) state ppid`, and the name may hold anything. */
function stat(pid: number): { name: string; parent: number } | undefined {
  try {
    const [, name = "", parent = "0"] = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return { name, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

const nameOf = (pid: number): string | undefined => stat(pid)?.name;

function ancestors(pid: number): number[] {
  const parent = stat(pid)?.parent ?? 0;
  return parent <= 1 ? [] : [parent, ...ancestors(parent)];
}
