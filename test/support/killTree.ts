import { readdirSync, readFileSync } from "node:fs";

/** Kills a process of this test and everything that it started, as a machine that loses its power does. */
export function killTree(pid: number): void {
  const children = childrenByParent();
  const pids = [pid];
  for (const each of pids) pids.push(...(children.get(each) ?? []));
  for (const each of pids) {
    try {
      process.kill(each, "SIGKILL");
    } catch {
      // It ended meanwhile.
    }
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
