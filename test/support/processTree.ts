import { readdirSync, readFileSync } from "node:fs";

/** Kills these processes; one that ended meanwhile is none. */
export function killProcesses(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended meanwhile.
    }
  }
}

/** Everything that a process started and that still runs below it. */
export function descendantsOf(pid: number): number[] {
  const children = childrenByParent();
  const pids = [...(children.get(pid) ?? [])];
  for (const each of pids) pids.push(...(children.get(each) ?? []));
  return pids;
}

/** The arguments of a process in one line; empty if it ended. */
export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const parent = parentOf(entry);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  return children;
}

function parentOf(entry: string): number | undefined {
  try {
    // `pid (name) state ppid`, and the name may hold anything.
    return Number(
      readFileSync(`/proc/${entry}/stat`, "utf8")
        .replace(/^.*\) \S /s, "")
        .split(" ", 1)[0],
    );
  } catch {
    return undefined;
  }
}
